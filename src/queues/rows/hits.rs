//! The contacts that have the words which are looked for: looked up before the list is read ([`super::found`]), so that few are
//! read by their ids, and of many only as far as the page needs.

use sqlx::{PgConnection, Postgres, QueryBuilder};
use time::OffsetDateTime;

use super::found::{Asked, Found, Hit, found, of_work};
use super::search::Search;
use crate::error::AppError;
use crate::queues::filter::{Cursor, Filter, Queue, Sort};
use crate::seal::Seal;
use crate::session::Viewer;

/// So many are read by their ids and put in any order.
const COLLECTED: usize = 500;
/// So many of those that come by their time anyway, to say how many there are.
const COUNTED_BY_TIME: usize = 200;
/// So many of one's work: where more have the words, the work is walked, since one that has them is soon met.
const COLLECTED_WORK: usize = 2_000;
/// So many are held against the other conditions of a filter for one page.
const NARROWED: usize = 1_000;

#[derive(Debug)]
pub enum Hits {
    /// nothing is looked for by its words
    NotAsked,
    /// ids of all of them, and whether the list has all of these
    All { ids: Vec<i64>, are_listed: bool },
    /// of all of them, so many, the ids that the first page shows, and one more
    Page { ids: Vec<i64>, count: usize },
    /// too many: the work is walked in its order, and each contact of it looked at
    Walked(Vec<String>),
    /// too many to be put in order: ids of those that come next, by the time of logging; the last of them, where it may not
    /// be the last of all; and how many there are at least, where that is known
    Next { ids: Vec<i64>, goes_on: Option<(i64, OffsetDateTime)>, known: Option<usize> },
}

/// How many hits there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HitCount {
    All(i64),
    /// more than these
    Many(usize),
    /// of the many, those that match the other conditions are not known
    Unknown,
}

impl Hits {
    pub async fn look_up(
        tx: &mut PgConnection,
        viewer: &Viewer,
        filter: &Filter,
        search: &Search,
    ) -> Result<Hits, AppError> {
        // whoever sees all finds a postcode by its index; others would read by it what others have there
        if matches!(search, Search::Postcode(_)) && viewer.sees_all() && !filter.queue.is_work() {
            return Ok(Hits::NotAsked);
        }
        let Some(words) = search.words() else { return Ok(Hits::NotAsked) };
        if filter.queue.is_work() {
            let ids = of_work(tx, search, &words, COLLECTED_WORK + 1).await?;
            let are_listed = filter.queue == Queue::Organisation && !is_narrowed(filter) && search.is_of_words_alone();
            return Ok(if ids.len() <= COLLECTED_WORK { Hits::All { ids, are_listed } } else { Hits::Walked(words) });
        }
        let page = usize::try_from(filter.size).unwrap_or(50) + 1;
        let (most, collected, enough) = match (is_narrowed(filter), is_by_time(filter)) {
            (false, true) => (page, COUNTED_BY_TIME, page),
            // to put them in another order, all of them are needed
            (false, false) => (page, COLLECTED, COLLECTED + 1),
            (true, _) => (NARROWED, COLLECTED, NARROWED),
        };
        let (raised, oldest_first) = (filter.queue == Queue::Raised, is_oldest_first(filter));
        let asked = Asked { raised, beyond: None, oldest_first, most: most.max(collected + 1), enough };
        // from either end, all of them are the same
        let mut next = found(tx, search, &words, &asked).await?;
        if !next.may_be_more && next.all.len() <= collected {
            return Ok(one_page(next.all, filter, search));
        }
        let known = search.is_of_words().then_some(next.all.len().min(collected) / 50 * 50);
        if let Some(cursor) = &filter.cursor {
            let beyond = Some(cursor.id(&viewer.seal)?);
            next = found(tx, search, &words, &Asked { beyond, most, enough: most, ..asked }).await?;
        }
        let Found { mut all, may_be_more } = next;
        let goes_on = may_be_more || all.len() > most;
        all.truncate(most);
        let goes_on = all.last().filter(|_| goes_on).map(|last| (last.id, last.received));
        Ok(Hits::Next { ids: all.into_iter().map(|hit| hit.id).collect(), goes_on, known })
    }

