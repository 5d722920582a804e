//! POST `/trial/switch`: whether clarifications that nobody answers are closed.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use tower_sessions::Session;

use super::facilitators_only;
use crate::app::App;
use crate::error::AppError;
use crate::flash::{self, Flash};
use crate::form::Submitted;
use crate::page;
use crate::session::SignedIn;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Switch {
    close: String,
}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    sent: Submitted<Switch>,
) -> Result<Response, AppError> {
    facilitators_only(&viewer)?;
    let closes = match sent.form.close.as_str() {
        "on" => true,
        "off" => false,
        _ => return Err(AppError::BadRequest("The switch is either on or off.".into())),
    };
    let mut tx = app.db.as_viewer(viewer.id).await?;
    sqlx::query!("update installation set close_for_no_reply = $1", closes).execute(&mut *tx).await?;
    tx.commit().await?;
    let title = format!("Closing for no reply is {}", sent.form.close);
    flash::leave(&session, Flash { success: true, title, lines: Vec::new(), ..Flash::default() }).await?;
    Ok(page::to("/trial"))
}
