//! The one SQL definition of a list: its rows by key, never by offset, its count, what is new in it, and which contacts
//! stand around one.
//!
//! Which column orders it and in which direction depends on the filter, so this text is put together, from words of
//! this folder only; every value is bound.

pub mod conditions;
pub mod export;
pub mod row;

use serde::Deserialize;
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{PgConnection, Postgres, QueryBuilder, Row as _};
use time::OffsetDateTime;

use self::conditions::Words;
pub use self::row::Row;
use super::{COUNTED, Cursor, Filter, Names, Queue, Sort};
use crate::error::AppError;
use crate::session::Viewer;

/// At most so many raising organisations are offered to choose from; beyond, their code is typed.
const OFFERED: i64 = 40;

/// One page of a list, and what stands around it.
#[derive(Debug)]
pub struct Listed {
    pub rows: Vec<Row>,
    /// one more than [`COUNTED`] means more
    pub count: i64,
    pub previous: Option<Cursor>,
    pub next: Option<Cursor>,
    pub extras: ListExtras,
}

/// What a list's page offers beside its rows.
#[derive(Debug, Default, Deserialize)]
pub struct ListExtras {
    /// active colleagues by name, with oneself
    pub colleagues: Vec<Colleague>,
    /// code and name of organisations that raise contacts; empty where there are too many to choose from
    pub raisers: Vec<(String, String)>,
    pub saved: Vec<Saved>,
    /// CRN and version of what the viewer has ticked in this list
    pub ticks: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub struct Colleague {
    pub id: i64,
    pub name: String,
    /// who gets what is assigned to them while they are away
    pub covered_by: Option<String>,
}

/// A filter kept under a name.
#[derive(Debug, Clone, Deserialize)]
pub struct Saved {
    pub id: i64,
    pub name: String,
    pub query: String,
    /// of the organisation rather than of one person
    pub shared: bool,
    pub is_default: bool,
}

impl ListExtras {
    /// Ids and names of colleagues.
    pub fn named(&self) -> Vec<(i64, String)> {
        self.colleagues.iter().map(|person| (person.id, person.name.clone())).collect()
    }

