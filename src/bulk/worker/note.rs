//! Writes what came of rows of a bulk.

use serde_json::Value;
use sqlx::PgConnection;

use crate::bulk::problem::RowProblem;
use crate::bulk::verdict::RowOutcome;

/// Notes what came of rows that made no contact, by their numbers.
pub async fn note(tx: &mut PgConnection, key: &str, rows: &[i32], outcomes: &[RowOutcome]) -> Result<(), sqlx::Error> {
    let codes: Vec<String> = outcomes.iter().map(|outcome| outcome.verdict.code().to_owned()).collect();
    let json = |outcome: &RowOutcome| Value::Array(outcome.problems.iter().map(RowProblem::as_json).collect());
    let problems: Vec<Value> = outcomes.iter().map(json).collect();
    let crns: Vec<String> = outcomes.iter().map(|outcome| outcome.crn.clone().unwrap_or_default()).collect();
    sqlx::query!(
        "update bulk_row r set verdict = v.verdict, problems = v.problems, crn = nullif(v.crn, '')
         from unnest($2::integer[], $3::text[], $4::jsonb[], $5::text[]) as v (row, verdict, problems, crn)
         where r.bulk_key = $1 and r.row = v.row",
        key,
        rows,
        &codes,
        &problems,
        &crns
    )
    .execute(tx)
    .await?;
    Ok(())
}
