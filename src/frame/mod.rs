//! What is round every page: who is signed in, where they can go, what was just done.

use serde::{Deserialize, Serialize};

/// What the layout needs; every page holds one as `frame`.
#[derive(Debug, Default, Clone)]
pub struct Frame {
    /// Nobody on the pages before sign-in.
    pub who: Option<Who>,
    pub navigation: Vec<NavItem>,
    pub trial: bool,
    pub announcements: Vec<String>,
    pub flash: Option<Flash>,
    pub feedback_url: String,
    /// A time of day, said so that nobody loses work to a session that ended unseen.
    pub session_ends: Option<String>,
    /// Which set of demo data the page was drawn from.
    pub epoch: i64,
    pub sitting: Option<String>,
}

/// The signed-in account. Trial accounts are shared, so a person may give a name for the sitting.
#[derive(Debug, Default, Clone)]
pub struct Who {
    pub first_name: String,
    pub name: String,
    pub account: String,
    pub organisation: String,
    pub roles: String,
    pub sitting: Option<String>,
}

#[derive(Debug, Default, Clone)]
pub struct NavItem {
    pub href: String,
    pub text: String,
    pub current: bool,
    pub badge: Option<i64>,
}

impl NavItem {
    /// The number in the red badge: none at nought, and never wider than three characters.
    pub fn unread(&self) -> Option<String> {
        match self.badge {
            Some(100..) => Some("99+".to_owned()),
            Some(count @ 1..) => Some(count.to_string()),
            _ => None,
        }
    }
}

/// What was just done, said once on the next page.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub struct Flash {
    pub success: bool,
    pub title: String,
    pub lines: Vec<FlashLine>,
}

/// A sentence, and a link after it where there is one.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub struct FlashLine {
    pub text: String,
    pub href: Option<String>,
    pub link: String,
}

#[cfg(test)]
mod tests;
