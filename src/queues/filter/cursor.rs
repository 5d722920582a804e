//! Where a page of a list begins.

use time::OffsetDateTime;

use crate::trade::working_time::moment;

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
        moment(self.key.parse().ok()?)
    }

    /// A cursor as an address names a row.
    pub fn parse(text: &str) -> Option<Cursor> {
        let (key, id) = text.rsplit_once('~')?;
        Some(Cursor { key: key.to_owned(), id: id.parse().ok()?, backwards: false })
    }
}
