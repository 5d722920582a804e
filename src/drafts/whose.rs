//! A form belongs to the account it was drawn for. Sent by another, as when somebody else has signed in meanwhile in
//! another tab, nothing is done: the page says who is who, and what was typed waits, sealed, for its author.

use askama::Template;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::late;
use super::sent_form::SentForm;
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
    support_hours: String,
}

/// The account that this form was drawn for, if that is not the one that sends it.
pub fn author(stamp: Option<Stamp>, viewer: &Viewer, path: &str) -> Option<String> {
    let is_bound = !FOR_ANYBODY.iter().any(|known| path.starts_with(known));
    stamp.filter(|stamp| is_bound && stamp.is_of_another(&viewer.account)).map(|stamp| stamp.account)
}

/// What a page, or its script, is told of a form of somebody else.
pub async fn refuse(app: &App, parts: &Parts, viewer: &Viewer, author: String, sent: Option<SentForm>) -> Response {
    tracing::info!(event = "form_of_another_account", author, "a form was refused");
    let accepts = parts.headers.get(header::ACCEPT).and_then(|accepts| accepts.to_str().ok()).unwrap_or_default();
    if parts.uri.path() == "/drafts" || accepts.contains("json") {
        let says = format!("This was typed by {author}; you are signed in as {}", viewer.account);
        return (StatusCode::CONFLICT, axum::Json(json!({ "says": says }))).into_response();
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
            support_hours: app.config.terms.support_hours.clone(),
        },
    )
}
