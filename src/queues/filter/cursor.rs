//! Where a page of a list begins.

use time::OffsetDateTime;

use super::unreadable;
use crate::error::AppError;
use crate::seal::{Kind, Seal};
use crate::trade::working_time::moment;

/// After or before a row, named by its sort key and its id as it is shown. Times are microseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    pub key: String,
    /// the row's id, sealed
    pub row: String,
    pub backwards: bool,
}

impl Cursor {
    /// At a contact.
    pub fn at(seal: &Seal, key: String, id: i64, backwards: bool) -> Cursor {
        Cursor { key, row: seal.show(Kind::Contact, id), backwards }
    }

    /// The contact's id.
    pub fn id(&self, seal: &Seal) -> Result<i64, AppError> {
        seal.open(Kind::Contact, &self.row).ok_or_else(|| unreadable("after"))
    }

    /// The key as a time, for lists sorted by one.
    pub fn time(&self) -> Option<OffsetDateTime> {
        moment(self.key.parse().ok()?)
    }

    /// A cursor as an address names a row.
    pub fn parse(text: &str, backwards: bool) -> Option<Cursor> {
        let (key, row) = text.rsplit_once('~')?;
        Some(Cursor { key: key.to_owned(), row: row.to_owned(), backwards })
    }
}
