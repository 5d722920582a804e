//! What was just done, said once on the next page.

use serde::{Deserialize, Serialize};
use tower_sessions::Session;

use crate::error::AppError;

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

/// The message that the next page shows once.
pub async fn leave(session: &Session, flash: Flash) -> Result<(), AppError> {
    Ok(session.insert("flash", flash).await?)
}

/// Takes the message that the page before has left.
pub async fn take(session: &Session) -> Result<Option<Flash>, AppError> {
    if session.get_value("flash").await?.is_none() {
        return Ok(None);
    }
    Ok(session.remove("flash").await?)
}
