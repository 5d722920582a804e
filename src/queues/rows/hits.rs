//! The contacts that have the words which are looked for: looked up before the list is read, so that few are read by their
//! ids, and of many only as far as the page needs.
//!
//! Both functions of Postgres that are asked here answer at most so many ids, of what the viewer may see, and read nothing
//! that others have (`migrations/0043_words.sql`).

use sqlx::{PgConnection, Postgres, QueryBuilder};
use time::OffsetDateTime;

use super::search::Search;
use crate::error::AppError;
use crate::queues::filter::{Cursor, Filter, Queue, Sort};
use crate::session::Viewer;

/// So many are read by their ids and put in any order.
const COLLECTED: usize = 500;
/// So many of those that come by their time anyway, to say how many there are.
const COUNTED_BY_TIME: usize = 200;
/// So many of one's work: of more, one in ten or more has the words, and the work is walked.
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
    /// too many to be put in order: ids of those that come next, by the time of logging; `goes_on` says that they are not
    /// the last, and more than `known` are known in all
    Next { ids: Vec<i64>, goes_on: bool, known: usize },
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
            let ids = of_work(tx, search, &words).await?;
            let are_listed = filter.queue == Queue::Organisation && !is_narrowed(filter) && !search.has_number();
            return Ok(if ids.len() <= COLLECTED_WORK { Hits::All { ids, are_listed } } else { Hits::Walked(words) });
        }
        let is_oldest_first = is_oldest_first(filter);
        let page = usize::try_from(filter.size).unwrap_or(50) + 1;
        let most = if is_narrowed(filter) { NARROWED } else { page };
        // to put them in another order, all of them are needed
        let enough = match (is_by_time(filter), is_narrowed(filter)) {
            (false, _) => COLLECTED + 1,
            (true, true) => 4 * page,
            (true, false) => page,
        };
        let asked =
            Asked { raised: filter.queue == Queue::Raised, beyond: None, backwards: is_oldest_first, most, enough };
        let collected = if is_by_time(filter) && !is_narrowed(filter) { COUNTED_BY_TIME } else { COLLECTED };
        // from either end, all of them are the same
        let all = Asked { most: most.max(collected + 1), ..asked };
        let mut found = find(tx, &words, Some(search), &all).await?;
        if !found.may_be_more && found.all.len() <= collected {
            return Ok(one_page(found.all, filter));
        }
        let known = found.all.len().min(collected) / 50 * 50;
        if let Some(cursor) = &filter.cursor {
            found = find(tx, &words, None, &Asked { beyond: Some(cursor.id), ..asked }).await?;
        }
        let Found { mut all, may_be_more } = found;
        // with those that were found by a number they come in no order
        all.sort_by_key(|hit| if is_oldest_first { hit.id } else { -hit.id });
        let goes_on = may_be_more || all.len() >= most;
        all.truncate(most);
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
    pub fn beyond(&self, backwards: bool) -> Option<Cursor> {
        let Hits::Next { ids, goes_on: true, .. } = self else { return None };
        // only its id is asked for
        Some(Cursor { key: "0".to_owned(), id: *ids.last()?, backwards })
    }

    /// How many there are, as far as that is known without counting; nothing where they have to be counted.
    pub fn count_of(&self, filter: &Filter) -> Option<HitCount> {
        match self {
            Hits::Page { count, .. } => Some(HitCount::All(i64::try_from(*count).unwrap_or(i64::MAX))),
            Hits::All { ids, are_listed: true } => Some(HitCount::All(i64::try_from(ids.len()).unwrap_or(i64::MAX))),
            Hits::Next { .. } if is_narrowed(filter) => Some(HitCount::Unknown),
            Hits::Next { known, .. } => Some(HitCount::Many(*known)),
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

/// A contact that is found, and when it was logged.
#[derive(Debug)]
struct Hit {
    id: i64,
    received: OffsetDateTime,
}

#[derive(Debug)]
struct Found {
    all: Vec<Hit>,
    /// it was not looked to the end
    may_be_more: bool,
}

/// What is asked of `contacts_with_words`.
#[derive(Debug, Clone, Copy)]
struct Asked {
    /// only what the viewer's organisation raised
    raised: bool,
    beyond: Option<i64>,
    /// the oldest first
    backwards: bool,
    most: usize,
    /// so many will do where finding more takes long
    enough: usize,
}

/// By words, and by the number that was typed, which may be of several kinds.
async fn find(
    tx: &mut PgConnection,
    words: &[String],
    numbers: Option<&Search>,
    asked: &Asked,
) -> Result<Found, AppError> {
    let number = |of: usize| i32::try_from(of).unwrap_or(i32::MAX);
    let mut sql = QueryBuilder::<Postgres>::new("select id, received from contacts_with_words(");
    sql.push_bind(words.to_vec()).push(", ").push_bind(asked.raised).push(", ").push_bind(asked.beyond).push(", ");
    sql.push_bind(asked.backwards).push(", ").push_bind(number(asked.most)).push(", ");
    sql.push_bind(number(asked.enough)).push(")");
    if let Some(search) = numbers {
        search.push_numbers(&mut sql, "id, received");
    }
    let rows: Vec<(Option<i64>, Option<OffsetDateTime>)> = sql.build_query_as().fetch_all(tx).await?;
    let count = rows.len();
    let all: Vec<Hit> = rows
        .into_iter()
        .filter_map(|(id, received)| id.zip(received))
        .map(|(id, received)| Hit { id, received })
        .collect();
    Ok(Found { may_be_more: all.len() < count, all })
}

async fn of_work(tx: &mut PgConnection, search: &Search, words: &[String]) -> Result<Vec<i64>, AppError> {
    let most = i32::try_from(COLLECTED_WORK + 1).unwrap_or(i32::MAX);
    let mut sql = QueryBuilder::<Postgres>::new("select open_with_words(");
    sql.push_bind(words.to_vec()).push(", ").push_bind(most).push(") as id");
    search.push_numbers(&mut sql, "id");
    Ok(sql.build_query_scalar().fetch_all(tx).await?)
}

/// Of all that is found, where nothing else is asked of it and it comes by the time of receipt, the rows of the page in view
/// and those around it are read, not all of them.
fn one_page(mut found: Vec<Hit>, filter: &Filter) -> Hits {
    let size = usize::try_from(filter.size).unwrap_or(50) + 1;
    let all = |found: &[Hit]| found.iter().map(|found| found.id).collect();
    if !is_by_time(filter) || is_narrowed(filter) || filter.cursor.is_some() || found.len() <= size {
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