    /// The list in words.
    pub fn words(&self, filter: &Filter) -> String {
        filter.words(Names { colleagues: &self.named(), raisers: &self.raisers })
    }
}

/// Reads a page: one statement, so one round trip.
pub async fn page(
    tx: &mut PgConnection,
    viewer: &Viewer,
    filter: &Filter,
    now: OffsetDateTime,
) -> Result<Listed, AppError> {
    let backwards = filter.cursor.as_ref().is_some_and(|cursor| cursor.backwards);
    let mut sql = QueryBuilder::<Postgres>::new("with ");
    if conditions::needs_hits(filter) {
        // once for the rows and the count; where there are more than are counted, rows are found by walking the list
        sql.push("hit as materialized (");
        conditions::hits(&mut sql, filter, Some(COUNTED + 1));
        sql.push(format!("), many as materialized (select count(*) > {COUNTED} as yes from hit), page as (("));
        portion(&mut sql, viewer, filter, now, Words::InHits, " and not (select yes from many)")?;
        sql.push(") union all (");
        portion(&mut sql, viewer, filter, now, Words::RowByRow, " and (select yes from many)")?;
        sql.push(")");
    } else {
        sql.push("page as (");
        portion(&mut sql, viewer, filter, now, Words::InPlace, "")?;
    }
    sql.push(") select page.*, ");
    // what is not of a row comes with the first one only: of many people it is far longer than the row
    sql.push("case when row_number() over () = 1 then ");
    if conditions::needs_hits(filter) {
        counted_hits(&mut sql, viewer, filter, now);
    } else {
        count(&mut sql, viewer, filter, now);
    }
    sql.push(" end as total, case when row_number() over () = 1 then ");
    extras(&mut sql, viewer, filter);
    sql.push(" end as extras from (select) as one left join page on true");
    let found = sql.build().fetch_all(tx).await?;
    read(&found, filter, viewer, backwards)
}

/// How many contacts each filter means, in one statement; one more than [`COUNTED`] means more.
pub async fn counts(
    tx: &mut PgConnection,
    viewer: &Viewer,
    filters: &[Filter],
    now: OffsetDateTime,
) -> Result<Vec<i64>, AppError> {
    let mut sql = QueryBuilder::<Postgres>::new("select array[");
    for (at, filter) in filters.iter().enumerate() {
        sql.push(if at == 0 { "" } else { ", " });
        count(&mut sql, viewer, filter, now);
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
    conditions::push(&mut sql, viewer, filter, now);
    Ok(sql.build_query_scalar().fetch_one(tx).await?)
}

/// How many have come into the list since it was drawn, by the hand of others; at most 100.
pub async fn newer(
    tx: &mut PgConnection,
    viewer: &Viewer,
    filter: &Filter,
    since: OffsetDateTime,
    now: OffsetDateTime,
) -> Result<i64, AppError> {
    let mut sql = QueryBuilder::<Postgres>::new("select count(*) from (select from contact c");
    conditions::push(&mut sql, viewer, filter, now);
    match filter.queue {
        Queue::Organisation | Queue::Mine => {
            sql.push(" and c.moved > ").push_bind(since);
            // a move from colleague to colleague brings nothing into the whole queue
            if filter.queue == Queue::Organisation && filter.status.is_none() && filter.with == super::With::Anyone {
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

/// CRNs of the list around a row, in the list's order: at most so many before and after it, and itself.
pub async fn around(
    tx: &mut PgConnection,
    viewer: &Viewer,
    filter: &Filter,
    at: &Cursor,
    crn: &str,
    most: usize,
    now: OffsetDateTime,
) -> Result<Vec<String>, AppError> {
    let key = sort_key(filter);
    let mut halves = Vec::new();
    for backwards in [true, false] {
        let mut sql = QueryBuilder::<Postgres>::new("select c.crn");
        from(&mut sql, viewer);
        conditions::push(&mut sql, viewer, filter, now);
        beyond(&mut sql, filter, at, backwards)?;
        let order = direction(filter, backwards);
        sql.push(format!(" order by {key}{order}, c.id{order} limit {most}"));
        let half: Vec<String> = sql.build_query_scalar().fetch_all(&mut *tx).await?;
        halves.push(half);
    }
    let after = halves.pop().unwrap_or_default();
    let before = halves.pop().unwrap_or_default();
    Ok(before.into_iter().rev().chain(std::iter::once(crn.to_owned())).chain(after).collect())
}

/// The first so many that nobody has yet, for whoever they are to be given to: CRN and version.
pub async fn first_unassigned(
    tx: &mut PgConnection,
    viewer: &Viewer,
    filter: &Filter,
    most: u16,
    now: OffsetDateTime,
) -> Result<Vec<(String, i32)>, AppError> {
    let key = sort_key(filter);
    let mut sql = QueryBuilder::<Postgres>::new("select c.crn, c.version");
    from(&mut sql, viewer);
    conditions::push(&mut sql, viewer, filter, now);
    let order = direction(filter, false);
    sql.push(format!(
        " and c.holder is null and c.with_org is not null order by {key}{order}, c.id{order} limit {most}"
    ));
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
    let mut sql = QueryBuilder::<Postgres>::new("with answered as (select c.crn from contact c");
    conditions::push(&mut sql, viewer, filter, now);
    sql.push(" and c.holder is null and c.with_org is not null and c.asker = ").push_bind(viewer.id);
    sql.push(" order by c.due, c.id limit 1 for update of c skip locked), first as (select c.crn from contact c");
    conditions::push(&mut sql, viewer, filter, now);
    sql.push(" and c.holder is null and c.with_org is not null and not exists (select from answered)");
    sql.push(
        " order by c.due, c.id limit 1 for update of c skip locked) \
         select crn, true from answered union all select crn, false from first",
    );
    Ok(sql.build_query_as().fetch_optional(tx).await?)
}

fn sort_key(filter: &Filter) -> &'static str {
    match filter.sort {
        // work always has a due time, and an index in its order; closed contacts come last
        Sort::Due if filter.queue.is_work() => "c.due",
        Sort::Due => "coalesce(c.due, timestamptz '9999-01-01 00:00:00+00')",
        Sort::Received | Sort::Age => "c.received",
        Sort::Status => "c.status",
        Sort::RaisedBy => "r.name",
        Sort::With => "coalesce(h.name, w.name, '')",
    }
}

/// The key as a cursor writes it.
fn shown_key(filter: &Filter) -> String {
    let key = sort_key(filter);
    if filter.sort.is_time() { format!("(extract(epoch from {key}) * 1000000)::bigint::text") } else { key.to_owned() }
}

/// The oldest was received first: ages run against the times they are counted from.
fn direction(filter: &Filter, backwards: bool) -> &'static str {
    let descending = (filter.descending != (filter.sort == Sort::Age)) != backwards;
    if descending { " desc" } else { " asc" }
}

/// Rows after the cursor in the list's order, or before it.
fn beyond(sql: &mut QueryBuilder<Postgres>, filter: &Filter, cursor: &Cursor, backwards: bool) -> Result<(), AppError> {
    let sign = if direction(filter, backwards) == " desc" { "<" } else { ">" };
    sql.push(format!(" and ({}, c.id) {sign} (", sort_key(filter)));
    if filter.sort.is_time() {
        sql.push_bind(cursor.time().ok_or_else(|| super::unreadable("after"))?);
    } else {
        sql.push_bind(cursor.key.clone());
    }
    sql.push(", ").push_bind(cursor.id).push(")");
    Ok(())
}

/// Colleagues have names, people elsewhere only their organisation.
fn from(sql: &mut QueryBuilder<Postgres>, viewer: &Viewer) {
    sql.push(
        " from contact c join organisation r on r.id = c.raised_by left join organisation w on w.id = c.with_org \
         left join person h on h.id = c.holder and h.organisation_id = ",
    );
    sql.push_bind(viewer.organisation_id());
}

/// One page's rows, with their keys, as a part of a statement.
fn portion(
    sql: &mut QueryBuilder<Postgres>,
    viewer: &Viewer,
    filter: &Filter,
    now: OffsetDateTime,
    words: Words,
    only_if: &str,
) -> Result<(), AppError> {
    let backwards = filter.cursor.as_ref().is_some_and(|cursor| cursor.backwards);
    let (key, order) = (sort_key(filter), direction(filter, backwards));
    sql.push(
        "select c.id, c.crn, c.contact_type, c.version, c.status, \
        c.sub_building_name, c.building_name, c.building_number, c.plot_number, c.street, c.post_town, c.postcode, \
        c.received, c.due, c.closed, c.holder, r.name as raiser, w.name as with_name, h.name as holder_name, ",
    );
    sql.push(shown_key(filter)).push(" as key");
    from(sql, viewer);
    conditions::push_with(sql, viewer, filter, now, words);
    sql.push(only_if);
    if let Some(cursor) = &filter.cursor {
        beyond(sql, filter, cursor, backwards)?;
    }
    // a number of its own for each size, so that Postgres plans for few rows
    sql.push(format!(" order by {key}{order}, c.id{order} limit {}", filter.size + 1));
    Ok(())
}

/// How many of the hits are meant; more than are counted are that many, unless the list is narrowed besides.
fn counted_hits(sql: &mut QueryBuilder<Postgres>, viewer: &Viewer, filter: &Filter, now: OffsetDateTime) {
    let only_words = Filter { q: String::new(), ..filter.clone() }.is_whole();
    sql.push("case when (select yes from many) then ");
    if only_words && !filter.queue.is_work() && filter.queue != Queue::Raised {
        sql.push((COUNTED + 1).to_string());
    } else {
        sql.push("(select count(*) from (select from contact c");
        conditions::push(sql, viewer, filter, now);
        sql.push(format!(" limit {}) as counted)", COUNTED + 1));
    }
    sql.push(" else (select count(*) from contact c");
    conditions::push_with(sql, viewer, filter, now, Words::InHits);
    sql.push(") end");
}

/// The number of rows as an expression: from the tally where it knows, else counted as far as it is shown.
fn count(sql: &mut QueryBuilder<Postgres>, viewer: &Viewer, filter: &Filter, now: OffsetDateTime) {
    if let Some(statuses) = filter.tallied() {
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
        return;
    }
    sql.push("(select count(*) from (select from contact c");
    conditions::push(sql, viewer, filter, now);
    sql.push(format!(" limit {}) as counted)", COUNTED + 1));
}

fn extras(sql: &mut QueryBuilder<Postgres>, viewer: &Viewer, filter: &Filter) {
    // covers are few and people many, so the covers are looked up once
    sql.push(
        "json_build_object('colleagues', coalesce((select json_agg(json_build_object('id', p.id, 'name', p.name, \
            'covered_by', v.name) order by p.name, p.id) \
            from person p left join (select v.person_id, x.name from cover v join person x on x.id = v.covered_by \
                                     where v.until >= now()) v on v.person_id = p.id \
            where p.disabled is null and p.organisation_id = ",
    );
    sql.push_bind(viewer.organisation_id());
    sql.push("), '[]'::json), 'raisers', case when (select count(*) from organisation where raises) <= ")
        .push_bind(OFFERED);
    sql.push(
        " then (select json_agg(json_build_array(o.code, o.name) order by o.name) from organisation o where o.raises)",
    );
    // of too many, the one that is asked for still has its name
    sql.push(" else coalesce((select json_agg(json_build_array(o.code, o.name)) from organisation o where o.code = ");
    sql.push_bind(filter.raised_by.clone());
    sql.push(
        "), '[]'::json) end, 'saved', coalesce((select json_agg(json_build_object('id', s.id, 'name', s.name, \
            'query', s.query, 'shared', s.person_id is null, 'is_default', d.filter_id is not null) \
            order by s.person_id is null, lower(s.name)) \
            from saved_filter s left join default_filter d on d.filter_id = s.id and d.person_id = ",
    );
    sql.push_bind(viewer.id).push(" where s.queue = ").push_bind(filter.queue.slug());
    sql.push(" and (s.person_id = ").push_bind(viewer.id);
    sql.push(" or (s.person_id is null and s.organisation_id = ").push_bind(viewer.organisation_id());
    sql.push("))), '[]'::json), 'ticks', coalesce((select to_json(k.ticks) from selection k where k.person_id = ");
    sql.push_bind(viewer.id).push(" and k.list = ").push_bind(filter.list()).push("), '[]'::json))");
}

fn read(found: &[PgRow], filter: &Filter, viewer: &Viewer, backwards: bool) -> Result<Listed, AppError> {
    let Some(first) = found.first() else { return Err(AppError::Broken("a list had no answer".into())) };
    let (Json(extras), count) = (first.try_get::<Json<ListExtras>, _>("extras")?, first.try_get("total")?);
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
    let at = |row: Option<&Row>, backwards| row.map(|row| Cursor { key: row.key.clone(), id: row.id, backwards });
    let (earlier, later) = match (&filter.cursor, backwards) {
        (None, _) => (false, there_is_more),
        (Some(_), false) => (true, there_is_more),
        (Some(_), true) => (there_is_more, true),
    };
    let previous = if earlier { at(rows.first(), true) } else { None };
    let next = if later { at(rows.last(), false) } else { None };
    Ok(Listed { rows, count, previous, next, extras })
}
