//! How far an import has come, as the database remembers it.

use sqlx::{Connection, PgConnection};

use super::file::ImportFile;
use super::kind::ImportKind;
use super::{addresses, postcodes};

/// How far an import has come.
#[derive(Debug, Default)]
pub struct ImportState {
    /// bytes of the file
    pub done: i64,
    pub lines: i64,
    pub good: i64,
    pub bad: i64,
    pub left_out: i64,
    /// the first bad lines, and what is wrong with each
    pub samples: Vec<String>,
}

impl ImportState {
    /// Written down with the lines of a batch, in their transaction.
    pub async fn keep(&self, tx: &mut PgConnection, kind: ImportKind) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "update import_job set done = $2, lines = $3, good = $4, bad = $5, left_out = $6, samples = $7 where what = $1",
            kind.name(),
            self.done,
            self.lines,
            self.good,
            self.bad,
            self.left_out,
            &self.samples
        )
        .execute(tx)
        .await?;
        Ok(())
    }
}

/// Where an earlier run of the same file was stopped.
pub async fn unfinished(
    tx: &mut PgConnection,
    kind: ImportKind,
    source: &ImportFile,
) -> Result<Option<ImportState>, sqlx::Error> {
    sqlx::query_as!(
        ImportState,
        "select done, lines, good, bad, left_out, samples from import_job
         where what = $1 and file = $2 and size = $3 and head = $4",
        kind.name(),
        source.name,
        source.size,
        source.head
    )
    .fetch_optional(tx)
    .await
}

/// From the beginning, with empty tables.
pub async fn begin(
    tx: &mut PgConnection,
    kind: ImportKind,
    source: &ImportFile,
    (done, lines): (i64, i64),
) -> Result<ImportState, sqlx::Error> {
    let mut tx = tx.begin().await?;
    sqlx::query!("delete from import_job where what = $1", kind.name()).execute(&mut *tx).await?;
    sqlx::raw_sql(match kind {
        ImportKind::Addresses => addresses::TABLES,
        ImportKind::Postcodes => postcodes::TABLES,
    })
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into import_job (what, file, size, head, done, lines) values ($1, $2, $3, $4, $5, $6)",
        kind.name(),
        source.name,
        source.size,
        source.head,
        done,
        lines
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(ImportState { done, lines, ..ImportState::default() })
}
