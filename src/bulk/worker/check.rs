//! Checks rows of a bulk: the next few, and writes the verdict on each.

use std::collections::HashMap;

use sqlx::PgConnection;

use super::note::note;
use crate::addresses::facts::facts_of_many;
use crate::app::App;
use crate::bulk::SentRow;
use crate::bulk::already_logged::already_logged;
use crate::bulk::check::{beside_what_is_logged, by_rules};
use crate::bulk::verdict::{RowOutcome, Verdict};
use crate::contacts::duplicates::Candidate;
use crate::contacts::fields::Details;
use crate::contacts::look_ups::told_of_many;
use crate::contacts::types::ContactType;
use crate::error::AppError;
use crate::session::Viewer;

/// Rows of one transaction.
const CHECKED_AT_ONCE: i64 = 50;

/// The last row that is checked, and how many were not held against meter points of others.
pub struct Checked {
    pub last: i32,
    pub not_looked_up: i32,
}

/// Checks the rows after this one.
pub async fn check(
    app: &App,
    tx: &mut PgConnection,
    viewer: &Viewer,
    (key, contact_type): (&str, ContactType),
    after: i32,
) -> Result<Checked, AppError> {
    let rows = sqlx::query!(
        "select row, line, fields, site as premises_key from bulk_row where bulk_key = $1 and row > $2 order by row limit $3",
        key,
        after,
        CHECKED_AT_ONCE
    )
    .fetch_all(&mut *tx)
    .await?;
    let Some(last) = rows.last().map(|row| row.row) else {
        return Ok(Checked { last: i32::MAX, not_looked_up: 0 });
    };
    let details: Vec<Details> =
        rows.iter().map(|row| SentRow::of_json(contact_type, row.line, &row.fields).details()).collect();
    let premises: Vec<Vec<u8>> = rows.iter().map(|row| row.premises_key.clone()).collect();
    let facts = facts_of_many(app, &mut *tx, &details).await?;
    let logged_as = already_logged(&mut *tx, viewer.organisation_id().unwrap_or_default(), &details).await?;
    let mut earlier: HashMap<Vec<u8>, i32> = sqlx::query!(
        r#"select site as premises_key, min(line) as "line!" from bulk_row
           where bulk_key = $1 and site = any($2) and row <= $3 and verdict in ('good', 'ask') group by site"#,
        key,
        &premises,
        after
    )
    .fetch_all(&mut *tx)
    .await?
    .into_iter()
    .map(|row| (row.premises_key, row.line))
    .collect();
    let mut outcomes: Vec<RowOutcome> =
        details.iter().zip(&facts).map(|(details, facts)| by_rules(details, facts)).collect();
    let is_open = |place: &usize| outcomes[*place].verdict != Verdict::Bad && !logged_as.contains_key(place);
    let open: Vec<usize> = (0..rows.len()).filter(is_open).collect();
    let sought: Vec<&Details> = open.iter().map(|place| &details[*place]).collect();
    let told = told_of_many(&mut *tx, viewer, &sought).await?;
    let not_looked_up = i32::try_from(told.iter().filter(|told| told.missing > 0).count()).unwrap_or(i32::MAX);
    let mut candidates: HashMap<usize, Vec<Candidate>> =
        open.into_iter().zip(told.into_iter().map(|told| told.candidates)).collect();
    for (place, row) in rows.iter().enumerate() {
        let outcome = &mut outcomes[place];
        if outcome.verdict != Verdict::Bad {
            let repeats = earlier.get(&row.premises_key).map(|line| usize::try_from(*line).unwrap_or_default());
            let candidates = candidates.remove(&place).unwrap_or_default();
            let by_rules = std::mem::replace(outcome, RowOutcome::repeats(0));
            *outcome = beside_what_is_logged(by_rules, logged_as.get(&place), repeats, &candidates);
            if outcome.can_be_logged() {
                earlier.insert(row.premises_key.clone(), row.line);
            }
        }
    }
    let numbers: Vec<i32> = rows.iter().map(|row| row.row).collect();
    note(tx, key, &numbers, &outcomes).await?;
    Ok(Checked { last, not_looked_up })
}
