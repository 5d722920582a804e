//! Keeps a form before its room sees it, and, where scripts run, while it is being typed (POST `/drafts`).

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Query, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use form_urlencoded::parse;
use serde::Deserialize;
use time::OffsetDateTime;
use tower_sessions::Session;

use super::late;
use super::sent_form::SentForm;
use crate::app::App;
use crate::clock::Clock;
use crate::error::AppError;
use crate::form;
use crate::forms::{is_empty, longest};
use crate::page;
use crate::session::{self, SignedIn, Viewer};

/// Round every page: a form is kept, sent on to its room, and closed once it is done.
pub async fn save(State(app): State<App>, session: Session, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    if request.method() != Method::POST || !form::is_urlencoded(request.headers()) || path == "/drafts" {
        return next.run(request).await;
    }
    // the button for evidence sends the form itself, to be opened again
    let to = if path == "/drafts/evidence" { form_of(request.uri().query()) } else { path.clone() };
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, longest(&to)).await else { return AppError::TooLarge.into_response() };
    let viewer = parts.extensions.get::<Viewer>().cloned();
    let Some(sent) = SentForm::read(&to, &body) else {
        return next.run(Request::from_parts(parts, Body::from(body))).await;
    };
    let Some(viewer) = viewer else {
        return late::seal_late(&app, &parts.headers, sent).await.unwrap_or_else(IntoResponse::into_response);
    };
    let keeps = path == to && !sent.is_from_before(viewer.epoch);
    if keeps && sent.form.is_text() {
        write(&app, &session, &sent, None).await;
    }
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    let is_done = response.status() == StatusCode::SEE_OTHER && !leads_to_sign_in(&response);
    // a contact that is not there for this person can't be opened again either
    let is_nowhere = response.status() == StatusCode::NOT_FOUND;
    if keeps && !sent.form.in_steps() && (is_done || is_nowhere) {
        close_sent(&app, &session, &sent.address).await;
    } else if keeps && !is_done && !sent.form.is_text() {
        write(&app, &session, &sent, None).await;
    }
    response
}

/// The path of the form that the query names.
fn form_of(query: Option<&str>) -> String {
    let form = parse(query.unwrap_or_default().as_bytes()).find(|(name, _)| name == "form").map(|(_, form)| form);
    form.unwrap_or_default().split(['?', '#']).next().unwrap_or_default().to_owned()
}

/// Signing in or accepting the terms comes first: nothing was done.
fn leads_to_sign_in(response: &Response) -> bool {
    let to = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default();
    to.starts_with("/sign-in") || to.starts_with("/terms")
}

/// Whether it is kept. A draft that can't be kept must not stop the form itself. A form in which nothing stands any more
/// is no draft.
async fn write(app: &App, session: &Session, sent: &SentForm, drawn: Option<OffsetDateTime>) -> bool {
    let Some(id) = session.id() else { return false };
    if is_empty(&sent.fields) {
        if drawn.is_some() {
            close_sent(app, session, &sent.address).await;
        }
        return true;
    }
    let saved = sqlx::query_scalar!(
        r#"select save_draft($1, $2, $3, $4, $5, $6, $7) as "saved!""#,
        session::hash(&id),
        sent.address,
        sent.title,
        serde_json::json!(sent.fields),
        sent.version,
        Clock::System.now(),
        drawn
    )
    .fetch_one(&app.db.web)
    .await;
    saved.unwrap_or_else(|error| {
        tracing::error!(%error, "a draft could not be saved");
        false
    })
}

async fn close_sent(app: &App, session: &Session, address: &str) {
    let Some(id) = session.id() else { return };
    let closed = sqlx::query!("select close_draft($1, $2, $3)", session::hash(&id), address, Clock::System.now())
        .execute(&app.db.web)
        .await;
    if let Err(error) = closed {
        tracing::error!(%error, "a draft that was sent could not be closed");
    }
}

#[derive(Debug, Deserialize)]
pub struct Typing {
    /// the path to which the form would be sent
    to: String,
    /// when its page was drawn, in milliseconds since 1970 by the server's clock
    drawn: i64,
}

/// POST `/drafts?to=&drawn=`: what stands in a form right now, sent by its page as people type. 204 if it is kept.
pub async fn typing(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    Query(typing): Query<Typing>,
    body: Bytes,
) -> Result<Response, AppError> {
    let sent = SentForm::read(&typing.to, &body).ok_or(AppError::NotFound)?;
    let drawn = OffsetDateTime::from_unix_timestamp_nanos(i128::from(typing.drawn) * 1_000_000)
        .map_err(|_| AppError::BadRequest("Its time is not a time.".into()))?;
    if !sent.is_from_before(viewer.epoch) && write(&app, &session, &sent, Some(drawn)).await {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    Err(AppError::Conflict("This form has moved on since its page was drawn.".into()))
}

#[derive(Debug, Deserialize)]
pub struct Then {
    form: String,
}

/// POST `/drafts/evidence?form=`: a button in the form itself, for browsers without scripts. The form is kept, and the
/// page of its photos and documents opens.
pub async fn then_evidence(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    Query(Then { form: address }): Query<Then>,
    body: Bytes,
) -> Result<Response, AppError> {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let sent = SentForm::read(path, &body).filter(|sent| sent.address == address).ok_or(AppError::NotFound)?;
    if sent.epoch.is_some_and(|epoch| epoch != viewer.epoch) {
        return Err(AppError::WasReset);
    }
    if !write(&app, &session, &sent, None).await {
        return Err(AppError::Unavailable);
    }
    Ok(page::to(&format!("/evidence?form={}", crate::address::urlencode(&address))))
}
