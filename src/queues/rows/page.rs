//! One page of a list, its count and its extras in one statement, so in one round trip.

use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{PgConnection, Postgres, QueryBuilder, Row as _};
use time::OffsetDateTime;

use super::extras::CHOSEN_COLUMNS;
use super::search::Hits;
use super::{Conditions, ListExtras, Row, count, extras, from, order, row};
use crate::error::AppError;
use crate::queues::filter::{COUNTED, Column, Cursor, Filter, Queue};
use crate::session::Viewer;

/// One page of a list, and what stands around it.
#[derive(Debug)]
pub struct Listed {
    pub rows: Vec<Row>,
    /// one more than [`COUNTED`] means more
    pub count: i64,
    /// which row of the list the page begins with; none where it has no rows
    pub first: Option<i64>,
    pub previous: Option<Cursor>,
    pub next: Option<Cursor>,
    pub extras: ListExtras,
}

/// Reads a page.
pub async fn page(
    tx: &mut PgConnection,
    viewer: &Viewer,
    filter: &Filter,
    now: OffsetDateTime,
) -> Result<Listed, AppError> {
    let conditions = Conditions::of(viewer, filter, now);
    let by_words = conditions.search.is_words();
    let mut sql = QueryBuilder::<Postgres>::new("with ");
    extras::chosen_columns(&mut sql, viewer, filter);
    if by_words {
        // once for the rows and the count; where there are more than are counted, rows are found by walking the list
        sql.push("hit as materialized (");
        conditions.search.hits(&mut sql, filter.queue.is_work(), Some(COUNTED + 1));
        sql.push(format!("), many as materialized (select count(*) > {COUNTED} as yes from hit), page as (("));
        portion(&mut sql, &conditions, Hits::Collected, " and not (select yes from many)")?;
        sql.push(") union all (");
        portion(&mut sql, &conditions, Hits::RowByRow, " and (select yes from many)")?;
        sql.push(")");
    } else {
        sql.push("page as (");
        portion(&mut sql, &conditions, Hits::InPlace, "")?;
    }
    sql.push(") select page.*, ");
    // what is not of a row comes with the first one only: of many people it is far longer than the row
    sql.push("case when row_number() over () = 1 then ");
    if by_words {
        counted_hits(&mut sql, &conditions);
    } else {
        count::expression(&mut sql, &conditions);
    }
    sql.push(" end as total, case when row_number() over () = 1 then ");
    extras::expression(&mut sql, viewer, filter);
    sql.push(" end as extras, ");
    earlier(&mut sql, &conditions)?;
    sql.push(" as earlier from (select) as one left join page on true");
    let found = sql.build().fetch_all(tx).await?;
    read(&found, filter, viewer)
}

/// The page's rows, with their keys, as a part of a statement.
fn portion(
    sql: &mut QueryBuilder<Postgres>,
    conditions: &Conditions<'_>,
    hits: Hits,
    only_if: &str,
) -> Result<(), AppError> {
    let filter = conditions.filter;
    sql.push(
        "select c.id, c.crn, c.contact_type, c.version, c.status, \
        c.sub_building_name, c.building_name, c.building_number, c.plot_number, c.street, c.post_town, c.postcode, \
        c.received, c.due, c.closed, c.holder, c.asker, c.ldz, c.msn, r.name as raiser, w.name as with_name, h.name as holder_name, ",
    );
    let viewer = conditions.viewer;
    let is_chosen = |sql: &mut QueryBuilder<Postgres>, column: Column| {
        sql.push(format!("case when '{}' = any({CHOSEN_COLUMNS}::text[]) then ", column.code()));
    };
    is_chosen(sql, Column::OwnReference);
    sql.push("(select n.own_reference from raiser_note n where n.contact_id = c.id and (c.raised_by = ");
    sql.push_bind(viewer.organisation_id()).push(" or ").push_bind(viewer.sees_all()).push(")) end as own_reference, ");
    is_chosen(sql, Column::LoggedBy);
    sql.push("(select l.name from person l where l.id = c.originator and l.organisation_id = ");
    sql.push_bind(viewer.organisation_id()).push(") end as logged_by, ");
    sql.push(order::shown_key(filter)).push(" as key");
    from(sql, viewer, filter);
    conditions.push_with(sql, hits);
    sql.push(only_if);
    if let Some(cursor) = &filter.cursor {
        order::beyond(sql, filter, cursor, cursor.backwards)?;
    }
    // one more than is shown says that the list goes on
    order::first(sql, filter, filter.is_backwards(), filter.size + 1);
    Ok(())
}

