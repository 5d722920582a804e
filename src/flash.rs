//! What was just done, said once on the next page, with a way back where there is one.

use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use time::OffsetDateTime;
use tower_sessions::Session;

use crate::contacts::lifecycle::UNDO_SECONDS;
use crate::error::AppError;
use crate::seal::Seal;

/// What was just done, said once on the next page.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub struct Flash {
    pub success: bool,
    pub title: String,
    pub lines: Vec<FlashLine>,
    #[serde(default)]
    pub undo: Option<Undo>,
    /// the next best contact can be taken from here
    #[serde(default)]
    pub take_next: bool,
}

/// A sentence, and a link after it where there is one.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub struct FlashLine {
    pub text: String,
    pub href: Option<String>,
    pub link: String,
}

/// What can be taken back for some seconds.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub struct Undo {
    /// CRN and version after the act, as "C123456782.4"
    pub ticks: Vec<String>,
    /// seconds since 1970
    pub until: i64,
    /// seconds that are left when the page is drawn
    #[serde(skip)]
    pub left: i64,
    /// where the page is that says so, to come back to
    #[serde(skip)]
    pub back: String,
}

impl Undo {
    /// Of these contacts, by CRN and version after the act. Nothing done leaves nothing to undo.
    pub fn of(done: &[(String, i32)], now: OffsetDateTime) -> Option<Undo> {
        let ticks: Vec<String> = done.iter().map(|(crn, version)| format!("{crn}.{version}")).collect();
        (!ticks.is_empty()).then(|| Undo { ticks, until: now.unix_timestamp() + UNDO_SECONDS, ..Undo::default() })
    }

    /// As its form sends them: versions count what others do, and are shown to nobody.
    pub fn seal(&mut self, seal: &Seal) {
        for tick in &mut self.ticks {
            if let Some((crn, Ok(version))) = tick.split_once('.').map(|(crn, version)| (crn, version.parse())) {
                *tick = seal.tick(crn, version);
            }
        }
    }
}

impl From<String> for FlashLine {
    fn from(text: String) -> Self {
        FlashLine { text, ..FlashLine::default() }
    }
}

/// The message that the next page shows once.
pub async fn leave(session: &Session, flash: Flash) -> Result<(), AppError> {
    Ok(session.insert("flash", flash).await?)
}

/// The same, within the transaction of the act that it is about.
pub async fn leave_in(tx: &mut PgConnection, session: &Session, flash: &Flash) -> Result<(), AppError> {
    let Some(id) = session.id() else { return Ok(()) };
    sqlx::query!("select session_flash($1, $2)", crate::session::hash(&id), serde_json::json!(flash))
        .execute(tx)
        .await?;
    Ok(())
}

/// Takes the message that the page before has left.
pub async fn take(session: &Session) -> Result<Option<Flash>, AppError> {
    if session.get_value("flash").await?.is_none() {
        return Ok(None);
    }
    Ok(session.remove("flash").await?)
}
