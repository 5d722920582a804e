//! A form that is sent twice, by a second press or by going back, is done once: the second is answered as the first was.
//! It is known by all that stands in it: the key of its page ([`crate::form::ONCE`]) or the version of its contact, neither
//! of which comes again.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::error::AppError;
use crate::form;
use crate::forms::longest;
use crate::page;
use crate::session::Viewer;

pub async fn answer(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let viewer = request.extensions().get::<Viewer>().map(|viewer| viewer.id);
    let (Some(viewer), true) = (viewer, form::is_urlencoded(request.headers()) && !is_kept_only(&path)) else {
        return next.run(request).await;
    };
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, longest(&path)).await else { return AppError::TooLarge.into_response() };
    let is_known = form::is_done_once(&body);
    let mut digest = Sha256::new();
    digest.update(viewer.to_le_bytes());
    digest.update(&path);
    digest.update(&body);
    let request = Request::from_parts(parts, Body::from(body));
    if !is_known {
        return next.run(request).await;
    }
    let slot = app.answered.slot(digest.finalize().to_vec());
    let mut led = slot.lock().await;
    if let Some(to) = &*led {
        return page::to(to);
    }
    let response = next.run(request).await;
    if response.status() == StatusCode::SEE_OTHER {
        let to = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok());
        *led = to.filter(|to| !to.starts_with("/terms")).map(str::to_owned);
    }
    response
}

/// What keeps a state rather than doing something is kept as often as it comes.
fn is_kept_only(path: &str) -> bool {
    path.starts_with("/drafts") || path.ends_with("/ticks")
}
