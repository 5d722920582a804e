//! The one SQL definition of a list: its rows by key, never by offset, and its count.
//!
//! Which column orders it and in which direction depends on the filter, so this text is put together, from words of
//! this file only; every value is bound.

use serde::Deserialize;
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{PgConnection, Postgres, QueryBuilder, Row as _};
use time::OffsetDateTime;

use super::{COUNTED, Cursor, Due, Filter, Queue, Sort, With};
use crate::contacts::details::{first_line, fold};
use crate::contacts::lifecycle::Status;
use crate::contacts::{known_status, with_words};
use crate::error::AppError;
use crate::session::Viewer;
use crate::trade::working_time::london_day;
use crate::trade::{Crn, Mprn, Msn, Postcode};

/// A contact in a list.
#[derive(Debug)]
pub struct Row {
    pub id: i64,
    pub crn: String,
    pub kind: String,
    pub version: i32,
    pub status: Status,
    pub site: String,
    pub postcode: String,
    pub raised_by: String,
    pub received: OffsetDateTime,
    pub due: Option<OffsetDateTime>,
    pub closed: Option<OffsetDateTime>,
    pub with: String,
    pub is_mine: bool,
    key: String,
}

#[derive(Debug, Deserialize)]
struct Named {
    id: i64,
    name: String,
}

/// One page of a list, and what its filters offer.
#[derive(Debug)]
pub struct Listed {
    pub rows: Vec<Row>,
    /// one more than [`COUNTED`] means more
    pub count: i64,
    pub previous: Option<Cursor>,
    pub next: Option<Cursor>,
    pub colleagues: Vec<(i64, String)>,
    pub raisers: Vec<(i64, String)>,
}

/// Reads a page: one statement, so one round trip.
pub async fn page(
    tx: &mut PgConnection,
    viewer: &Viewer,
    filter: &Filter,
    now: OffsetDateTime,
) -> Result<Listed, AppError> {
    let backwards = filter.cursor.as_ref().is_some_and(|cursor| cursor.backwards);
    let descending = filter.descending != backwards;
    let order = if descending { " desc" } else { " asc" };
    let key = sort_key(filter);
    let mut sql = QueryBuilder::<Postgres>::new(
        "with page as (select c.id, c.crn, c.kind, c.version, c.status, \
        c.sub_building_name, c.building_name, c.building_number, c.plot_number, c.street, c.post_town, c.postcode, \
        c.received, c.due, c.closed, c.holder, r.name as raiser, w.name as with_name, h.name as holder_name, ",
    );
    sql.push(if filter.sort.is_time() {
        format!("(extract(epoch from {key}) * 1000000)::bigint::text")
    } else {
        key.to_owned()
    });
    sql.push(" as key");
    from(&mut sql, viewer);
    conditions(&mut sql, viewer, filter, now);
    if let Some(cursor) = &filter.cursor {
        sql.push(format!(" and ({key}, c.id) {} (", if descending { "<" } else { ">" }));
        if filter.sort.is_time() {
            let time = cursor.time().ok_or_else(|| super::unreadable("after"))?;
            sql.push_bind(time);
        } else {
            sql.push_bind(&cursor.key);
        }
        sql.push(", ").push_bind(cursor.id).push(")");
    }
    sql.push(format!(" order by {key}{order}, c.id{order} limit ")).push_bind(filter.size + 1);
    sql.push(") select page.*, (select count(*) from (select");
    from(&mut sql, viewer);
    conditions(&mut sql, viewer, filter, now);
    sql.push(" limit ").push_bind(COUNTED + 1);
    sql.push(") as counted) as total, (select jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name) order by p.name, p.id) \
        from person p where p.disabled is null and p.organisation_id = ");
    sql.push_bind(viewer.organisation_id());
    sql.push(
        ") as colleagues, (select jsonb_agg(jsonb_build_object('id', o.id, 'name', o.name) order by o.name) \
        from organisation o where o.raises) as raisers from (select) as one left join page on true",
    );
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
        sql.push(if at == 0 { "(select count(*) from (select" } else { ", (select count(*) from (select" });
        from(&mut sql, viewer);
        conditions(&mut sql, viewer, filter, now);
        sql.push(" limit ").push_bind(COUNTED + 1).push(") as counted)");
    }
    sql.push("]::bigint[]");
    Ok(sql.build_query_scalar().fetch_one(tx).await?)
}

