//! The list from which a contact was opened.

use serde::Deserialize;

/// Where a contact stands in the list it was opened from.
#[derive(Debug, Clone, Deserialize)]
pub struct Walk {
    /// the list's address
    pub list: String,
    /// the list in words
    pub title: String,
    pub previous: Option<String>,
    pub next: Option<String>,
}
