//! Contacts of a list that nobody has yet: the first of them, for a colleague, and the next best, for oneself.

use sqlx::{PgConnection, Postgres, QueryBuilder};
use time::OffsetDateTime;

use super::{Conditions, from, order};
use crate::error::AppError;
use crate::queues::filter::Filter;
use crate::session::Viewer;

/// Nobody has it, and it is work to be done.
const WAITS: &str = " and c.holder is null and c.with_org is not null";

/// The first `most` contacts of the list that nobody has yet: CRN and version.
pub async fn first_unassigned(
    tx: &mut PgConnection,
    viewer: &Viewer,
    filter: &Filter,
    most: u16,
    now: OffsetDateTime,
) -> Result<Vec<(String, i32)>, AppError> {
    let mut sql = QueryBuilder::<Postgres>::new("select c.crn, c.version");
    from(&mut sql, viewer, filter);
    Conditions::look_up(&mut *tx, viewer, filter, now).await?.push(&mut sql);
    sql.push(WAITS);
    order::first(&mut sql, viewer, filter, false, most);
    Ok(sql.build_query_as().fetch_all(tx).await?)
}

/// The next best contact for the viewer, locked; rows that somebody else is taking in this moment are passed over.
/// First what comes back with the answer to a question or visit the viewer sent (then `true`), then by due time.
pub async fn best(
    tx: &mut PgConnection,
    viewer: &Viewer,
    filter: &Filter,
    now: OffsetDateTime,
) -> Result<Option<(String, bool)>, AppError> {
    let conditions = Conditions::look_up(&mut *tx, viewer, filter, now).await?;
    let mut sql = QueryBuilder::<Postgres>::new("with answered as (select c.crn from contact c");
    conditions.push(&mut sql);
    sql.push(WAITS).push(" and c.asker = ").push_bind(viewer.id);
    sql.push(" order by c.due, c.id limit 1 for update of c skip locked), first as (select c.crn from contact c");
    conditions.push(&mut sql);
    sql.push(WAITS).push(" and not exists (select from answered)");
    sql.push(
        " order by c.due, c.id limit 1 for update of c skip locked) \
         select crn, true from answered union all select crn, false from first",
    );
    Ok(sql.build_query_as().fetch_optional(tx).await?)
}
