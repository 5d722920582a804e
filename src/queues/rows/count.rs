//! How many contacts a list has: from the tally of contacts by status where it knows, however many they are, else counted as
//! far as is shown: one more than [`COUNTED`] means more.

use sqlx::{PgConnection, Postgres, QueryBuilder};
use time::OffsetDateTime;

use super::Conditions;
use super::hits::Hits;
use crate::error::AppError;
use crate::queues::filter::{COUNTED, Filter, Queue, With};
use crate::session::Viewer;

/// The count as an expression.
pub fn expression(sql: &mut QueryBuilder<Postgres>, conditions: &Conditions<'_>) {
    let (viewer, filter) = (conditions.viewer, &conditions.filter);
    if let Hits::Walked(words) = &conditions.hits {
        return of_work(sql, conditions, words);
    }
    if filter.is_held_tally() {
        sql.push("(select coalesce(sum(t.n), 0)::bigint from held_tally t where t.person_id = ").push_bind(viewer.id);
        sql.push(" and t.organisation_id = ").push_bind(viewer.organisation_id()).push(")");
        return;
    }
    let Some(statuses) = filter.tallied() else { return one_by_one(sql, conditions) };
    let side = match filter.queue {
        Queue::Raised => "raised",
        Queue::All => "all",
        Queue::Organisation | Queue::Mine | Queue::Seen => "with",
    };
    let organisation = if filter.queue == Queue::All { Some(0) } else { viewer.organisation_id() };
    let codes: Vec<&str> = statuses.iter().map(|status| status.code()).collect();
    sql.push("(select coalesce(sum(t.n), 0)::bigint from tally t where t.side = ").push_bind(side);
    sql.push(" and t.organisation_id = ").push_bind(organisation);
    sql.push(" and t.status = any(").push_bind(codes).push("))");
}

/// The count of work with words that many have: by the index of words, but where the viewer's own work is less than that.
fn of_work(sql: &mut QueryBuilder<Postgres>, conditions: &Conditions<'_>, words: &[String]) {
    if conditions.filter.queue == Queue::Mine {
        return one_by_one(sql, conditions);
    }
    sql.push("(select count(*) from (select from contact c");
    conditions.push_but_words(sql);
    // all of them: the conditions may leave any
    sql.push(" and c.id in (select open_with_words(").push_bind(words.to_vec()).push(", ").push_bind(i32::MAX);
    sql.push(format!(")) limit {}) as counted)", COUNTED + 1));
}

/// The count of the rows themselves, as an expression; one more than [`COUNTED`] means more.
fn one_by_one(sql: &mut QueryBuilder<Postgres>, conditions: &Conditions<'_>) {
    sql.push("(select count(*) from (select from contact c");
    conditions.push(sql);
    sql.push(format!(" limit {}) as counted)", COUNTED + 1));
}

/// How many contacts these conditions mean.
pub async fn counted(tx: &mut PgConnection, conditions: &Conditions<'_>) -> Result<i64, AppError> {
    let mut sql = QueryBuilder::<Postgres>::new("select ");
    expression(&mut sql, conditions);
    Ok(sql.build_query_scalar().fetch_one(tx).await?)
}

/// How many contacts each filter means, in one statement.
pub async fn counts(
    tx: &mut PgConnection,
    viewer: &Viewer,
    filters: &[Filter],
    now: OffsetDateTime,
) -> Result<Vec<i64>, AppError> {
    let mut sql = QueryBuilder::<Postgres>::new("select array[");
    for (at, filter) in filters.iter().enumerate() {
        sql.push(if at == 0 { "" } else { ", " });
        expression(&mut sql, &Conditions::look_up(&mut *tx, viewer, filter, now).await?);
    }
    sql.push("]::bigint[]");
    Ok(sql.build_query_scalar().fetch_one(tx).await?)
}

/// The same as [`counts`] by counting every row, without tally and without end: what the self-check compares with.
pub async fn full_count(
    tx: &mut PgConnection,
    viewer: &Viewer,
    filter: &Filter,
    now: OffsetDateTime,
) -> Result<i64, AppError> {
    let mut sql = QueryBuilder::<Postgres>::new("select count(*) from contact c");
    Conditions::look_up(&mut *tx, viewer, filter, now).await?.push(&mut sql);
    Ok(sql.build_query_scalar().fetch_one(tx).await?)
}

/// How many contacts others have brought into the list since it was drawn; at most 100.
pub async fn newer(
    tx: &mut PgConnection,
    viewer: &Viewer,
    filter: &Filter,
    since: OffsetDateTime,
    now: OffsetDateTime,
) -> Result<i64, AppError> {
    let mut sql = QueryBuilder::<Postgres>::new("select count(*) from (select from contact c");
    Conditions::look_up(&mut *tx, viewer, filter, now).await?.push(&mut sql);
    match filter.queue {
        Queue::Organisation | Queue::Mine => {
            sql.push(" and c.moved > ").push_bind(since);
            // a move from colleague to colleague brings nothing into the whole queue
            if filter.queue == Queue::Organisation && filter.status.is_none() && filter.with == With::Anyone {
                sql.push(" and c.since > ").push_bind(since);
            }
            sql.push(
                " and not exists (select from contact_event e where e.contact_id = c.id and e.version = c.version \
                 and e.actor = ",
            );
            sql.push_bind(viewer.id).push(")");
        }
        Queue::Raised | Queue::All | Queue::Seen => {
            sql.push(" and c.received > ").push_bind(since);
        }
    }
    sql.push(" limit 100) as new");
    Ok(sql.build_query_scalar().fetch_one(tx).await?)
}
