//! `/texts`: the saved texts of an organisation, for its members to see and its supervisors to keep.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use tower_sessions::Session;

use super::{PLACEHOLDERS, SavedText, UsedFor, of};
use crate::app::App;
use crate::error::AppError;
use crate::frame::Frame;
use crate::page;
use crate::session::{SignedIn, Viewer};

#[derive(Template)]
#[template(path = "texts/list.html")]
struct ListPage {
    frame: Frame,
    /// may add and change them
    keeps: bool,
    texts: Vec<SavedText>,
    fields: Vec<UsedFor>,
}

impl ListPage {
    fn of_field(&self, used_for: &UsedFor) -> Vec<&SavedText> {
        self.texts.iter().filter(|text| text.used_for == *used_for).collect()
    }

    fn placeholders(&self) -> &'static [(&'static str, &'static str)] {
        &PLACEHOLDERS
    }
}

pub async fn show(State(app): State<App>, SignedIn(viewer): SignedIn, session: Session) -> Result<Response, AppError> {
    let fields = fields(&viewer)?;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let texts = of(&mut tx, &viewer, None).await?;
    drop(tx);
    let frame = Frame::with_flash(&app, &viewer, "/texts", &session).await?;
    page::ok(&ListPage { frame, keeps: viewer.supervisor, texts, fields })
}

/// The fields for which this person's organisation saves texts; none for a facilitator.
pub fn fields(viewer: &Viewer) -> Result<Vec<UsedFor>, AppError> {
    let fields = UsedFor::of_viewer(viewer);
    if fields.is_empty() {
        return Err(AppError::Forbidden("Saved texts belong to an organisation that works contacts.".into()));
    }
    Ok(fields)
}
