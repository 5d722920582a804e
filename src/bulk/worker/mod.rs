//! The worker: checks ([`check`]) and adds ([`add`]) the rows of every bulk, a few at a time and each bulk in turn
//! ([`turns`]). Every chunk is one transaction as the person who sent the bulk, so walls and rights hold as if they did
//! it by hand, and a stopped server goes on exactly where it was. Any number of instances may work: one chunk is one
//! instance's.

mod add;
mod check;
mod chunk;
mod log;
mod note;
mod turns;

use std::future::Future;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use self::chunk::chunk;
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
            // as long a rest as the work, for the pages that wait for the same database
            Ok(true) => tokio::time::sleep(began.elapsed()).await,
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
