//! The order of a list: the key its rows are sorted by, as Postgres and as a cursor write it, and which way.

use sqlx::{Postgres, QueryBuilder};
use time::OffsetDateTime;

use super::hits::is_oldest_first;
use super::{CONTACT, Conditions, from, grouped, names};
use crate::error::AppError;
use crate::queues::filter::{Cursor, Filter, Queue, Sort, unreadable};
use crate::session::Viewer;

/// The viewer's organisation has it, or has raised it.
pub const OURS: &str = "(c.with_org = viewer_organisation() or c.raised_by = viewer_organisation())";

/// The list has contacts of which its viewer knows only its own part: a network, of those that it was sent to.
pub fn is_of_others(viewer: &Viewer, filter: &Filter) -> bool {
    viewer.is_network() && filter.queue == Queue::Seen
}

/// The status of a contact `c` as the viewer knows it: while others have it, it is with the CDSP.
pub fn known_status(viewer: &Viewer, filter: &Filter) -> &'static str {
    if is_of_others(viewer, filter) {
        "case when c.closed is not null or c.with_org = viewer_organisation() or c.raised_by = viewer_organisation() \
         then c.status else 'AACA' end"
    } else {
        "c.status"
    }
}

pub fn sort_key(viewer: &Viewer, filter: &Filter) -> &'static str {
    match filter.sort {
        Sort::Due if is_of_others(viewer, filter) => {
            "coalesce(case when c.with_org = viewer_organisation() or c.raised_by = viewer_organisation() then c.due end, \
             timestamptz '9999-01-01 00:00:00+00')"
        }
        // work always has a due time, and an index in its order; closed contacts come last
        Sort::Due if filter.queue.is_work() => "c.due",
        Sort::Due => "coalesce(c.due, timestamptz '9999-01-01 00:00:00+00')",
        Sort::Received | Sort::Age => "c.received",
        Sort::Status => known_status(viewer, filter),
        Sort::Crn => "c.crn",
        Sort::Site => "c.site_key",
        Sort::RaisedBy => "r.name",
        Sort::With if filter.queue == Queue::Organisation => "coalesce(h.name, '')",
        Sort::With => "coalesce(h.name, w.name, '')",
    }
}

/// Rows with the same name come in the order of their due times: the list has few names and much work.
fn is_by_name(filter: &Filter) -> bool {
    filter.queue == Queue::Organisation && matches!(filter.sort, Sort::With | Sort::RaisedBy)
}

/// The key as a cursor writes it.
pub fn shown_key(viewer: &Viewer, filter: &Filter) -> String {
    let key = sort_key(viewer, filter);
    let as_text = |time: &str| format!("(extract(epoch from {time}) * 1000000)::bigint::text");
    match filter.sort {
        _ if is_by_name(filter) => format!("{key} || '@' || {}", as_text("c.due")),
        sort if sort.is_time() => as_text(key),
        _ => key.to_owned(),
    }
}

/// The name and the due time that stand in such a key.
pub fn named_time(cursor: &Cursor) -> Option<(&str, OffsetDateTime)> {
    let (name, time) = cursor.key.rsplit_once('@')?;
    Some((name, Cursor { key: time.to_owned(), ..cursor.clone() }.time()?))
}

/// The oldest was received first: ages run against the times they are counted from.
pub fn direction(filter: &Filter, backwards: bool) -> &'static str {
    let descending = (filter.descending != (filter.sort == Sort::Age)) != backwards;
    if descending { " desc" } else { " asc" }
}

/// `order by`, and the number of rows as text: a number of its own for each size, so that Postgres plans for few rows.
pub fn first(
    sql: &mut QueryBuilder<Postgres>,
    viewer: &Viewer,
    filter: &Filter,
    backwards: bool,
    most: impl std::fmt::Display,
) {
    let (key, way) = (sort_key(viewer, filter), direction(filter, backwards));
    let then = if is_by_name(filter) { format!(" c.due{way},") } else { String::new() };
    sql.push(format!(" order by {key}{way},{then} c.id{way} limit {most}"));
}