/// How many rows stand before the page, or before its end if it was asked for as the one before a row; counted only where
/// the address does not say it.
fn earlier(sql: &mut QueryBuilder<Postgres>, conditions: &Conditions<'_>) -> Result<(), AppError> {
    let filter = conditions.filter;
    let (Some(cursor), None) = (&filter.cursor, filter.place) else {
        sql.push("null::bigint");
        return Ok(());
    };
    sql.push("(select count(*) from (select");
    from(sql, conditions.viewer, filter);
    conditions.push(sql);
    let end = if cursor.backwards { cursor.clone() } else { order::turned(filter, cursor) };
    order::beyond(sql, filter, &end, true)?;
    sql.push(format!(" limit {}) as earlier)", COUNTED + 1));
    Ok(())
}

/// How many of the hits are meant; more than are counted are that many, unless the list is narrowed besides.
fn counted_hits(sql: &mut QueryBuilder<Postgres>, conditions: &Conditions<'_>) {
    let filter = conditions.filter;
    let only_words = Filter { q: String::new(), ..filter.clone() }.is_whole();
    sql.push("case when (select yes from many) then ");
    if only_words && !filter.queue.is_work() && filter.queue != Queue::Raised {
        sql.push((COUNTED + 1).to_string());
    } else {
        count::one_by_one(sql, conditions);
    }
    sql.push(" else (select count(*) from contact c");
    conditions.push_with(sql, Hits::Collected);
    sql.push(") end");
}

fn read(found: &[PgRow], filter: &Filter, viewer: &Viewer) -> Result<Listed, AppError> {
    let Some(first) = found.first() else { return Err(AppError::Broken("a list had no answer".into())) };
    let (Json(extras), count) = (first.try_get::<Json<ListExtras>, _>("extras")?, first.try_get("total")?);
    let backwards = filter.is_backwards();
    let mut rows = Vec::with_capacity(found.len());
    for row in found {
        if let Some(id) = row.try_get::<Option<i64>, _>("id")? {
            rows.push(row::read(row, id, viewer)?);
        }
    }
    let most = usize::try_from(filter.size).unwrap_or(50);
    let there_is_more = rows.len() > most;
    rows.truncate(most);
    if backwards {
        rows.reverse();
    }
    // others have emptied this page, not the list
    if let (true, Some(cursor)) = (rows.is_empty() && count > 0, &filter.cursor) {
        let turned = Some(order::turned(filter, cursor));
        let (previous, next) = if backwards { (None, turned) } else { (turned, None) };
        return Ok(Listed { rows, count, first: None, previous, next, extras });
    }
    let at = |row: Option<&Row>, backwards| row.map(|row| Cursor { key: row.key.clone(), id: row.id, backwards });
    let (earlier, later) = match (&filter.cursor, backwards) {
        (None, _) => (false, there_is_more),
        (Some(_), false) => (true, there_is_more),
        (Some(_), true) => (there_is_more, true),
    };
    let previous = if earlier { at(rows.first(), true) } else { None };
    let next = if later { at(rows.last(), false) } else { None };
    let shown = i64::try_from(rows.len()).unwrap_or_default();
    let first = match (filter.place, first.try_get::<Option<i64>, _>("earlier")?) {
        (Some(place), _) => i64::from(place),
        (None, Some(end)) if backwards => end - shown + 1,
        (None, Some(earlier)) => earlier + 1,
        (None, None) => 1,
    };
    // others come and go: what the list itself says is truer than what the page before knew
    let first = match (&previous, &next) {
        (None, _) => 1,
        (Some(_), None) if count <= COUNTED => count - shown + 1,
        (Some(_), _) => first.clamp(2, (count - shown).max(2)),
    };
    let first = (shown > 0).then_some(first);
    Ok(Listed { rows, count, first, previous, next, extras })
}