    /// As a condition of a contact `c`.
    pub fn push(&self, sql: &mut QueryBuilder<Postgres>, viewer: &Viewer) {
        match self {
            Hits::NotAsked => {}
            Hits::All { ids, .. } | Hits::Page { ids, .. } | Hits::Next { ids, .. } => {
                sql.push(" and c.id = any(").push_bind(ids.clone()).push(")");
            }
            Hits::Walked(words) => {
                sql.push(" and exists (select from work_words o where o.contact_id = c.id and o.words @@ (select each_word_after(");
                sql.push_bind(viewer.organisation_id()).push("::bigint || '/', ").push_bind(words.join(" & "));
                // an offset keeps it from being joined, for which all of them would be read
                sql.push("::tsquery)::tsquery) offset 0)");
            }
        }
    }

    /// Where those that are looked up next go on, whether or not one of them is in the list; nowhere if they are the last.
    pub fn beyond(&self, seal: &Seal, backwards: bool) -> Option<Cursor> {
        let Hits::Next { goes_on: Some((id, received)), .. } = self else { return None };
        let microseconds = received.unix_timestamp_nanos() / 1_000;
        Some(Cursor::at(seal, microseconds.to_string(), *id, backwards))
    }

    /// How many there are, as far as that is known without counting; nothing where they have to be counted.
    pub fn count_of(&self, filter: &Filter) -> Option<HitCount> {
        match self {
            Hits::Page { count, .. } => Some(HitCount::All(i64::try_from(*count).unwrap_or(i64::MAX))),
            Hits::All { ids, are_listed: true } => Some(HitCount::All(i64::try_from(ids.len()).unwrap_or(i64::MAX))),
            Hits::Next { known: Some(known), .. } if !is_narrowed(filter) => Some(HitCount::Many(*known)),
            Hits::Next { .. } => Some(HitCount::Unknown),
            Hits::Walked(_) if filter.queue == Queue::Organisation && !is_narrowed(filter) => {
                Some(HitCount::Many(COLLECTED_WORK))
            }
            Hits::NotAsked | Hits::All { .. } | Hits::Walked(_) => None,
        }
    }

    /// They come by the time of logging, whatever the list is sorted by.
    pub fn are_next(&self) -> bool {
        matches!(self, Hits::Next { .. })
    }
}

/// Of all that is found, where nothing else is asked of it and it comes by the time of receipt, the rows of the page in view
/// and those around it are read, not all of them.
fn one_page(mut found: Vec<Hit>, filter: &Filter, search: &Search) -> Hits {
    let size = usize::try_from(filter.size).unwrap_or(50) + 1;
    let all = |found: &[Hit]| found.iter().map(|found| found.id).collect();
    let are_listed = search.is_of_words() && !found.iter().any(|hit| hit.by_number) && !is_narrowed(filter);
    if !are_listed || !is_by_time(filter) || filter.cursor.is_some() || found.len() <= size {
        return Hits::All { ids: all(&found), are_listed: false };
    }
    found.sort_by_key(|found| (found.received, found.id));
    if !is_oldest_first(filter) {
        found.reverse();
    }
    Hits::Page { count: found.len(), ids: all(&found[..size]) }
}

fn is_by_time(filter: &Filter) -> bool {
    matches!(filter.sort, Sort::Received | Sort::Age)
}

/// Something besides words is asked of a contact.
pub fn is_narrowed(filter: &Filter) -> bool {
    !Filter { q: String::new(), ..filter.clone() }.is_whole()
}

/// Hits that are too many to be put in order come by the time of logging: the oldest first if that is asked for.
pub fn is_oldest_first(filter: &Filter) -> bool {
    let oldest_first = is_by_time(filter) && filter.descending == (filter.sort == Sort::Age);
    oldest_first != filter.is_backwards()
}
