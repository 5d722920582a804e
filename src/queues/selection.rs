//! `/queues/{queue}/ticks`: what is ticked in a list is kept by the server for the session, so that it survives paging and
//! Back, with JavaScript or without. A list is its filter, whatever its order and page. A tick means a contact as it was
//! when it was ticked: once somebody has acted on it, it is ticked no more.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use sqlx::PgConnection;

use super::bulk::MOST;
use super::{Filter, QueueOf};
use crate::address::is_ours;
use crate::app::App;
use crate::error::AppError;
use crate::form::Submitted;
use crate::page;
use crate::session::{SignedIn, Viewer};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ticks {
    #[serde(default)]
    back: String,
    #[serde(default)]
    shown: String,
    /// the page of the list to go on to; empty stays here
    #[serde(default)]
    go: String,
    /// the act bar's own field, which turning a page leaves alone
    #[serde(default, rename = "colleague")]
    _colleague: String,
    #[serde(default)]
    clear: String,
}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    queue: QueueOf,
    sent: Submitted<Ticks>,
) -> Result<Response, AppError> {
    let filter = queue.worked_on(&sent.form.back)?;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    if sent.form.clear.is_empty() {
        let mut ticks = merged(&mut tx, &viewer, &filter, &sent.form.shown, &sent.ticks).await?;
        // the act refuses more; what was ticked first is kept
        ticks.truncate(MOST);
        keep(&mut tx, &viewer, &filter, &ticks, app.clock.now()).await?;
    } else {
        clear(&mut tx, &viewer, &filter).await?;
    }
    tx.commit().await?;
    let go = &sent.form.go;
    Ok(page::to(if go.starts_with("/queues/") && is_ours(go) { go } else { return Ok(page::to(&filter.here())) }))
}

/// What is ticked in the list: what was kept of its other pages, and what this page sends.
pub async fn merged(
    tx: &mut PgConnection,
    viewer: &Viewer,
    filter: &Filter,
    shown: &str,
    sent: &[String],
) -> Result<Vec<String>, AppError> {
    let kept = sqlx::query_scalar!(
        "select ticks from selection where person_id = $1 and session = decode($2, 'hex') and list = $3 for update",
        viewer.id,
        viewer.session,
        filter.list()
    )
    .fetch_optional(tx)
    .await?
    .unwrap_or_default();
    let crn = |tick: &str| tick.split('.').next().unwrap_or_default().to_owned();
    let here: Vec<String> = shown.split(',').map(str::to_owned).chain(sent.iter().map(|tick| crn(tick))).collect();
    let elsewhere = kept.into_iter().filter(|tick| !here.contains(&crn(tick)));
    let mut ticks: Vec<String> = elsewhere.collect();
    for tick in sent {
        if !ticks.contains(tick) {
            ticks.push(tick.clone());
        }
    }
    super::bulk::ticked(&ticks)?;
    Ok(ticks)
}

/// Keeps what is ticked in the list.
pub async fn keep(
    tx: &mut PgConnection,
    viewer: &Viewer,
    filter: &Filter,
    ticks: &[String],
    now: time::OffsetDateTime,
) -> Result<(), AppError> {
    if ticks.is_empty() {
        return clear(tx, viewer, filter).await;
    }
    // a page that is being left may send its ticks after the act that it was left for
    sqlx::query!(
        "insert into selection (person_id, session, list, ticks, at)
         values ($1, decode($2, 'hex'), $3, array(
             select t.tick from ticks_apart($4) t join contact c on c.crn = t.crn and c.version = t.version
             where c.with_org = $6 order by t.place), $5)
         on conflict (session, list) do update set ticks = excluded.ticks, at = excluded.at",
        viewer.id,
        viewer.session,
        filter.list(),
        ticks,
        now,
        viewer.organisation_id()
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Nothing of the list is ticked any more.
pub async fn clear(tx: &mut PgConnection, viewer: &Viewer, filter: &Filter) -> Result<(), AppError> {
    sqlx::query!(
        "delete from selection where person_id = $1 and session = decode($2, 'hex') and list = $3",
        viewer.id,
        viewer.session,
        filter.list()
    )
    .execute(tx)
    .await?;
    Ok(())
}
