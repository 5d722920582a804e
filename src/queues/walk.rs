//! Walking a list as it was when a contact was opened from it: Previous and Next on the contact's page, while others
//! work and rows come and go. Kept on the server, one for each person and list, until another contact is opened from it.

use serde::Deserialize;
use sqlx::PgConnection;
use time::OffsetDateTime;

use super::{Cursor, Filter, rows};
use crate::error::AppError;
use crate::session::Viewer;

/// So many on either side of the contact that was opened.
const EACH_WAY: usize = 200;

/// Where a contact stands in the list it was opened from.
#[derive(Debug, Clone, Deserialize)]
pub struct Walk {
    /// the list's address
    pub list: String,
    /// the list in words
    pub title: String,
    pub previous: Option<String>,
    pub next: Option<String>,
}

/// Keeps the list around a contact as it is now. `list` is its address, `at` where the contact stood in it.
pub async fn begin(
    tx: &mut PgConnection,
    viewer: &Viewer,
    crn: &str,
    list: &str,
    at: &str,
    now: OffsetDateTime,
) -> Result<(), AppError> {
    let filter = Filter::parse_path(list)?;
    if !filter.queue.is_for(viewer) {
        return Err(AppError::NotFound);
    }
    let at = Cursor::parse(at).ok_or_else(|| super::unreadable("at"))?;
    let crns = rows::around(tx, viewer, &filter, &at, crn, EACH_WAY, now).await?;
    let colleagues = crate::contacts::act::active_colleagues(tx, viewer).await?;
    let title = filter.words(super::Names { colleagues: &colleagues, raisers: &[] });
    sqlx::query!(
        "with old as (
             delete from walk where person_id = $1 and list <> $2 and at < $5::timestamptz - interval '12 hours'
         )
         insert into walk (person_id, list, title, crns, at) values ($1, $2, $3, $4, $5)
         on conflict (person_id, list) do update
         set title = excluded.title, crns = excluded.crns, at = excluded.at",
        viewer.id,
        filter.here(),
        title,
        &crns,
        now
    )
    .execute(tx)
    .await?;
    Ok(())
}
