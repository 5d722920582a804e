//! The change of names at the end of an import.

use std::time::Duration;

use sqlx::PgConnection;

/// Turns in which tables are waited for: half a minute.
const TURNS: u32 = 100;

/// Locks tables for their change of names, in an open transaction. It waits for readers in short turns, shorter than it
/// takes Postgres to call two that wait for each other a deadlock: of those the reader might be the one to be ended.
pub async fn lock(tx: &mut PgConnection, statement: &'static str) -> Result<(), sqlx::Error> {
    let mut turns = 0;
    loop {
        sqlx::raw_sql("savepoint unlocked; set local lock_timeout = '200ms'").execute(&mut *tx).await?;
        match sqlx::query(statement).execute(&mut *tx).await {
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("55P03") && turns < TURNS => {
                turns += 1;
                sqlx::raw_sql("rollback to savepoint unlocked").execute(&mut *tx).await?;
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            done => return done.map(drop),
        }
    }
}
