//! Saved texts: what an organisation types again and again, kept under a title by its supervisors, offered where it is
//! typed, with its placeholders filled from the contact.

pub mod edit;
mod fill;
pub mod list;
mod used_for;

use sqlx::PgConnection;

pub use self::fill::{PLACEHOLDERS, filled, unknown_placeholder};
pub use self::used_for::UsedFor;
use crate::error::AppError;
use crate::session::Viewer;

/// A text as it was saved, its placeholders not filled.
#[derive(Debug, Clone)]
pub struct SavedText {
    /// random, so that it counts nothing
    pub key: String,
    pub used_for: UsedFor,
    pub title: String,
    pub body: String,
}

/// The texts of the viewer's organisation by title; of one field, or of all.
pub async fn of(tx: &mut PgConnection, viewer: &Viewer, used_for: Option<UsedFor>) -> Result<Vec<SavedText>, AppError> {
    let rows = sqlx::query!(
        "select key, used_for, title, body from saved_text
         where organisation_id = $1 and ($2::text is null or used_for = $2) order by lower(title), key",
        viewer.organisation_id(),
        used_for.map(UsedFor::field)
    )
    .fetch_all(tx)
    .await?;
    let read = |row: (String, String, String, String)| {
        let (key, used_for, title, body) = row;
        Some(SavedText { key, used_for: UsedFor::of_field(&used_for)?, title, body })
    };
    Ok(rows.into_iter().filter_map(|row| read((row.key, row.used_for, row.title, row.body))).collect())
}
