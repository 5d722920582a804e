//! Who covers for somebody who is away: what is allocated to them meanwhile goes to the cover.

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use sqlx::PgConnection;
use time::{OffsetDateTime, Time};
use tower_sessions::Session;

use super::list::Away;
use super::whose::both;
use crate::app::App;
use crate::error::AppError;
use crate::flash::{self, Flash};
use crate::form::Submitted;
use crate::page;
use crate::session::{SignedIn, Viewer};
use crate::trade::dates::parse_date;
use crate::trade::working_time::{at_london, london_date, london_day};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndCover {
    /// the cover as the page showed it
    was: Option<String>,
}

/// From now on `cover` gets what is allocated to `whose`.
pub async fn begin(
    tx: &mut PgConnection,
    viewer: &Viewer,
    whose: Option<i64>,
    cover: i64,
    until: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into cover (person_id, covered_by, until, set_by, organisation_id) values ($1, $2, $3, $4, $5)
         on conflict (person_id) do update
         set covered_by = excluded.covered_by, until = excluded.until, set_by = excluded.set_by",
        whose,
        cover,
        until,
        viewer.id,
        viewer.organisation_id()
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// The last second of the day that was typed; none typed is no cover.
pub fn last_day(typed: &str, now: OffsetDateTime) -> Result<Option<OffsetDateTime>, String> {
    if typed.is_empty() {
        return Ok(None);
    }
    let day = parse_date(typed).map_err(|wrong| wrong.to_string())?;
    if day < london_date(now) {
        return Err("Enter today or a day to come".to_owned());
    }
    let (_, next_day) = london_day(at_london(day, Time::MIDNIGHT).saturating_add(time::Duration::HOUR));
    Ok(Some(next_day - time::Duration::SECOND))
}

/// POST `/workload/{account}/cover`: they are back, and what is allocated to them is theirs again.
pub async fn end(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    Path(account): Path<String>,
    sent: Submitted<EndCover>,
) -> Result<Response, AppError> {
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let (whose, _) = both(&mut tx, &app, &viewer, &account, "").await?;
    if let Some(away) = &whose.away
        && sent.form.was.is_some_and(|was| was != Away::shown(Some(away)))
    {
        drop(tx);
        let title = format!("Nothing was ended: {} is {}", whose.name, away.words());
        let lines = vec!["A colleague has changed the cover since you opened the page.".to_owned().into()];
        flash::leave(&session, Flash { title, lines, ..Flash::default() }).await?;
        return Ok(page::to(&format!("/workload/{account}")));
    }
    sqlx::query!("delete from cover where person_id = $1", whose.id).execute(&mut *tx).await?;
    tx.commit().await?;
    let title = format!("{} is no longer covered for", whose.name);
    flash::leave(&session, Flash { success: true, title, ..Flash::default() }).await?;
    Ok(page::to("/workload"))
}