/// The tables of the rows that come next from the filter's cursor on, their conditions and their order; hits that are too many
/// for it come by their ids. Names are looked up for these rows alone, unless it is by names that they are put in order.
pub fn next(
    sql: &mut QueryBuilder<Postgres>,
    conditions: &Conditions<'_>,
    most: impl std::fmt::Display + Copy,
) -> Result<(), AppError> {
    let (filter, viewer) = (&conditions.filter, conditions.viewer);
    let are_next = conditions.hits.are_next();
    if grouped::is_grouped(conditions) {
        sql.push(" from (");
        grouped::push(sql, conditions, most)?;
    } else if matches!(filter.sort, Sort::With | Sort::RaisedBy) && !are_next {
        from(sql, viewer, filter);
        return by_key(sql, conditions, most);
    } else {
        sql.push(format!(" from (select {CONTACT} from contact c"));
        if are_next {
            conditions.push(sql);
            by_id(sql, filter, most);
        } else {
            by_key(sql, conditions, most)?;
        }
    }
    sql.push(") c");
    names(sql, viewer, filter);
    if are_next {
        by_id(sql, filter, most);
    } else {
        first(sql, viewer, filter, filter.is_backwards(), most);
    }
    Ok(())
}

/// The conditions of the rows that come next, and their order.
fn by_key(
    sql: &mut QueryBuilder<Postgres>,
    conditions: &Conditions<'_>,
    most: impl std::fmt::Display,
) -> Result<(), AppError> {
    let filter = &conditions.filter;
    conditions.push(sql);
    if let Some(cursor) = &filter.cursor {
        beyond(sql, conditions.viewer, filter, cursor, cursor.backwards)?;
    }
    first(sql, conditions.viewer, filter, filter.is_backwards(), most);
    Ok(())
}

fn by_id(sql: &mut QueryBuilder<Postgres>, filter: &Filter, most: impl std::fmt::Display) {
    sql.push(format!(" order by c.id{} limit {most}", if is_oldest_first(filter) { "" } else { " desc" }));
}

/// Rows after the cursor in the list's order, or before it.
pub fn beyond(
    sql: &mut QueryBuilder<Postgres>,
    viewer: &Viewer,
    filter: &Filter,
    cursor: &Cursor,
    backwards: bool,
) -> Result<(), AppError> {
    let id = cursor.id(&viewer.seal)?;
    let sign = if direction(filter, backwards) == " desc" { "<" } else { ">" };
    if is_by_name(filter) {
        let (name, due) = named_time(cursor).ok_or_else(|| unreadable("after"))?;
        sql.push(format!(" and ({}, c.due, c.id) {sign} (", sort_key(viewer, filter)));
        sql.push_bind(name.to_owned()).push(", ").push_bind(due).push(", ").push_bind(id).push(")");
        return Ok(());
    }
    sql.push(format!(" and ({}, c.id) {sign} (", sort_key(viewer, filter)));
    if filter.sort.is_time() {
        sql.push_bind(cursor.time().ok_or_else(|| unreadable("after"))?);
    } else {
        sql.push_bind(cursor.key.clone());
    }
    sql.push(", ").push_bind(id).push(")");
    Ok(())
}

/// The other way from a cursor, its own row with it: the way out of a page that others have emptied.
pub fn turned(conditions: &Conditions<'_>, cursor: &Cursor) -> Result<Cursor, AppError> {
    let backwards = !cursor.backwards;
    let filter = Filter { cursor: Some(Cursor { backwards, ..cursor.clone() }), ..(*conditions.filter).clone() };
    let is_descending =
        if conditions.hits.are_next() { !is_oldest_first(&filter) } else { direction(&filter, backwards) == " desc" };
    let seal = &conditions.viewer.seal;
    let id = cursor.id(seal)?;
    let id = if is_descending { id.saturating_add(1) } else { id.saturating_sub(1) };
    Ok(Cursor::at(seal, cursor.key.clone(), id, backwards))
}