fn sort_key(filter: &Filter) -> &'static str {
    match filter.sort {
        // work always has a due time, and an index in its order; closed contacts come last
        Sort::Due if filter.queue.is_work() => "c.due",
        Sort::Due => "coalesce(c.due, timestamptz '9999-01-01 00:00:00+00')",
        Sort::Received => "c.received",
        Sort::Status => "c.status",
        Sort::RaisedBy => "r.name",
        Sort::With => "coalesce(h.name, w.name, '')",
    }
}

/// Colleagues have names, people elsewhere only their organisation.
fn from(sql: &mut QueryBuilder<Postgres>, viewer: &Viewer) {
    sql.push(
        " from contact c join organisation r on r.id = c.raised_by left join organisation w on w.id = c.with_org \
         left join person h on h.id = c.holder and h.organisation_id = ",
    );
    sql.push_bind(viewer.organisation_id());
}

fn conditions(sql: &mut QueryBuilder<Postgres>, viewer: &Viewer, filter: &Filter, now: OffsetDateTime) {
    match filter.queue {
        Queue::Organisation => sql.push(" where c.with_org = ").push_bind(viewer.organisation_id()),
        Queue::Mine => sql
            .push(" where c.holder = ")
            .push_bind(viewer.id)
            .push(" and c.with_org = ")
            .push_bind(viewer.organisation_id()),
        Queue::Raised => sql.push(" where c.raised_by = ").push_bind(viewer.organisation_id()),
        Queue::All => sql.push(" where ").push_bind(viewer.sees_all()),
        Queue::Seen => sql
            .push(" where (")
            .push_bind(viewer.sees_all())
            .push(" or c.raised_by = ")
            .push_bind(viewer.organisation_id())
            .push(" or exists (select from contact_network n where n.contact_id = c.id and n.organisation_id = ")
            .push_bind(viewer.organisation_id())
            .push("))"),
    };
    if let Some(status) = filter.status {
        sql.push(" and c.status = ").push_bind(status.code());
    }
    match filter.with {
        With::Anyone => {}
        With::Nobody => {
            sql.push(" and c.holder is null and c.with_org is not null");
        }
        With::Me => {
            sql.push(" and c.holder = ").push_bind(viewer.id);
        }
        // colleagues only: who holds what elsewhere is not ours to ask
        With::Person(id) => {
            sql.push(" and h.id = ").push_bind(id);
        }
    }
    if let Some(id) = filter.raised_by {
        sql.push(" and c.raised_by = ").push_bind(id);
    }
    match filter.due {
        None => {}
        Some(Due::Overdue) => {
            sql.push(" and c.due < ").push_bind(now);
        }
        Some(Due::Today) => {
            let (begins, ends) = london_day(now);
            sql.push(" and c.due >= ").push_bind(begins.max(now)).push(" and c.due < ").push_bind(ends);
        }
    }
    if filter.open {
        sql.push(" and c.with_org is not null");
    }
    look_for(sql, &filter.q);
}

