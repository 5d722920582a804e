//! Requests under way: so many of a client, of a person and of an organisation, so that nobody takes all of the pages'
//! database connections. One more waits a moment, as a browser does that has six connections to a host. Health, files of
//! the site, streams, uploads and exports are not among them: they have limits of their own.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::table::REQUESTS;
use super::{hold, refused};
use crate::app::App;
use crate::session::Viewer;
use crate::source::{Client, counted};

/// How long one more waits.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Whether this address asks for health: it is refused to nobody, under no name, and is not worth a line in the log.
pub fn asks_for_health(path: &str) -> bool {
    path.starts_with("/health/")
}

/// Of a client, before anything of it is read.
pub async fn of_client(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let client = request.extensions().get::<Client>().map(|Client(address)| counted(*address));
    let Some(client) = client.filter(|_| !asks_for_health(path) && !path.starts_with("/static/")) else {
        return next.run(request).await;
    };
    match app.at_once.take(REQUESTS.slug, client.to_string(), REQUESTS.client as usize, LONGEST_WAIT).await {
        Ok(_held) => next.run(request).await,
        Err(seconds) => refused(&REQUESTS, seconds).into_response(),
    }
}

/// Of whoever is signed in.
pub async fn of_person(State(app): State<App>, request: Request, next: Next) -> Response {
    let has_its_own = match request.uri().path() {
        "/presence" => true,
        "/evidence" | "/bulk" => request.method() == Method::POST,
        path => path.starts_with("/queues/") && (path.ends_with("/export.csv") || path.ends_with("/export.xlsx")),
    };
    let Some(viewer) = request.extensions().get::<Viewer>().filter(|_| !has_its_own) else {
        return next.run(request).await;
    };
    match hold(&app, viewer, &REQUESTS, LONGEST_WAIT).await {
        Ok(_places) => next.run(request).await,
        Err(refused) => refused.into_response(),
    }
}
