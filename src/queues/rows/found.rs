//! Contacts that are found by their words, or by the number that was typed in place of words.
//!
//! Both functions of Postgres that are asked here answer at most so many ids, of what the viewer may see, and read nothing
//! that others have (`migrations/0043_words.sql`, `migrations/0049_two_words.sql`).

use sqlx::{PgConnection, Postgres, QueryBuilder};
use time::OffsetDateTime;

use super::search::Search;
use crate::error::AppError;

/// A contact that is found, and when it was logged.
#[derive(Debug)]
pub struct Hit {
    pub id: i64,
    pub received: OffsetDateTime,
    /// by its number alone, so that it need not be in the list
    pub by_number: bool,
}

#[derive(Debug)]
pub struct Found {
    /// in the order that was asked for
    pub all: Vec<Hit>,
    /// it was not looked to the end
    pub may_be_more: bool,
}

/// What is asked of `contacts_with_words`.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// only what the viewer's organisation raised
    pub raised: bool,
    /// from the contact with this id on
    pub beyond: Option<i64>,
    pub oldest_first: bool,
    pub most: usize,
    /// so many will do where finding more takes long
    pub enough: usize,
}

/// In the order of their ids, which is that of logging.
pub async fn found(tx: &mut PgConnection, search: &Search, words: &[String], asked: &Asked) -> Result<Found, AppError> {
    let mut sql = QueryBuilder::<Postgres>::new("select id, received, false from contacts_with_words(");
    sql.push_bind(words.to_vec()).push(", ").push_bind(asked.raised).push(", ").push_bind(asked.beyond).push(", ");
    sql.push_bind(asked.oldest_first).push(", ").push_bind(number(asked.most)).push(", ");
    sql.push_bind(number(asked.enough)).push(")");
    search.push_numbers(&mut sql, "id, received, true");
    let rows: Vec<(Option<i64>, Option<OffsetDateTime>, bool)> = sql.build_query_as().fetch_all(tx).await?;
    let was_cut = rows.iter().any(|(id, ..)| id.is_none());
    let hit = |(id, received, by_number): (Option<i64>, Option<OffsetDateTime>, bool)| {
        Some(Hit { id: id?, received: received?, by_number })
    };
    let mut all: Vec<Hit> = rows.into_iter().filter_map(hit).collect();
    let place = |id: i64| if asked.oldest_first { id } else { -id };
    let by_words = all.iter().filter(|hit| !hit.by_number);
    let may_be_more = was_cut || by_words.clone().count() >= asked.most;
    let last = by_words.map(|hit| place(hit.id)).max().filter(|_| may_be_more);
    // what is found by its number comes in its place among the others, once
    all.retain(|hit| {
        let at = place(hit.id);
        let is_beyond = asked.beyond.is_none_or(|id| at > place(id));
        !hit.by_number || (is_beyond && last.is_none_or(|last| at <= last))
    });
    all.sort_by_key(|hit| (place(hit.id), hit.by_number));
    all.dedup_by_key(|hit| hit.id);
    Ok(Found { all, may_be_more })
}

/// Ids of what the viewer's organisation has to do, in no order.
pub async fn of_work(
    tx: &mut PgConnection,
    search: &Search,
    words: &[String],
    most: usize,
) -> Result<Vec<i64>, AppError> {
    let mut sql = QueryBuilder::<Postgres>::new("select open_with_words(");
    sql.push_bind(words.to_vec()).push(", ").push_bind(number(most)).push(") as id");
    search.push_numbers(&mut sql, "id");
    Ok(sql.build_query_scalar().fetch_all(tx).await?)
}

fn number(of: usize) -> i32 {
    i32::try_from(of).unwrap_or(i32::MAX)
}
