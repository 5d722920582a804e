//! Keeps a form before its room sees it, if it comes from the account that it was drawn for.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Query, Request, State};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use form_urlencoded::parse;
use serde::Deserialize;
use time::OffsetDateTime;
use tower_sessions::Session;

use super::sent_form::SentForm;
use super::whose::{self, Whose};
use super::{kept_as, late, or_full, typing};
use crate::app::App;
use crate::clock::Clock;
use crate::error::{AppError, DrawnFor};
use crate::form;
use crate::forms::{is_empty, longest};
use crate::page;
use crate::session::{self, SignedIn, Viewer};

/// Round every page: a form is kept, sent on to its room, and closed once it is done.
pub async fn save(State(app): State<App>, session: Session, request: Request, next: Next) -> Response {
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    let viewer = request.extensions().get::<Viewer>().cloned();
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    if !form::is_urlencoded(&parts.headers) {
        // what is kept while it is typed is a form too; anything else would be read while a place of its organisation is held
        if path.starts_with("/drafts") {
            return AppError::NotAForm.into_response();
        }
        return with_files(&app, parts, body, viewer, next).await;
    }
    // what is kept while it is typed, and the button for evidence, name the form
    let to = match &*path {
        "/drafts" => named(parts.uri.query(), "to"),
        "/drafts/evidence" => named(parts.uri.query(), "form"),
        _ => path.clone(),
    };
    let Ok(body) = to_bytes(body, longest(&to)).await else { return too_large(&path) };
    let sent = SentForm::read(app.seal(), &to, &body);
    if let Some(viewer) = &viewer {
        match whose::whose(form::stamps(&body).0, viewer, &path) {
            Whose::Theirs => {}
            Whose::Anothers(author) => return whose::refuse(&app, &parts, viewer, author, sent).await,
            Whose::Nobodys => return whose::refuse_nobodys(&parts, viewer),
        }
    }
    let Some(sent) = sent.filter(|_| path != "/drafts") else {
        return next.run(Request::from_parts(parts, Body::from(body))).await;
    };
    let Some(viewer) = viewer else {
        return late::seal_late(&app, &parts.headers, sent).await.unwrap_or_else(IntoResponse::into_response);
    };
    let sent = SentForm { address: kept_as(&viewer, &sent.address), ..sent };
    let keeps = path == to && !sent.is_from_before(viewer.epoch);
    if keeps && sent.form.is_text() {
        write(&app, &session, &sent).await.ok();
    }
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    let is_done = response.status() == StatusCode::SEE_OTHER && !leads_to_terms(&response);
    // a contact that is not there for this person can't be opened again either
    let is_nowhere = response.status() == StatusCode::NOT_FOUND;
    if keeps && !sent.form.in_steps() && (is_done || is_nowhere) {
        // a mere choice is kept only where it was not done: without any draft there is none to close
        if viewer.drafts || sent.form.is_text() {
            close_sent(&app, &session, &sent.address).await;
        }
    } else if keeps && !sent.form.is_text() {
        write(&app, &session, &sent).await.ok();
    }
    response
}

/// A form with files is read by its own page, which says whose it is.
async fn with_files(app: &App, parts: Parts, body: Body, viewer: Option<Viewer>, next: Next) -> Response {
    let head = parts.clone();
    let response = next.run(Request::from_parts(parts, body)).await;
    match (response.extensions().get::<DrawnFor>().cloned(), viewer) {
        (Some(DrawnFor(author)), Some(viewer)) => whose::refuse(app, &head, &viewer, author, None).await,
        _ => response,
    }
}

fn too_large(path: &str) -> Response {
    if path == "/drafts" {
        return typing::not_kept(StatusCode::PAYLOAD_TOO_LARGE, "It is longer than a form can be. Shorten it");
    }
    AppError::TooLarge.into_response()
}

/// The path of the form that the query names in this field.
fn named(query: Option<&str>, field: &str) -> String {
    let form = parse(query.unwrap_or_default().as_bytes()).find(|(name, _)| name == field).map(|(_, form)| form);
    form.unwrap_or_default().split(['?', '#']).next().unwrap_or_default().to_owned()
}

/// Accepting the terms comes first: nothing was done.
fn leads_to_terms(response: &Response) -> bool {
    let to = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default();
    to.starts_with("/terms")
}

/// Whether it is kept. A draft that can't be kept must not stop the form itself. A form in which nothing stands any more
/// is no draft.
async fn write(app: &App, session: &Session, sent: &SentForm) -> Result<bool, AppError> {
    let Some(id) = session.id() else { return Ok(false) };
    if is_empty(&sent.fields) {
        return Ok(true);
    }
    let saved = sqlx::query_scalar!(
        r#"select save_draft($1, $2, $3, $4, $5, $6, $7) as "saved!""#,
        session::hash(&id),
        sent.address,
        sent.title,
        serde_json::json!(sent.fields),
        sent.version,
        Clock::System.now(),
        None::<OffsetDateTime>
    )
    .fetch_one(&app.db.web)
    .await;
    saved.map_err(|error| {
        let error = or_full(error);
        if !matches!(error, AppError::Limited(..)) {
            tracing::error!(?error, "a draft could not be saved");
        }
        error
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
    let sent =
        SentForm::read(&viewer.seal, path, &body).filter(|sent| sent.address == address).ok_or(AppError::NotFound)?;
    if sent.epoch().is_some_and(|epoch| epoch != viewer.epoch) {
        return Err(AppError::WasReset);
    }
    if !write(&app, &session, &sent).await? {
        return Err(AppError::Unavailable);
    }
    Ok(page::to(&format!("/evidence?form={}", crate::address::urlencode(&address))))
}
