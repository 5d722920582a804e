//! The photos and documents of a contact: what its page and its history say of them, and how an act takes with it those
//! that wait for its form.

use serde::Deserialize;
use sqlx::PgConnection;
use time::OffsetDateTime;

use crate::contacts::Contact;
use crate::trade::words::plural;
use crate::trade::working_time::show_time;

/// Files that an organisation adds to a contact; also the most that wait for one form.
pub const MOST_FILES: usize = 10;

/// A file as it is listed.
#[derive(Debug, Clone, Deserialize)]
pub struct EvidenceFile {
    pub id: String,
    pub name: String,
    pub media_type: String,
    /// bytes
    pub size: i32,
    pub is_clean: bool,
    /// found so after it was added: its bytes are gone
    pub is_infected: bool,
    /// from 1, among those that are seen at its contact; 0 while it waits
    #[serde(default)]
    pub place: i32,
    /// version of the event it came with; 0 while it waits
    #[serde(default)]
    pub version: i32,
    #[serde(default)]
    pub action: String,
    #[serde(default)]
    pub added_by: String,
    #[serde(with = "time::serde::rfc3339")]
    pub created: OffsetDateTime,
}

impl EvidenceFile {
    pub fn is_photo(&self) -> bool {
        self.media_type != "application/pdf"
    }

    /// "340 KB", "2.4 MB".
    pub fn size_words(&self) -> String {
        let kilobytes = (self.size + 1023) / 1024;
        if kilobytes < 1024 {
            return format!("{kilobytes} KB");
        }
        let tenths = (self.size / 104_858).max(10);
        format!("{}.{} MB", tenths / 10, tenths % 10)
    }

    /// Where it is, beside its contact.
    pub fn address(&self, contact: &Contact) -> String {
        format!("{}/evidence/{}", contact.path(), self.id)
    }

    pub fn when(&self) -> String {
        show_time(self.created)
    }

    /// With what it came.
    pub fn came_with(&self) -> &'static str {
        match self.action.as_str() {
            "answer-clarification" => "with the answer to a data clarification",
            "answer-visit" => "with a site visit",
            "add" => "after logging",
            _ => "on logging",
        }
    }
}

/// Gives what waits for a form to the event that the viewer has just written, in its transaction. Answers how many files
/// that were.
pub async fn claim(tx: &mut PgConnection, contact: i64, version: i32, form: &str) -> Result<i32, sqlx::Error> {
    sqlx::query_scalar!(r#"select claim_evidence($1, $2, $3) as "claimed!""#, contact, version, form)
        .fetch_one(tx)
        .await
}

/// "3 photos or documents", for a history line.
pub fn in_words(count: usize) -> String {
    if count == 1 {
        "1 photo or document".to_owned()
    } else {
        format!("{} or documents", plural(count as u64, "photo"))
    }
}
