//! `/queues/{queue}/ticks`: what a person has ticked in a list is kept by the server, so that it survives paging, Back
//! and another browser, with JavaScript or without. A list is its filter, whatever its order and page.

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
        "select ticks from selection where person_id = $1 and list = $2 for update",
        viewer.id,
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
    sqlx::query!(
        "insert into selection (person_id, list, ticks, at) values ($1, $2, $3, $4)
         on conflict (person_id, list) do update set ticks = excluded.ticks, at = excluded.at",
        viewer.id,
        filter.list(),
        ticks,
        now
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Nothing of the list is ticked any more.
pub async fn clear(tx: &mut PgConnection, viewer: &Viewer, filter: &Filter) -> Result<(), AppError> {
    sqlx::query!("delete from selection where person_id = $1 and list = $2", viewer.id, filter.list())
        .execute(tx)
        .await?;
    Ok(())
}
