//! The whole site as one service: the layers a request passes, outermost last.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, SessionManagerLayer};

use crate::app::App;
use crate::error::AppError;
use crate::limits::requests;
use crate::session::SessionTable;
use crate::{drafts, even, forms, guard, incoming, paced, page, people, routes, session, trial};

/// Quality of brotli for pages, measured on a queue page: 4 made it a seventh smaller than 2 and cost twice the time.
pub const COMPRESSION: CompressionLevel = CompressionLevel::Precise(2);

/// The whole site as one service.
pub fn site(app: &App) -> Router {
    let sessions = SessionManagerLayer::new(SessionTable { pool: app.db.auth.clone() })
        .with_name(session::cookie_name(app.origins.is_https()))
        .with_secure(true)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnSessionEnd);
    let pages = routes::pages(app)
        // what is asked about is kept first
        .layer(from_fn_with_state(app.clone(), trial::invented::ask))
        .layer(from_fn_with_state(app.clone(), drafts::twice::answer))
        .layer(from_fn_with_state(app.clone(), people::confirm::ask))
        .layer(from_fn_with_state(app.clone(), drafts::save::save))
        .layer(from_fn(incoming::refuse_unreadable))
        .layer(from_fn_with_state(app.clone(), guard::check_origin))
        // a failure is drawn for whoever is signed in, so this is inside of knowing them
        .layer(from_fn_with_state(app.clone(), requests::of_person))
        .layer(from_fn_with_state(app.clone(), page::draw_problems))
        .layer(from_fn_with_state(app.clone(), guard::load_viewer))
        .layer(sessions)
        .layer(from_fn(session::keep_expired_cookie))
        .layer(from_fn(session::mark_background))
        .layer(DefaultBodyLimit::max(forms::LONGEST));
    routes::outside()
        .merge(pages)
        .with_state(app.clone())
        .layer(from_fn_with_state(app.clone(), guard::check_headers))
        .layer(from_fn_with_state(app.clone(), page::draw_problems))
        // what comes in is cleaned once; a page that refuses shows what was typed
        .layer(from_fn_with_state(app.clone(), incoming::clean_request))
        .layer(from_fn_with_state(app.clone(), paced::pace))
        .layer(from_fn_with_state(app.clone(), requests::of_client))
        .layer(from_fn_with_state(app.clone(), page::draw_problems))
        .layer(from_fn_with_state(app.clone(), guard::check_host))
        // pictures and PDF are packed already
        .layer(
            CompressionLayer::new()
                .quality(COMPRESSION)
                .compress_when(DefaultPredicate::new().and(NotForContentType::const_new("application/pdf"))),
        )
        // a client that hangs up must not stop what it has begun half-way: the work goes on without it
        .layer(from_fn(uncancelled))
        .layer(from_fn(even::leave_in_step))
        .layer(from_fn_with_state(app.clone(), guard::request_log))
}

async fn uncancelled(request: Request, next: Next) -> Response {
    let span = tracing::Span::current();
    match tokio::spawn(tracing::Instrument::instrument(next.run(request), span)).await {
        Ok(response) => response,
        Err(panic) => AppError::Broken(panic.into()).into_response(),
    }
}
