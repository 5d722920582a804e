//! Which contacts a filter means, as the conditions of a `where`. This text is put together from words of this file
//! only; every value is bound.

use sqlx::{Postgres, QueryBuilder};
use time::{Duration, OffsetDateTime, Time};

use crate::queues::{Due, Filter, Queue, With};
use crate::session::Viewer;
use crate::trade::postcode::outcodes;
use crate::trade::words::fold;
use crate::trade::working_time::{add_working_days, at_london, london_day, received_within};
use crate::trade::{Crn, Mprn, Msn, Postcode};

/// Where the contacts with the words that are looked for stand in a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    /// nowhere yet: they are looked up in place
    InPlace,
    /// in `hit`, all of them
    InHits,
    /// there are too many to collect: each contact is looked at as it comes
    RowByRow,
}

/// Everything that a filter asks of a contact `c`.
pub fn push(sql: &mut QueryBuilder<Postgres>, viewer: &Viewer, filter: &Filter, now: OffsetDateTime) {
    push_with(sql, viewer, filter, now, Words::InPlace);
}

/// The same, with the words that are looked for where they stand.
pub fn push_with(
    sql: &mut QueryBuilder<Postgres>,
    viewer: &Viewer,
    filter: &Filter,
    now: OffsetDateTime,
    words: Words,
) {
    whose(sql, viewer, filter.queue);
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
            sql.push(" and c.holder = ").push_bind(id);
            sql.push(" and c.with_org = ").push_bind(viewer.organisation_id());
        }
    }
    if let Some(code) = &filter.raised_by {
        sql.push(" and c.raised_by = (select o.id from organisation o where o.code = ")
            .push_bind(code.clone())
            .push(")");
    }
    if let Some(ldz) = filter.ldz {
        sql.push(" and c.ldz = ").push_bind(ldz.code());
    }
    if let Some(due) = filter.due {
        when_due(sql, due, now);
    }
    if let Some(age) = filter.age {
        let (fewest, most) = age.days();
        if let Some(most) = most {
            sql.push(" and c.received >= ").push_bind(received_within(most, now));
        }
        if fewest > 0 {
            sql.push(" and c.received < ").push_bind(received_within(fewest - 1, now));
        }
    }
    if let Some(day) = filter.from {
        sql.push(" and c.received >= ").push_bind(at_london(day, Time::MIDNIGHT));
    }
    if let Some(day) = filter.to {
        let (_, next_day) = london_day(at_london(day, Time::MIDNIGHT) + Duration::HOUR);
        sql.push(" and c.received < ").push_bind(next_day);
    }
    if filter.open {
        sql.push(" and c.with_org is not null");
    }
    look_for(sql, filter, words);
}

fn whose(sql: &mut QueryBuilder<Postgres>, viewer: &Viewer, queue: Queue) {
    match queue {
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
}

fn when_due(sql: &mut QueryBuilder<Postgres>, due: Due, now: OffsetDateTime) {
    let (_, tonight) = london_day(now);
    let soon = add_working_days(now, 5);
    match due {
        Due::Overdue => sql.push(" and c.due < ").push_bind(now),
        Due::Today => sql.push(" and c.due >= ").push_bind(now).push(" and c.due < ").push_bind(tonight),
        Due::Soon => sql.push(" and c.due >= ").push_bind(tonight).push(" and c.due <= ").push_bind(soon),
        Due::Later => sql.push(" and c.due > ").push_bind(soon),
    };
}

/// What the search box of a list looks for: a CRN, a postcode or its first half, a number that may be several things,
/// or words that must all match.
fn look_for(sql: &mut QueryBuilder<Postgres>, filter: &Filter, words: Words) {
    let q = filter.q.as_str();
    if q.is_empty() {
        return;
    }
    let crn = Crn::parse(q).ok().filter(|_| q.contains(char::is_alphabetic));
    if let Some(crn) = crn {
        sql.push(" and c.crn = ").push_bind(crn.as_str().to_owned());
    } else if let Ok(postcode) = Postcode::parse(q) {
        sql.push(" and c.postcode = ").push_bind(postcode.as_str().to_owned());
    } else if let Some(outcodes) = outcodes(q) {
        sql.push(" and c.outcode = any(").push_bind(outcodes).push(")");
    } else {
        match words {
            Words::InPlace => {
                sql.push(" and c.id in (");
                hits(sql, filter, None);
                sql.push(")");
            }
            Words::InHits => {
                sql.push(" and c.id in (select id from hit)");
            }
            Words::RowByRow => {
                sql.push(" and c.words @@ ").push_bind(all_words(q)).push("::tsquery");
            }
        }
    }
}

/// What is looked for needs its hits collected before the list is put in order.
pub fn needs_hits(filter: &Filter) -> bool {
    let q = filter.q.as_str();
    let is_crn = Crn::parse(q).is_ok() && q.contains(char::is_alphabetic);
    !(q.is_empty() || is_crn || Postcode::parse(q).is_ok() || outcodes(q).is_some())
}

/// Ids of contacts with these words, at most so many of them; and, since the same digits can be several things, those
/// with this number as CRN without its C, as MPRN or as serial number.
pub fn hits(sql: &mut QueryBuilder<Postgres>, filter: &Filter, most: Option<i64>) {
    let q = filter.q.as_str();
    if filter.queue.is_work() {
        sql.push("select open_with_words(").push_bind(all_words(q)).push("::tsquery) as id");
    } else {
        sql.push("select contacts_with_words(").push_bind(all_words(q)).push("::tsquery, ");
        sql.push_bind(most).push("::bigint) as id");
    }
    if let Ok(crn) = Crn::parse(q) {
        sql.push(" union select id from contact where crn = ").push_bind(crn.as_str().to_owned());
    }
    if let Ok(mprn) = Mprn::parse(q) {
        sql.push(" union select contacts_with_mprn(").push_bind(mprn.as_str().to_owned()).push(")");
    }
    if let Ok(msn) = Msn::parse(q) {
        // however it was spaced when it was typed; that it is none is said for the index, which leaves out the empty
        sql.push(" union select id from contact where msn <> '' and msn = ").push_bind(msn.as_str().to_owned());
    }
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
