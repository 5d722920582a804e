//! Keeps a form before its room sees it, and, where scripts run, while it is being typed (POST `/drafts`).

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Query, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use time::OffsetDateTime;
use tower_sessions::Session;

use super::forms::{Form, longest, sent_to};
use super::{Fields, park};
use crate::app::App;
use crate::error::AppError;
use crate::form;
use crate::page;
use crate::session::{self, SignedIn, Viewer};

/// Round every page: a form is kept, sent on to its room, and let go once it is done.
pub async fn keep(State(app): State<App>, session: Session, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    if request.method() != Method::POST || !form::is_urlencoded(request.headers()) || path == "/drafts" {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, longest(&path)).await else { return AppError::TooLarge.into_response() };
    let is_signed_in = parts.extensions.get::<Viewer>().is_some();
    let known = form::pairs(&body).ok().and_then(|fields| Some((sent_to(&path, &fields)?, fields)));
    let Some((form, fields)) = known else {
        return next.run(Request::from_parts(parts, Body::from(body))).await;
    };
    if !is_signed_in {
        return park::late(&app, &parts.headers, &form, fields).await.unwrap_or_else(IntoResponse::into_response);
    }
    if form.is_text {
        save(&app, &session, &form, &fields, None).await;
    }
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    let is_done = response.status() == StatusCode::SEE_OTHER && !leads_to_the_door(&response);
    // a form that is not there for this person can't be opened again either
    let is_nowhere = response.status() == StatusCode::NOT_FOUND;
    if (is_done && !form.in_steps) || is_nowhere {
        settle(&app, &session, &form).await;
    } else if !is_done && !form.is_text {
        save(&app, &session, &form, &fields, None).await;
    }
    response
}

/// Signing in or accepting the terms comes first: nothing was done.
fn leads_to_the_door(response: &Response) -> bool {
    let to = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default();
    to.starts_with("/sign-in") || to.starts_with("/terms")
}

/// A draft that can't be kept must not stop the form itself.
async fn save(app: &App, session: &Session, form: &Form, fields: &Fields, drawn: Option<OffsetDateTime>) {
    let Some(id) = session.id() else { return };
    let kept = sqlx::query!(
        "select keep_draft($1, $2, $3, $4, coalesce($5, now()))",
        session::hash(&id),
        form.address,
        form.title,
        serde_json::json!(fields),
        drawn
    )
    .execute(&app.db.web)
    .await;
    if let Err(error) = kept {
        tracing::error!(%error, "a draft could not be kept");
    }
}

async fn settle(app: &App, session: &Session, form: &Form) {
    let Some(id) = session.id() else { return };
    let settled =
        sqlx::query!("select settle_draft($1, $2)", session::hash(&id), form.address).execute(&app.db.web).await;
    if let Err(error) = settled {
        tracing::error!(%error, "a draft that was sent could not be let go");
    }
}

#[derive(Debug, Deserialize)]
pub struct Typing {
    /// the path to which the form would be sent
    to: String,
    /// when its page was drawn, in milliseconds since 1970 by the server's clock
    drawn: i64,
}

/// POST `/drafts?to=&drawn=`: what stands in a form right now, sent by its page as people type.
pub async fn typing(
    State(app): State<App>,
    SignedIn(_): SignedIn,
    session: Session,
    Query(typing): Query<Typing>,
    body: Bytes,
) -> Result<Response, AppError> {
    let fields = form::pairs(&body)?;
    let form = sent_to(&typing.to, &fields).ok_or(AppError::NotFound)?;
    let drawn = OffsetDateTime::from_unix_timestamp_nanos(i128::from(typing.drawn) * 1_000_000)
        .map_err(|_| AppError::BadRequest("Its time is not a time.".into()))?;
    save(&app, &session, &form, &fields, Some(drawn)).await;
    Ok(StatusCode::NO_CONTENT.into_response())
}

#[derive(Debug, Deserialize)]
pub struct Then {
    form: String,
}

/// POST `/drafts/evidence?form=`: a button in the form itself, for browsers without scripts. The form is kept, and the
/// page of its photos and documents opens.
pub async fn then_evidence(
    State(app): State<App>,
    SignedIn(_): SignedIn,
    session: Session,
    Query(Then { form: address }): Query<Then>,
    body: Bytes,
) -> Result<Response, AppError> {
    let fields = form::pairs(&body)?;
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let form = sent_to(path, &fields).filter(|form| form.address == address).ok_or(AppError::NotFound)?;
    save(&app, &session, &form, &fields, None).await;
    Ok(page::to(&format!("/evidence?form={}", crate::address::urlencode(&address))))
}
