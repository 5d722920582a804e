//! `/people/{account}/enable`, `/link` and `/sessions`: who can come in again, and who has to.

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use tower_sessions::Session;

use super::account::this;
use super::edit::{Shown, draw, make, one, said, shown_once, waiting};
use super::list::{colleagues, officer};
use super::merge::typed;
use super::requests::Set;
use super::sign_in::note;
use crate::app::App;
use crate::error::AppError;
use crate::form::{Nothing, Submitted};
use crate::forms::once::is_first;
use crate::frame::Frame;
use crate::page;
use crate::session::SignedIn;
use crate::source::Client;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkForm {
    /// of its page: the same form is done once
    #[serde(default, rename = "key")]
    _key: String,
}

pub async fn enable(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Extension(Client(address)): Extension<Client>,
    session: Session,
    Path(account): Path<String>,
    _sent: Submitted<Nothing>,
) -> Result<Response, AppError> {
    officer(&viewer)?;
    let person = one(&app, &viewer, &account).await?;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let set = sqlx::query_scalar!(r#"select enable_person($1) as "set!""#, person.id).fetch_one(&mut *tx).await?;
    let outcome = Set::of(&set)?;
    note(&mut *tx, "authn_account_enabled", &account, &address.to_string(), 303).await?;
    tx.commit().await?;
    let waits = if outcome == Set::Asked { "; the roles they had wait for a second officer’s yes" } else { "" };
    said(&session, format!("{account} was enabled{waits}")).await?;
    Ok(page::to("/people"))
}

/// Ends their sessions wherever they are signed in, one's own here excepted; they may sign in again.
pub async fn end_sessions(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Extension(Client(address)): Extension<Client>,
    session: Session,
    Path(account): Path<String>,
    _sent: Submitted<Nothing>,
) -> Result<Response, AppError> {
    officer(&viewer)?;
    let person = one(&app, &viewer, &account).await?;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    sqlx::query!("select end_sessions($1, $2)", person.id, this(&session)).execute(&mut *tx).await?;
    note(&mut *tx, "authn_sessions_ended", &account, &address.to_string(), 303).await?;
    tx.commit().await?;
    said(&session, format!("The sessions of {account} have ended")).await?;
    Ok(page::to(&format!("/people/{account}")))
}

/// A new link; those before it end. The same form makes one only, which is shown once.
pub async fn make_link(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Extension(Client(address)): Extension<Client>,
    Path(account): Path<String>,
    sent: Submitted<LinkForm>,
) -> Result<Response, AppError> {
    officer(&viewer)?;
    let frame = Frame::new(&app, Some(&viewer), "/people");
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let person = colleagues(&mut tx, &viewer, Some(&account)).await?.pop().ok_or(AppError::NotFound)?;
    if person.id == viewer.id {
        let says = "You change your own password on the page of your account; a colleague can make you a link.";
        return Err(AppError::Conflict(says.into()));
    }
    if person.demo || person.is_disabled {
        return Err(AppError::Conflict("A shared account of the trial, or one that is disabled, gets no link.".into()));
    }
    let waits = waiting(&mut tx, &account).await?;
    let (link, says) = if is_first(&mut tx, &viewer, sent.once.as_deref()).await? {
        let link = make(&app, &mut tx, person.id).await?;
        note(&mut *tx, "authn_link_made", &account, &address.to_string(), 200).await?;
        (Some(link), None)
    } else {
        (None, Some(shown_once(format!("A link for {account} was made a moment ago"))))
    };
    tx.commit().await?;
    let shown = Shown { form: typed(&person), person: Some(person), link, waits, says };
    draw(frame, &viewer, StatusCode::OK, shown)
}
