//! The guard at the gate: which requests come in at all, with what headers answers go out, and under which name
//! they are logged.

use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tower_sessions::Session;
use tracing::Instrument;

use crate::app::App;
use crate::clock::Clock;
use crate::error::AppError;
use crate::limits::requests::asks_for_health;
use crate::page::RequestId;
use crate::session;
use crate::source::{self, Client};
use crate::stamp::Stamp;

/// Exactly one Host, of ours; health is asked for by address.
pub async fn check_host(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let client = client(&app, &request);
    request.extensions_mut().insert(Client(client));
    if let Some(RequestSpan(span)) = request.extensions().get() {
        span.record("client", tracing::field::display(client));
    }
    let mut hosts = request.headers().get_all(header::HOST).iter();
    match (hosts.next().and_then(|host| host.to_str().ok()), hosts.next()) {
        (Some(host), None) if app.origins.has_host(host) => {}
        _ if asks_for_health(request.uri().path()) => {}
        _ => return (StatusCode::BAD_REQUEST, "This server does not answer under that name.\n").into_response(),
    }
    next.run(request).await
}

/// The most bytes of an address and its headers.
pub const MOST_OF_HEADERS: usize = 32 * 1024;
/// The most lines of cookies.
const MOST_OF_COOKIES: usize = 8;

/// Headers that are too long, too many cookies, and two of one session's are refused.
pub async fn check_headers(State(app): State<App>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let length: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if length + request.uri().to_string().len() > MOST_OF_HEADERS {
        return AppError::HeadersTooLarge.into_response();
    }
    let lines = headers.get_all(header::COOKIE);
    let pairs = lines.iter().flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    let names = pairs.filter_map(|pair| pair.split(|byte| *byte == b'=').next());
    let session = session::cookie_name(app.origins.is_https()).as_bytes();
    let sessions = names.filter(|name| name.trim_ascii() == session).count();
    if sessions > 1 || lines.iter().count() > MOST_OF_COOKIES {
        tracing::warn!(
            event = "malicious_cookies",
            status = 400,
            sessions,
            "a request with too many cookies was refused"
        );
        return AppError::BadRequest(
            "Your browser sent more than one session, or more cookies than this service has. Nothing has been changed. \
             Close the other windows of this service, delete its cookies and sign in again."
                .into(),
        )
        .into_response();
    }
    next.run(request).await
}

/// A POST only from our own pages. No hidden tokens: the browser says where it came from.
pub async fn check_origin(State(app): State<App>, request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if !reads && !app.origins.is_same_origin(request.headers(), host) {
        tracing::warn!(event = "malicious_csrf", status = 403, "a form from elsewhere was refused");
        return AppError::Forbidden(
            "This form was sent from another site. Open the page here and send it again.".into(),
        )
        .into_response();
    }
    next.run(request).await
}

fn client(app: &App, request: &Request) -> IpAddr {
    let peer = request.extensions().get::<SocketAddr>().map_or(IpAddr::from([127, 0, 0, 1]), SocketAddr::ip);
    // what is no text is no address either
    let lines = request.headers().get_all("x-forwarded-for").iter().map(|line| line.to_str().unwrap_or("?"));
    let hops: Vec<&str> = lines.flat_map(|line| line.split(',')).collect();
    source::tell_of_stranger(peer, !hops.is_empty() && app.origins.is_https(), &app.config.trusted_proxies);
    source::behind(peer, hops.into_iter(), &app.config.trusted_proxies)
}

/// The request's span in the log: layers between have spans of their own.
#[derive(Debug, Clone)]
struct RequestSpan(tracing::Span);

/// Who is signed in goes with the request; one look-up, and none without a cookie.
pub async fn load_viewer(State(app): State<App>, session: Session, mut request: Request, next: Next) -> Response {
    match session::viewer(&session).await {
        Ok(Some(mut viewer)) => {
            viewer.stamp = Stamp::sign(app.db.sealing_key(), viewer.epoch, &viewer.account);
            viewer.seal = app.seal().clone();
            viewer.act = crate::secret::timed_token(Clock::System.milliseconds());
            if let Some(RequestSpan(span)) = request.extensions().get() {
                span.record("person", &viewer.account);
                span.record(
                    "organisation",
                    viewer.organisation.as_ref().map_or("-", |organisation| &organisation.code),
                );
                // who of those that share an account; the whole hash is nobody's business
                span.record("session", viewer.session.get(..8).unwrap_or_default());
            }
            request.extensions_mut().insert(viewer);
        }
        Ok(None) => {}
        // unreachable sessions mean no page, never an anonymous one
        Err(error) => return error.into_response(),
    }
    next.run(request).await
}

/// A number for every request, one line in the log for it, and the headers of every answer.
pub async fn request_log(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let id = crate::secret::request_id();
    request.extensions_mut().insert(RequestId(id.clone()));
    // the pattern, since an address may hold a one-use link or search words
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    let is_static = request.uri().path().starts_with("/static/");
    let method = request.method().clone();
    let unknown_yet = tracing::field::Empty;
    let span = tracing::info_span!(
        "request", id, %method, route, client = unknown_yet, person = unknown_yet, organisation = unknown_yet,
        session = unknown_yet
    );
    request.extensions_mut().insert(RequestSpan(span.clone()));
    let started = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let took = started.elapsed();
    span.in_scope(|| {
        let status = response.status().as_u16();
        let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        if is_static || asks_for_health(&route) {
            tracing::debug!(status, milliseconds, "answered");
        } else {
            tracing::info!(status, milliseconds, "answered");
        }
    });
    put_headers(&mut response, &id, is_static, app.origins.is_https());
    response
}

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'";

/// On an answer that holds what somebody sent us: a browser may do nothing with it.
#[derive(Debug, Clone, Copy)]
pub struct Sandboxed;

const SANDBOX: &str = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox";

fn put_headers(response: &mut Response<Body>, id: &str, is_static: bool, https: bool) {
    let policy = if response.extensions().get::<Sandboxed>().is_some() { SANDBOX } else { POLICY };
    let headers = response.headers_mut();
    let mut put = |name: &'static str, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    put("content-security-policy", policy);
    put("x-content-type-options", "nosniff");
    put("referrer-policy", "same-origin");
    put("cross-origin-opener-policy", "same-origin");
    put("cross-origin-resource-policy", "same-origin");
    put("permissions-policy", "camera=(), geolocation=(), microphone=()");
    if https {
        put("strict-transport-security", "max-age=63072000; includeSubDomains");
    }
    if !is_static {
        put("cache-control", "no-store");
    }
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert("x-request-id", id);
    }
    // a cookie is only ever taken back under the conditions it was given
    for (_, cookie) in headers.iter_mut().filter(|(name, _)| **name == header::SET_COOKIE) {
        let text = cookie.to_str().unwrap_or_default();
        if !text.contains("Secure")
            && let Ok(whole) = HeaderValue::from_str(&format!("{text}; Secure; HttpOnly; SameSite=Lax"))
        {
            *cookie = whole;
        }
    }
}
