//! Walking a list as it was when a contact was opened from it: Previous and Next on the contact's page, while others
//! work and rows come and go. Kept on the server, one for each person and list, until another contact is opened from it.

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::{Cursor, Filter, With, rows};
use crate::error::AppError;
use crate::session::Viewer;

/// Contacts that are kept on either side of the one that was opened.
const EACH_WAY: usize = 200;

/// Keeps the list around a contact as it is now. `list` is its address, of a queue without its beginning; `at` its sort key in it.
pub async fn begin(
    tx: &mut PgConnection,
    viewer: &Viewer,
    contact: (i64, &str),
    list: &str,
    at: &str,
    now: OffsetDateTime,
) -> Result<(), AppError> {
    let (id, crn) = contact;
    let filter = Filter::parse_path(&if list.starts_with('/') { list.to_owned() } else { format!("/queues/{list}") })?;
    if !filter.queue.is_for(viewer) {
        return Err(AppError::NotFound);
    }
    let at = Cursor::at(&viewer.seal, at.to_owned(), id, false);
    let crns = rows::around(tx, viewer, &filter, &at, crn, EACH_WAY, now).await?;
    let named = named(tx, viewer, &filter).await?;
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

/// Account and name of the colleague whose work is listed.
async fn named(tx: &mut PgConnection, viewer: &Viewer, filter: &Filter) -> Result<Vec<(String, String)>, AppError> {
    let With::Person(account) = &filter.with else { return Ok(Vec::new()) };
    let found = sqlx::query!(
        "select account, name from person where account = $1 and organisation_id = $2",
        account,
        viewer.organisation_id()
    );
    Ok(found.fetch_optional(tx).await?.map(|row| (row.account, row.name)).into_iter().collect())
}
