//! `/people/{account}/enable`, `/link` and `/sessions`: who can come in again, and who has to.

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use tower_sessions::Session;

use super::account::this;
use super::edit::{draw, make, one, said, typed};
use super::list::officer;
use super::requests::Set;
use super::sign_in::note;
use crate::app::App;
use crate::error::AppError;
use crate::form::{Nothing, Submitted};
use crate::page;
use crate::session::SignedIn;
use crate::source::Client;

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
    note(&mut *tx, "authn_account_enabled", &account, &address.to_string()).await?;
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
    note(&mut *tx, "authn_sessions_ended", &account, &address.to_string()).await?;
    tx.commit().await?;
    said(&session, format!("The sessions of {account} have ended")).await?;
    Ok(page::to(&format!("/people/{account}")))
}

/// A new link; those before it end.
pub async fn make_link(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Extension(Client(address)): Extension<Client>,
    Path(account): Path<String>,
    _sent: Submitted<Nothing>,
) -> Result<Response, AppError> {
    officer(&viewer)?;
    let person = one(&app, &viewer, &account).await?;
    if person.demo || person.is_disabled {
        return Err(AppError::Conflict("A shared account of the trial, or one that is disabled, gets no link.".into()));
    }
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let link = make(&app, &mut tx, person.id).await?;
    note(&mut *tx, "authn_link_made", &account, &address.to_string()).await?;
    tx.commit().await?;
    draw(&app, &viewer, typed(&person), Some(person), Some(link))
}
