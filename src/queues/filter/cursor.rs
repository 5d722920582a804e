//! Where a page of a list begins.

use time::OffsetDateTime;

/// After or before a row, named by its sort key and id. Times are microseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    pub key: String,
    pub id: i64,
    pub backwards: bool,
}

impl Cursor {
    /// The key as a time, for lists sorted by one.
    pub fn time(&self) -> Option<OffsetDateTime> {
        let microseconds: i64 = self.key.parse().ok()?;
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(microseconds) * 1_000).ok()
    }

    /// A cursor as an address names a row.
    pub fn parse(text: &str) -> Option<Cursor> {
        let (key, id) = text.rsplit_once('~')?;
        Some(Cursor { key: key.to_owned(), id: id.parse().ok()?, backwards: false })
    }
}
