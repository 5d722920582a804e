//! A form belongs to the account it was drawn for. Sent by another, as when somebody else has signed in meanwhile in
//! another tab, nothing is done: the page says who is who, and what was typed waits, sealed, for its author.

use askama::Template;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::sent_form::SentForm;
use super::{late, typing};
use crate::address::urlencode;
use crate::app::App;
use crate::error::AppError;
use crate::frame::Frame;
use crate::page::{self, RequestId};
use crate::session::{self, Viewer};
use crate::stamp::Stamp;

/// Forms that are for whoever comes: signing in, and setting a password by a link.
const FOR_ANYBODY: [&str; 2] = ["/sign-in", "/set-password/"];

#[derive(Template)]
#[template(path = "drafts/whose.html")]
struct WhosePage {
    frame: Frame,
    viewer: Viewer,
    author: String,
    is_typed: bool,
    is_kept: bool,
    sign_in: String,
    request_id: String,
}

/// For whom a form was drawn.
#[derive(Debug, PartialEq, Eq)]
pub enum Whose {
    /// for the account that sends it, or for whoever comes
    Theirs,
    Anothers(String),
    /// its page did not say: none of ours is so
    Nobodys,
}

/// For whom the form was drawn that this account sends to this path.
pub fn whose(stamp: Option<Stamp>, viewer: &Viewer, path: &str) -> Whose {
    match stamp {
        _ if FOR_ANYBODY.iter().any(|known| path.starts_with(known)) => Whose::Theirs,
        Some(stamp) if stamp.is_of_another(&viewer.account) => Whose::Anothers(stamp.account),
        Some(stamp) if !stamp.account.is_empty() => Whose::Theirs,
        Some(_) | None => Whose::Nobodys,
    }
}

/// What a page, or its script, is told of a form that does not say for whom it was drawn. Its page shows what was typed.
pub fn refuse_nobodys(parts: &Parts, viewer: &Viewer) -> Response {
    tracing::info!(event = "form_of_nobody", "a form was refused");
    if is_for_script(parts) {
        let says = format!("The page does not say whose it is; you are signed in as {}. Open it again", viewer.account);
        return typing::not_kept(StatusCode::CONFLICT, &says);
    }
    AppError::Unstamped(viewer.account.clone()).into_response()
}

/// Whether a script of ours sent it, which reads JSON.
fn is_for_script(parts: &Parts) -> bool {
    let accepts = parts.headers.get(header::ACCEPT).and_then(|accepts| accepts.to_str().ok()).unwrap_or_default();
    parts.uri.path() == "/drafts" || accepts.contains("json")
}

/// What a page, or its script, is told of a form of somebody else.
pub async fn refuse(app: &App, parts: &Parts, viewer: &Viewer, author: String, sent: Option<SentForm>) -> Response {
    tracing::info!(event = "form_of_another_account", author, "a form was refused");
    if is_for_script(parts) {
        let says = format!("This was typed by {author}; you are signed in as {}", viewer.account);
        return typing::not_kept(StatusCode::CONFLICT, &says);
    }
    drawn(app, parts, viewer, author, sent).await.unwrap_or_else(IntoResponse::into_response)
}

async fn drawn(
    app: &App,
    parts: &Parts,
    viewer: &Viewer,
    author: String,
    sent: Option<SentForm>,
) -> Result<Response, AppError> {
    let is_typed = sent.is_some();
    let token = match sent {
        Some(sent) => late::seal_for_author(app, &sent).await?,
        None => None,
    };
    let to = match &token {
        Some(token) => format!("parked={token}"),
        None => format!("next={}", urlencode(&session::came_from(&parts.headers))),
    };
    let request_id = parts.extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    page::page(
        StatusCode::CONFLICT,
        &WhosePage {
            frame: Frame::new(app, Some(viewer), parts.uri.path()),
            viewer: viewer.clone(),
            is_typed,
            is_kept: token.is_some(),
            sign_in: format!("/sign-in?{to}&account={}", urlencode(&author)),
            author,
            request_id,
        },
    )
}
