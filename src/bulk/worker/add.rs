//! Adds rows of a bulk: the next few become contacts in one transaction, or row by row if one of them stands in the way.

use sqlx::PgConnection;

use super::log::{RowToLog, log};
use super::note::note;
use crate::app::App;
use crate::bulk::SentRow;
use crate::bulk::already_logged::already_logged;
use crate::bulk::problem::{ProblemSource, RowProblem};
use crate::bulk::verdict::{RowOutcome, Verdict};
use crate::contacts::fields::Details;
use crate::contacts::journal::Refused;
use crate::contacts::types::ContactType;
use crate::error::AppError;
use crate::session::Viewer;

/// Rows of one transaction.
const ADDED_AT_ONCE: i64 = 50;
/// Adds the good rows after this one; answers the last that is added, or nothing if that was all.
pub async fn add(
    app: &App,
    tx: &mut PgConnection,
    viewer: &Viewer,
    (key, contact_type): (&str, ContactType),
    after: i32,
    with_asked: bool,
) -> Result<Option<i32>, AppError> {
    let rows = sqlx::query!(
        "select row, line, fields, whole as row_key, problems from bulk_row
         where bulk_key = $1 and row > $2 and not made and (verdict = 'good' or (verdict = 'ask' and $3))
         order by row limit $4",
        key,
        after,
        with_asked,
        ADDED_AT_ONCE
    )
    .fetch_all(&mut *tx)
    .await?;
    let Some(last) = rows.last().map(|row| row.row) else { return Ok(None) };
    let mut rows: Vec<RowToLog> = rows
        .into_iter()
        .map(|row| {
            let said: Vec<RowProblem> =
                row.problems.as_array().into_iter().flatten().map(RowProblem::of_json).collect();
            let details = SentRow::of_json(contact_type, row.line, &row.fields).details();
            RowToLog {
                row: row.row,
                details,
                row_key: row.row_key,
                candidates: said.iter().filter(|problem| problem.source == ProblemSource::LooksAlike).count(),
            }
        })
        .collect();
    // logged since it was checked, by hand or by another bulk
    let details: Vec<Details> = rows.iter().map(|row| row.details.clone()).collect();
    let logged_as = already_logged(&mut *tx, viewer.organisation_id().unwrap_or_default(), &details).await?;
    if !logged_as.is_empty() {
        let mut places: Vec<&usize> = logged_as.keys().collect();
        places.sort_unstable();
        let numbers: Vec<i32> = places.iter().map(|place| rows[**place].row).collect();
        let outcomes: Vec<_> = places.iter().map(|place| RowOutcome::already_logged(&logged_as[*place])).collect();
        note(&mut *tx, key, &numbers, &outcomes).await?;
        rows = rows
            .into_iter()
            .enumerate()
            .filter(|(place, _)| !logged_as.contains_key(place))
            .map(|(_, row)| row)
            .collect();
    }
    if let Err(refused) = log(app, tx, viewer, key, &rows).await? {
        tracing::warn!(?refused, "a chunk of a bulk is added row by row");
        for row in rows.chunks(1) {
            if let Err(refused) = log(app, tx, viewer, key, row).await? {
                let came = why_not(tx, viewer, &row[0], &refused).await?;
                note(tx, key, &[row[0].row], &[came]).await?;
            }
        }
    }
    Ok(Some(last))
}

/// What came of a row that could not be added by itself.
async fn why_not(
    tx: &mut PgConnection,
    viewer: &Viewer,
    row: &RowToLog,
    refused: &Refused,
) -> Result<RowOutcome, AppError> {
    let details = std::slice::from_ref(&row.details);
    if let Some(crn) = already_logged(tx, viewer.organisation_id().unwrap_or_default(), details).await?.remove(&0) {
        return Ok(RowOutcome::already_logged(&crn));
    }
    tracing::error!(?refused, "a row of a bulk could not be added");
    let says = "It could not be added. Send it again; if it fails again, tell support";
    Ok(RowOutcome { verdict: Verdict::Bad, problems: vec![RowProblem::plain(ProblemSource::Worker, says)], crn: None })
}
