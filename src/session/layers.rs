//! Two layers round the sessions: which requests keep nobody signed in, and how long an expired cookie stays.

use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

tokio::task_local! {
    /// Set for requests that a page makes by itself: they keep nobody signed in.
    static IN_BACKGROUND: ();
}

/// Requests that a page's script makes by itself, by the end of their path.
const BY_SCRIPT: [&str; 4] = ["/presence", "/new-count", "/alike.json", "/progress"];

/// Whether the request that is being answered was made by its person, not by a script of the page.
pub(super) fn is_used() -> bool {
    IN_BACKGROUND.try_with(|()| ()).is_err()
}

/// Marks the requests that a page's script makes.
pub async fn mark_background(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if path == "/drafts" || BY_SCRIPT.iter().any(|end| path.ends_with(end)) {
        return IN_BACKGROUND.scope((), next.run(request)).await;
    }
    next.run(request).await
}

/// The cookie of a session that has ended stays with the browser until somebody signs in or out: it says for whom a
/// form is to be kept that comes late. The sessions' own layer would take it away with the first page asked for.
pub async fn keep_expired_cookie(request: Request, next: Next) -> Response {
    let leaves = request.uri().path() != "/sign-out";
    let mut response = next.run(request).await;
    if leaves {
        let mut cookies: Vec<_> = response.headers().get_all(header::SET_COOKIE).iter().cloned().collect();
        // the session's first: it is the one that a plain client needs
        cookies.sort_by_key(|cookie| cookie.to_str().is_ok_and(|text| text.contains("Max-Age")));
        response.headers_mut().remove(header::SET_COOKIE);
        for cookie in cookies.into_iter().filter(|cookie| !takes_away(cookie)) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    response
}

fn takes_away(cookie: &HeaderValue) -> bool {
    let text = cookie.to_str().unwrap_or_default();
    text.split(';').next().is_some_and(|pair| pair.ends_with('='))
}
