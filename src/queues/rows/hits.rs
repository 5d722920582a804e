//! The contacts that have the words which are looked for: looked up before the list is read, so that few are read by their
//! ids, and of many only as far as the page needs.
//!
//! Both functions of Postgres that are asked here answer at most so many ids, of what the viewer may see, and read nothing
//! that others have (`migrations/0043_words.sql`).

use sqlx::{PgConnection, Postgres, QueryBuilder};

use super::search::Search;
use crate::error::AppError;
use crate::queues::filter::{Cursor, Filter, Queue, Sort};
use crate::session::Viewer;

/// So many are read by their ids and put in any order.
pub const COLLECTED: usize = 500;
/// So many are held against the other conditions of a filter for one page.
const NARROWED: usize = 5_000;

#[derive(Debug)]
pub enum Hits {
    /// nothing is looked for by its words
    NotAsked,
    /// ids of all of them
    All(Vec<i64>),
    /// too many: the work is walked in its order, and each contact of it looked at
    Walked(Vec<String>),
    /// too many to be put in order: ids of those that come next, by the time of logging; `goes_on` says that they are not
    /// the last
    Next { ids: Vec<i64>, goes_on: bool },
}

impl Hits {
    pub async fn look_up(
        tx: &mut PgConnection,
        viewer: &Viewer,
        filter: &Filter,
        search: &Search,
    ) -> Result<Hits, AppError> {
        let Some(words) = search.words() else { return Ok(Hits::NotAsked) };
        let ids = first(tx, filter.queue, search, &words).await?;
        if ids.len() <= COLLECTED {
            return Ok(Hits::All(ids));
        }
        if filter.queue.is_work() {
            return Ok(Hits::Walked(words));
        }
        let most = if is_narrowed(filter) { NARROWED } else { COLLECTED };
        let beyond = filter.cursor.as_ref().map(|cursor| cursor.id);
        let ids: Vec<i64> = sqlx::query_scalar!(
            r#"select contacts_with_words($1, $2, $3, $4, $5) as "id!""#,
            &words,
            filter.queue == Queue::Raised && !viewer.sees_all(),
            beyond,
            is_oldest_first(filter),
            i32::try_from(most).unwrap_or(i32::MAX)
        )
        .fetch_all(tx)
        .await?;
        let goes_on = ids.len() == most;
        Ok(Hits::Next { ids, goes_on })
    }

    /// As a condition of a contact `c`.
    pub fn push(&self, sql: &mut QueryBuilder<Postgres>, viewer: &Viewer) {
        match self {
            Hits::NotAsked => {}
            Hits::All(ids) | Hits::Next { ids, .. } => {
                sql.push(" and c.id = any(").push_bind(ids.clone()).push(")");
            }
            Hits::Walked(words) => {
                sql.push(" and exists (select from work_words o where o.contact_id = c.id and o.words @@ (select each_word_after(");
                sql.push_bind(viewer.organisation_id()).push("::bigint || '/', ").push_bind(words.join(" & "));
                sql.push("::tsquery)::tsquery))");
            }
        }
    }

    /// Where those that are looked up next go on, whether or not one of them is in the list; nowhere if they are the last.
    pub fn beyond(&self, backwards: bool) -> Option<Cursor> {
        let Hits::Next { ids, goes_on: true } = self else { return None };
        // only its id is asked for
        Some(Cursor { key: "0".to_owned(), id: *ids.last()?, backwards })
    }

    /// They come by the time of logging, whatever the list is sorted by.
    pub fn are_next(&self) -> bool {
        matches!(self, Hits::Next { .. })
    }
}

/// Ids of at most one more than are collected: by words, and by the number that was typed, which may be of several kinds.
async fn first(tx: &mut PgConnection, queue: Queue, search: &Search, words: &[String]) -> Result<Vec<i64>, AppError> {
    let most = i32::try_from(COLLECTED + 1).unwrap_or(i32::MAX);
    let mut sql = QueryBuilder::<Postgres>::new("select ");
    if queue.is_work() {
        sql.push("open_with_words(").push_bind(words.to_vec()).push(", ").push_bind(most).push(") as id");
    } else {
        sql.push("contacts_with_words(").push_bind(words.to_vec()).push(", ").push_bind(queue == Queue::Raised);
        sql.push(", null, false, ").push_bind(most).push(") as id");
    }
    search.push_numbers(&mut sql);
    Ok(sql.build_query_scalar().fetch_all(tx).await?)
}

/// Something besides words is asked of a contact.
pub fn is_narrowed(filter: &Filter) -> bool {
    !Filter { q: String::new(), ..filter.clone() }.is_whole()
}

/// Hits that are too many to be put in order come by the time of logging: the oldest first if that is asked for.
pub fn is_oldest_first(filter: &Filter) -> bool {
    let is_by_time = matches!(filter.sort, Sort::Received | Sort::Age);
    let oldest_first = is_by_time && filter.descending == (filter.sort == Sort::Age);
    oldest_first != filter.is_backwards()
}
