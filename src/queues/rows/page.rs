//! One page of a list, its count and its extras in one statement, so in one round trip.

use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{PgConnection, Postgres, QueryBuilder, Row as _};
use time::OffsetDateTime;

use super::extras::CHOSEN_COLUMNS;
use super::hits::HitCount;
use super::{Conditions, Count, ListExtras, Listed, Row, count, extras, from, order, row};
use crate::error::AppError;
use crate::queues::filter::{Column, Cursor, Filter, Sort};
use crate::session::Viewer;

/// The place of a page is counted up to here where its address does not say it.
const FARTHEST: i64 = 10_001;

/// Reads a page.
pub async fn page(
    tx: &mut PgConnection,
    viewer: &Viewer,
    filter: &Filter,
    now: OffsetDateTime,
) -> Result<Listed, AppError> {
    let conditions = Conditions::look_up(&mut *tx, viewer, filter, now).await?;
    let mut sql = QueryBuilder::<Postgres>::new("with ");
    extras::chosen_columns(&mut sql, viewer, filter);
    sql.push("page as (");
    portion(&mut sql, &conditions)?;
    sql.push(") select page.*, ");
    // what is not of a row comes with the first one only: of many people it is far longer than the row
    sql.push("case when row_number() over () = 1 then ");
    if conditions.hits.count_of(filter).is_some() {
        sql.push("null::bigint");
    } else {
        count::expression(&mut sql, &conditions);
    }
    sql.push(" end as total, case when row_number() over () = 1 then ");
    extras::expression(&mut sql, viewer, filter);
    sql.push(" end as extras, ");
    earlier(&mut sql, &conditions)?;
    sql.push(" as earlier from (select) as one left join page on true");
    let found = sql.build().fetch_all(tx).await?;
    read(&found, &conditions)
}

/// The page's rows, with their keys, as a part of a statement.
fn portion(sql: &mut QueryBuilder<Postgres>, conditions: &Conditions<'_>) -> Result<(), AppError> {
    let filter = &conditions.filter;
    sql.push(
        "select c.id, c.crn, c.contact_type, c.version, c.status, \
        c.sub_building_name, c.building_name, c.building_number, c.plot_number, c.street, c.post_town, c.postcode, \
        c.raised_by, c.with_org, c.received, c.due, c.closed, c.holder, c.asker, c.ldz, c.msn, r.name as raiser, w.name as with_name, h.name as holder_name, ",
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
    sql.push(order::shown_key(viewer, filter)).push(" as key");
    // one more than is shown says that the list goes on
    order::next(sql, conditions, filter.size + 1)
}

/// How many rows stand before the page, or before its end if it was asked for as the one before a row; counted only where
/// the address does not say it.
fn earlier(sql: &mut QueryBuilder<Postgres>, conditions: &Conditions<'_>) -> Result<(), AppError> {
    let filter = &conditions.filter;
    let (Some(cursor), None, false) = (&filter.cursor, filter.place, conditions.hits.are_next()) else {
        sql.push("null::bigint");
        return Ok(());
    };
    sql.push("(select count(*) from (select");
    from(sql, conditions.viewer, filter);
    conditions.push(sql);
    let end = if cursor.backwards { cursor.clone() } else { order::turned(conditions, cursor)? };
    order::beyond(sql, conditions.viewer, filter, &end, true)?;
    sql.push(format!(" limit {FARTHEST}) as earlier)"));
    Ok(())
}

fn read(found: &[PgRow], conditions: &Conditions<'_>) -> Result<Listed, AppError> {
    let (filter, viewer, hits) = (&conditions.filter, conditions.viewer, &conditions.hits);
    let Some(first) = found.first() else { return Err(AppError::Broken("a list had no answer".into())) };
    let Json(extras) = first.try_get::<Json<ListExtras>, _>("extras")?;
    let backwards = filter.is_backwards();
    let mut rows = Vec::with_capacity(found.len());
    for row in found {
        if let Some(id) = row.try_get::<Option<i64>, _>("id")? {
            rows.push(row::read(row, id, viewer)?);
        }
    }
    let most = usize::try_from(filter.size).unwrap_or(50);
    let is_full = rows.len() > most;
    rows.truncate(most);
    if backwards {
        rows.reverse();
    }
    let shown = i64::try_from(rows.len()).unwrap_or_default();
    let at = |row: Option<&Row>, backwards| row.map(|row| Cursor::at(&viewer.seal, row.key.clone(), row.id, backwards));
    // of hits that are not known to their end more may come after them, though none of these is in the list
    let beyond = || {
        if is_full {
            at(if backwards { rows.first() } else { rows.last() }, backwards)
        } else {
            hits.beyond(&viewer.seal, backwards)
        }
    };
    let counted: Option<i64> = first.try_get("total")?;
    let count = match counted {
        Some(counted) => Count::of(filter, counted),
        None => match hits.count_of(filter) {
            Some(HitCount::All(known)) => Count::exactly(known),
            Some(HitCount::Many(known)) => Count { known: i64::try_from(known).unwrap_or_default(), more: true },
            Some(HitCount::Unknown) | None => so_far(filter, shown, beyond().is_some()),
        },
    };
    let back = |row: Option<&Row>| {
        let cursor = filter.cursor.as_ref()?;
        // others may have emptied this page, not the list
        at(row, !backwards).or_else(|| order::turned(conditions, cursor).ok().filter(|_| !count.is_none()))
    };
    let (previous, next) = if backwards { (beyond(), back(rows.last())) } else { (back(rows.first()), beyond()) };
    let first = match (filter.place, first.try_get::<Option<i64>, _>("earlier")?) {
        (Some(place), _) => i64::from(place),
        (None, Some(end)) if backwards => end - shown + 1,
        (None, Some(earlier)) => earlier + 1,
        (None, None) => 1,
    };
    // others come and go: what the list itself says is truer than what the page before knew
    let first = match (&previous, &next) {
        (None, _) => 1,
        (Some(_), _) if count.more => first.max(2),
        (Some(_), None) => count.known - shown + 1,
        (Some(_), Some(_)) => first.clamp(2, (count.known - shown).max(2)),
    };
    // of more than are known, those up to here are; and where the place is known, the last page knows all
    let here = first + shown - 1;
    let count = match (count.more, &next) {
        (true, None) if filter.place.is_some() => Count::exactly(here),
        (true, _) => Count { known: count.known.max(here), more: true },
        (false, _) => count,
    };
    let first = (shown > 0).then_some(first);
    let by_time = conditions.by_time || (hits.are_next() && !matches!(filter.sort, Sort::Received | Sort::Age));
    let goes_on = hits.beyond(&viewer.seal, backwards).is_some();
    Ok(Listed { rows, count, first, previous, next, extras, by_time, goes_on })
}

/// What is known of the number of hits of which some were looked through.
fn so_far(filter: &Filter, shown: i64, more: bool) -> Count {
    let before = filter.place.map_or(0, |place| i64::from(place) - 1);
    Count { known: before + shown, more }
}
