//! The lines of either kind of file: read one by one, written batch by batch, put into use at the end.

use sqlx::PgConnection;

use super::addresses::AddressLines;
use super::file::ImportFile;
use super::postcodes::{self, PostcodeLines};
use super::state::ImportState;

/// What a line came to.
pub enum LineResult {
    Good,
    /// holds nothing for us
    LeftOut,
    Bad(String),
}

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

    pub async fn finish(
        &self,
        tx: &mut PgConnection,
        file: &ImportFile,
        state: &ImportState,
    ) -> Result<(), sqlx::Error> {
        match self {
            Lines::Addresses(lines) => lines.finish(tx, &file.name, state.good).await,
            Lines::Postcodes(_) => postcodes::finish(tx).await,
        }
    }
}

/// A cell's text: UTF-8, or Latin-1 as older files have it, without the blanks around it.
pub fn text(cell: &[u8]) -> String {
    let cell = cell.strip_prefix(b"\xef\xbb\xbf").unwrap_or(cell);
    match std::str::from_utf8(cell) {
        Ok(text) => text.trim().to_owned(),
        Err(_) => cell.iter().map(|byte| char::from(*byte)).collect::<String>().trim().to_owned(),
    }
}