/// What the search box of a list looks for: a CRN, a postcode, a number that may be several things, or words that must
/// all match.
fn look_for(sql: &mut QueryBuilder<Postgres>, q: &str) {
    if q.is_empty() {
        return;
    }
    let crn = Crn::parse(q).ok();
    let is_number = !q.contains(char::is_alphabetic);
    if let (Some(crn), false) = (&crn, is_number) {
        sql.push(" and c.crn = ").push_bind(crn.as_str().to_owned());
        return;
    }
    if let Ok(postcode) = Postcode::parse(q) {
        sql.push(" and c.postcode = ").push_bind(postcode.as_str().to_owned());
        return;
    }
    // the same digits can be a CRN without its C, an MPRN and a serial number
    sql.push(" and c.id in (select contacts_with_words(").push_bind(all_words(q)).push("::tsquery)");
    if let Some(crn) = crn {
        sql.push(" union select id from contact where crn = ").push_bind(crn.as_str().to_owned());
    }
    if let Ok(mprn) = Mprn::parse(q) {
        sql.push(" union select contacts_with_mprn(").push_bind(mprn.as_str().to_owned()).push(")");
    }
    if let Ok(msn) = Msn::parse(q) {
        // however it was spaced when it was typed
        sql.push(" union select id from contact where msn = ").push_bind(msn.as_str().to_owned());
    }
    sql.push(")");
}

/// The words typed, each as the beginning of a word, all of which must be there; nothing typed is special.
pub fn all_words(typed: &str) -> String {
    let words = fold(typed);
    if words.is_empty() {
        // only signs were typed: nothing has such a word
        return "'\u{1}'".to_owned();
    }
    // a longer word than any address has, or Postgres takes
    let short = |word: &String| word.chars().take(100).collect::<String>();
    words.iter().map(|word| format!("'{}':*", short(word))).collect::<Vec<_>>().join(" & ")
}

fn read(found: &[PgRow], filter: &Filter, viewer: &Viewer, backwards: bool) -> Result<Listed, AppError> {
    let named = |row: &PgRow, column: &str| -> Result<Vec<(i64, String)>, AppError> {
        let named: Option<Json<Vec<Named>>> = row.try_get(column)?;
        Ok(named.map(|named| named.0.into_iter().map(|named| (named.id, named.name)).collect()).unwrap_or_default())
    };
    let Some(first) = found.first() else { return Err(AppError::Broken("a list had no answer".into())) };
    let (colleagues, raisers, count) = (named(first, "colleagues")?, named(first, "raisers")?, first.try_get("total")?);
    let mut rows = Vec::with_capacity(found.len());
    for row in found {
        if let Some(id) = row.try_get::<Option<i64>, _>("id")? {
            rows.push(read_row(row, id, viewer)?);
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
    Ok(Listed { rows, count, previous, next, colleagues, raisers })
}

fn read_row(row: &PgRow, id: i64, viewer: &Viewer) -> Result<Row, AppError> {
    let text = |column: &str| row.try_get::<String, _>(column);
    let status = known_status(&text("status")?)?;
    let (number, name, sub) = (text("building_number")?, text("building_name")?, text("sub_building_name")?);
    let line = first_line(&[&sub, &name, &number, &text("plot_number")?, &text("street")?]);
    let with_name: Option<String> = row.try_get("with_name")?;
    let holder_name: Option<String> = row.try_get("holder_name")?;
    let holder: Option<i64> = row.try_get("holder")?;
    let organisation = viewer.organisation.as_ref().map(|organisation| organisation.name.as_str());
    // in one's own queue the organisation goes without saying
    let with = if holder.is_none() && with_name.as_deref() == organisation && !status.is_closed() {
        "Nobody yet".to_owned()
    } else {
        with_words(status, with_name.as_deref(), holder_name.as_deref())
    };
    Ok(Row {
        id,
        crn: text("crn")?,
        kind: text("kind")?,
        version: row.try_get("version")?,
        status,
        site: format!("{line}, {}", text("post_town")?),
        postcode: text("postcode")?,
        raised_by: text("raiser")?,
        received: row.try_get("received")?,
        due: row.try_get("due")?,
        closed: row.try_get("closed")?,
        with,
        is_mine: holder == Some(viewer.id),
        key: text("key")?,
    })
}
