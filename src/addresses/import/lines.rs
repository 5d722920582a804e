//! The lines of either kind of file: read one by one, written batch by batch, put into use at the end.

use sqlx::PgConnection;

use super::addresses::AddressLines;
use super::line::LineResult;
use super::postcodes::{self, PostcodeLines};

/// A file being read: what its columns mean, and the lines of the batch.
pub enum Lines {
    Addresses(AddressLines),
    Postcodes(PostcodeLines),
}

impl Lines {
    pub fn take(&mut self, record: &csv::ByteRecord) -> LineResult {
        match self {
            Lines::Addresses(lines) => lines.take(record),
            Lines::Postcodes(lines) => lines.take(record),
        }
    }

    pub async fn flush(&mut self, tx: &mut PgConnection) -> Result<(), sqlx::Error> {
        match self {
            Lines::Addresses(lines) => lines.flush(tx).await,
            Lines::Postcodes(lines) => lines.flush(tx).await,
        }
    }

    pub async fn finish(&self, tx: &mut PgConnection, file: &str, good: i64) -> Result<(), sqlx::Error> {
        match self {
            Lines::Addresses(lines) => lines.finish(tx, file, good).await,
            Lines::Postcodes(_) => postcodes::finish(tx).await,
        }
    }
}
