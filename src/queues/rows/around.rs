//! The contacts of a list that stand around one of them.

use sqlx::{PgConnection, Postgres, QueryBuilder};
use time::OffsetDateTime;

use super::{Conditions, order};
use crate::error::AppError;
use crate::queues::filter::{Cursor, Filter};
use crate::session::Viewer;

/// CRNs of the list around a row, in the list's order: itself, and before and after it at most `most` each.
pub async fn around(
    tx: &mut PgConnection,
    viewer: &Viewer,
    filter: &Filter,
    at: &Cursor,
    crn: &str,
    most: usize,
    now: OffsetDateTime,
) -> Result<Vec<String>, AppError> {
    let mut halves = Vec::new();
    for backwards in [true, false] {
        let filter = &Filter { cursor: Some(Cursor { backwards, ..at.clone() }), ..filter.clone() };
        let conditions = Conditions::look_up(&mut *tx, viewer, filter, now).await?;
        let mut sql = QueryBuilder::<Postgres>::new("select c.crn");
        order::next(&mut sql, &conditions, most)?;
        let half: Vec<String> = sql.build_query_scalar().fetch_all(&mut *tx).await?;
        halves.push(half);
    }
    let after = halves.pop().unwrap_or_default();
    let before = halves.pop().unwrap_or_default();
    Ok(before.into_iter().rev().chain(std::iter::once(crn.to_owned())).chain(after).collect())
}
