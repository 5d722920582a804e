//! Walking a list as it was when a contact was opened from it: Previous and Next on the contact's page, while others
//! work and rows come and go. Kept on the server, one for each person and list, until another contact is opened from it.

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::{Cursor, Filter, rows};
use crate::error::AppError;
use crate::session::Viewer;

/// Contacts that are kept on either side of the one that was opened.
const EACH_WAY: usize = 200;

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
    let colleagues = crate::people::active_colleagues(tx, viewer).await?;
    let named: Vec<(i64, &str)> = colleagues.iter().map(|(id, name)| (*id, name.as_str())).collect();
    let title = filter.words(super::Names { colleagues: &named, raisers: &[] });
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
