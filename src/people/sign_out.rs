//! `/sign-out`: ends the session, on every instance at once, and asks the browser to forget what it keeps of us.

use axum::Extension;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::response::Response;
use serde::Deserialize;
use tower_sessions::Session;

use super::account::this;
use super::sign_in::note;
use crate::app::App;
use crate::error::AppError;
use crate::form::Submitted;
use crate::page;
use crate::session::Viewer;
use crate::source::Client;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignOut {}

pub async fn submit(
    State(app): State<App>,
    Extension(Client(address)): Extension<Client>,
    viewer: Option<Extension<Viewer>>,
    session: Session,
    _sent: Submitted<SignOut>,
) -> Result<Response, AppError> {
    if let Some(Extension(viewer)) = viewer {
        let mut tx = app.db.auth.begin().await?;
        note(&mut *tx, "authn_logout", &viewer.account, &address.to_string(), 303).await?;
        sqlx::query!("select session_end($1)", this(&session)).execute(&mut *tx).await?;
        tx.commit().await?;
    }
    // takes the session's cookie away; that by which the account knows the browser stays
    session.flush().await?;
    let mut response = page::to("/sign-in");
    response.headers_mut().insert("clear-site-data", HeaderValue::from_static("\"cache\", \"storage\""));
    Ok(response)
}
