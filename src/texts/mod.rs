//! Saved texts: what an organisation types again and again, kept under a title by its supervisors, offered where it is
//! typed, with its placeholders filled from the contact.

pub mod edit;
mod fill;
pub mod list;
mod used_for;

use sqlx::PgConnection;

pub use self::fill::{PLACEHOLDERS, filled, unknown_placeholder};
pub use self::used_for::UsedFor;
use crate::contacts::Contact;
use crate::contacts::lifecycle::Action;
use crate::error::AppError;
use crate::secret::fingerprint;
use crate::session::Viewer;
use crate::typed::Typed;

/// A text as it was saved, its placeholders not filled.
#[derive(Debug, Clone)]
pub struct SavedText {
    /// random, so that it counts nothing
    pub key: String,
    pub used_for: UsedFor,
    pub title: String,
    pub body: String,
}

impl SavedText {
    /// As a page showed it.
    pub fn shown(&self) -> String {
        fingerprint(&[self.used_for.field(), &self.title, &self.body])
    }
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

/// The texts for the field of this action's form, filled from the contact if there is one; none where it takes none.
pub async fn offered(
    tx: &mut PgConnection,
    viewer: &Viewer,
    action: Action,
    contact: Option<&Contact>,
) -> Result<Vec<SavedText>, AppError> {
    let Some(used_for) = UsedFor::of_action(action) else { return Ok(Vec::new()) };
    let texts = of(tx, viewer, Some(used_for)).await?;
    Ok(contact.map_or_else(|| texts.clone(), |contact| for_form(&texts, action, contact)))
}

/// Of these texts those for the field of this action's form, filled from the contact.
pub fn for_form(texts: &[SavedText], action: Action, contact: &Contact) -> Vec<SavedText> {
    let its = texts.iter().filter(|text| UsedFor::of_action(action) == Some(text.used_for));
    its.map(|text| SavedText { body: filled(&text.body, contact), ..text.clone() }).collect()
}

/// Adds the text with this key to what stands in its field.
pub fn insert(form: &mut Typed, texts: &[SavedText], key: &str) {
    let Some(text) = texts.iter().find(|text| text.key == key) else { return };
    let field = text.used_for.field();
    let stands = form.value(field);
    let joined = if stands.is_empty() { text.body.clone() } else { format!("{stands}\n{}", text.body) };
    form.set(field, joined);
}
