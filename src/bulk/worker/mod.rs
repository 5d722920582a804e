//! The worker: checks ([`check`]) and adds ([`add`]) the rows of every bulk, a few at a time and each bulk in turn
//! ([`turns`]). Every chunk is one transaction as the person who sent the bulk, so walls and rights hold as if they did
//! it by hand, and a stopped server goes on exactly where it was. Any number of instances may work: one chunk is one
//! instance's.

mod add;
mod check;
mod turns;

use std::future::Future;
use std::time::{Duration, Instant};

use serde_json::Value;
use sqlx::PgConnection;
use tokio::task::JoinSet;

use self::turns::Turn;
use super::problem::RowProblem;
use super::verdict::RowOutcome;
use crate::app::App;
use crate::error::AppError;

/// How often it looks for what another instance has left.
const EVERY: Duration = Duration::from_secs(3);
/// Failures in a row after which a bulk is stopped; more if only the database is busy.
pub const MOST_FAILURES: i32 = 5;
const MOST_BUSY: i32 = 50;

/// Runs until the program stops.
pub async fn run(app: App) {
    loop {
        let began = Instant::now();
        match round(&app).await {
            // as long a rest as half the work, for the pages that wait for the same database
            Ok(true) => tokio::time::sleep(began.elapsed() / 2).await,
            Ok(false) => {
                let _ = tokio::time::timeout(EVERY, app.bulk.notified()).await;
            }
            Err(error) => {
                tracing::error!(?error, "bulk logging had to stop for a moment");
                tokio::time::sleep(EVERY).await;
            }
        }
    }
}

/// Does the next chunk; false if there is none to do. A bulk whose turn fails goes to the end of the line.
pub async fn round(app: &App) -> Result<bool, AppError> {
    for turn in turns::turns(app).await? {
        let (of, key) = (app.clone(), turn.key.clone());
        match guarded(async move { chunk(&of, &turn).await }).await {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(error) => failed(app, &key, &error).await?,
        }
    }
    Ok(false)
}

/// Lets no panic out: it is this turn's, not the worker's.
async fn guarded(turn: impl Future<Output = Result<bool, AppError>> + Send + 'static) -> Result<bool, AppError> {
    // a set, since it ends with who waits for it
    let mut one = JoinSet::new();
    one.spawn(turn);
    match one.join_next().await {
        Some(Ok(done)) => done,
        Some(Err(panic)) => Err(AppError::Broken(panic.into())),
        None => Ok(false),
    }
}

/// Puts a bulk whose turn has failed behind the others, and stops it if it fails every time.
async fn failed(app: &App, key: &str, error: &AppError) -> Result<(), AppError> {
    let most = if matches!(error, AppError::Unavailable) { MOST_BUSY } else { MOST_FAILURES };
    let failures = sqlx::query_scalar!(
        "update bulk set worked = $2, failures = failures + 1,
                state = case when failures + 1 >= $3 then 'stopped' else state end
         where key = $1 and state in ('checking', 'adding') returning failures",
        key,
        app.clock.now(),
        most
    )
    .fetch_optional(&app.db.owner)
    .await?;
    tracing::error!(?error, bulk = key, ?failures, "a turn of a bulk failed");
    Ok(())
}

/// One chunk of this bulk; false if another instance is at it, or nothing is left.
async fn chunk(app: &App, turn: &Turn) -> Result<bool, AppError> {
    let Turn { key, viewer } = turn;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    // first of all, so that a reset waits for the chunk to end, and no chunk for a reset
    let mine = sqlx::query!(
        r#"
        update bulk b set worked = $3, failures = 0
        from (select key from bulk where key = $1 and person_id = $2 and state in ('checking', 'adding')
              for update skip locked) as mine
        where b.key = mine.key
        returning b.state, b.checked, b.added, b.rows, b.with_asked, b.adds
        "#,
        key,
        viewer.id,
        app.clock.now()
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(mine) = mine else { return Ok(false) };
    if mine.state == "checking" {
        let last = check::check(app, &mut tx, viewer, key, mine.checked).await?;
        let state = match last >= mine.rows {
            true if mine.adds => "adding",
            true => "checked",
            false => "checking",
        };
        sqlx::query!("update bulk set checked = least($2, rows), state = $3 where key = $1", key, last, state)
            .execute(&mut *tx)
            .await?;
    } else {
        let last = add::add(app, &mut tx, viewer, key, mine.added, mine.with_asked).await?;
        let state = if last.is_none() { "done" } else { "adding" };
        sqlx::query!("update bulk set added = $2, state = $3 where key = $1", key, last.unwrap_or(mine.rows), state)
            .execute(&mut *tx)
            .await?;
        if last.is_none() {
            tracing::info!(event = "bulk_done", rows = mine.rows, "a bulk was added");
        }
    }
    count(&mut tx, key).await?;
    tx.commit().await?;
    Ok(true)
}

/// Counts verdicts and contacts afresh: no number is carried on from before.
async fn count(tx: &mut PgConnection, key: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update bulk b set good = n.good, asked = n.asked, there = n.there, bad = n.bad, made = n.made
         from (select count(*) filter (where verdict = 'good') as good, count(*) filter (where verdict = 'ask') as asked,
                      count(*) filter (where verdict = 'there') as there, count(*) filter (where verdict = 'bad') as bad,
                      count(*) filter (where made) as made
               from bulk_row where bulk_key = $1) as n
         where b.key = $1",
        key
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Writes what came of rows that made no contact, by their numbers.
async fn note(tx: &mut PgConnection, key: &str, rows: &[i32], outcomes: &[RowOutcome]) -> Result<(), sqlx::Error> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_an_error_of_its_turn() {
        let caught = guarded(async { panic!("this row was too much") }).await;
        assert!(matches!(caught, Err(AppError::Broken(_))));
        assert!(guarded(async { Ok(true) }).await.unwrap());
    }
}
