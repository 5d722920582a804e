//! `/queues/undo`: takes back an assign, a reassign or a return while its seconds last, contact by contact; what
//! somebody has acted on since stays.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use tower_sessions::Session;

use super::bulk::{self, Deed};
use crate::address::is_ours;
use crate::app::App;
use crate::error::AppError;
use crate::flash;
use crate::form::Submitted;
use crate::page;
use crate::session::SignedIn;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UndoForm {
    #[serde(default)]
    back: String,
}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    sent: Submitted<UndoForm>,
) -> Result<Response, AppError> {
    let rows = bulk::ticked(&sent.ticks)?;
    if rows.len() > bulk::MOST {
        return Err(AppError::BadRequest("That is more than was done at once.".into()));
    }
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let outcome = bulk::each(&app, &mut tx, &viewer, &rows, &Deed::Undo, "").await?;
    flash::leave_in(&mut tx, &session, &outcome.said(&Deed::Undo, &viewer, app.clock.now())).await?;
    tx.commit().await?;
    Ok(page::to(if is_ours(&sent.form.back) { &sent.form.back } else { "/queues/organisation" }))
}
