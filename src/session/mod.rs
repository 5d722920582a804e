//! Sessions: how one begins, and the extractor that says who is signed in.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use tower_sessions::session::Error;
use tower_sessions::{Session, session_store};

use self::store::{OVER, RENEWED, VIEWER};
use crate::error::AppError;

mod layers;
mod over;
mod store;
mod viewer;

pub use self::layers::{keep_expired_cookie, mark_background};
pub use self::over::{Ends, stands};
pub use self::store::{SessionTable, hash};
pub use self::viewer::{Organisation, OrganisationKind, PersonRow, Viewer};

/// Name of the session's cookie. A prefixed name needs https: on plain loopback the oldest supported browsers drop it.
pub fn cookie_name(https: bool) -> &'static str {
    if https { "__Host-cms" } else { "cms" }
}

/// Reads who is signed in, once for each request.
pub async fn viewer(session: &Session) -> Result<Option<Viewer>, AppError> {
    Ok(session.get(VIEWER).await?)
}

/// Begins a session for this person under a new id; whatever session the browser had ends.
///
/// It is noted in the same transaction, with the address that it came from.
pub async fn begin(
    session: &Session,
    person: i64,
    used_by: &str,
    browser: &str,
    address: &str,
) -> Result<(), AppError> {
    session.clear().await;
    // a cleared session keeps its id until it is given another
    session.cycle_id().await?;
    session.insert("person", person).await?;
    session.insert("used_by", used_by).await?;
    session.insert("browser", browser).await?;
    session.insert("address", address).await?;
    Ok(())
}

/// Gives the session a new id at a change of rights and when the password was given again; the old one is dead. Answers
/// whether there is a session: one that somebody has ended meanwhile stays ended.
pub async fn renew(session: &Session) -> Result<bool, AppError> {
    let Some(old) = session.id() else { return Ok(false) };
    let renewed = RENEWED
        .scope(hash(&old), async {
            session.cycle_id().await?;
            session.save().await
        })
        .await;
    let Err(error) = renewed else { return Ok(true) };
    // or it would be begun anew with the answer
    session.clear().await;
    match error {
        Error::Store(session_store::Error::Backend(why)) if why == OVER => Ok(false),
        error => Err(error.into()),
    }
}

/// A handler that asks for this is for people who are signed in and have accepted the terms.
#[derive(Debug, Clone)]
pub struct SignedIn(pub Viewer);

impl<S: Send + Sync> FromRequestParts<S> for SignedIn {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AppError> {
        let viewer = parts.extensions.get::<Viewer>();
        if let Some(viewer) = viewer.filter(|viewer| viewer.terms_accepted) {
            return Ok(SignedIn(viewer.clone()));
        }
        let path = parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
        let is_page = parts.method == axum::http::Method::GET;
        let back = if is_page { path } else { came_from(&parts.headers) };
        let back = if back == "/" { String::new() } else { back };
        Err(match viewer {
            Some(_) => AppError::Terms(back),
            None if back.is_empty() => AppError::SignIn,
            None => AppError::SignInThen(back),
        })
    }
}

/// The page on which a button was pressed, to come back to; empty if the browser does not say.
pub fn came_from(headers: &HeaderMap) -> String {
    let referer = headers.get(header::REFERER).and_then(|from| from.to_str().ok()).unwrap_or_default();
    // only ever a path: whose host it names does not matter
    let path = referer.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..]));
    path.filter(|path| crate::address::is_ours(path)).unwrap_or_default().to_owned()
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for SignedIn {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, AppError> {
        Ok(parts.extensions.get::<Viewer>().filter(|viewer| viewer.terms_accepted).cloned().map(SignedIn))
    }
}
