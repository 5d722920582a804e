//! Walking a list as it was when a contact was opened from it: Previous and Next on the contact's page, while others
//! work and rows come and go ([`crate::walks`]).

use sqlx::PgConnection;

use super::{Cursor, Filter, With, rows};
use crate::app::App;
use crate::error::AppError;
use crate::session::Viewer;
use crate::walks::Kept;

/// Contacts that are kept on either side of the one that was opened.
const EACH_WAY: usize = 200;

/// Keeps the list around a contact as it is now. `list` is its address, of a queue without its beginning; `at` its sort key in it.
pub async fn begin(
    app: &App,
    tx: &mut PgConnection,
    viewer: &Viewer,
    contact: (i64, &str),
    list: &str,
    at: &str,
) -> Result<(), AppError> {
    let (id, crn) = contact;
    let filter = Filter::parse_path(&if list.starts_with('/') { list.to_owned() } else { format!("/queues/{list}") })?;
    if !filter.queue.is_for(viewer) {
        return Err(AppError::NotFound);
    }
    let at = Cursor::at(&viewer.seal, at.to_owned(), id, false);
    let crns = rows::around(tx, viewer, &filter, &at, crn, EACH_WAY, app.clock.now()).await?;
    let named = named(tx, viewer, &filter).await?;
    let title = filter.words(super::Names { colleagues: &named, raisers: &[] });
    let (person, epoch, list) = (viewer.id, viewer.epoch, filter.here());
    app.walks.keep(Kept { person, epoch, list, title, crns });
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
