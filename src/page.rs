//! How a page becomes a response, and how failures become pages.

use askama::Template;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

use crate::app::App;
use crate::error::{AppError, Problem};
use crate::error_summary::in_page_order;
use crate::form;
use crate::forms::{self, Form, TypedField};
use crate::frame::Frame;
use crate::incoming::SentBody;
use crate::session::Viewer;
use crate::trade::text::without_turns;

/// A rendered template with its status.
pub fn page<T: Template>(status: StatusCode, view: &T) -> Result<Response, AppError> {
    Ok((status, Html(without_turns(in_page_order(view.render()?)))).into_response())
}

/// A page that was asked for.
pub fn ok<T: Template>(view: &T) -> Result<Response, AppError> {
    page(StatusCode::OK, view)
}

/// A form that comes back: as typed, with what is wrong at each field.
pub fn again<T: Template>(view: &T) -> Result<Response, AppError> {
    page(StatusCode::UNPROCESSABLE_ENTITY, view)
}

/// Where a form leads once it is done.
pub fn to(path: &str) -> Response {
    // what no header can hold, the address says in its own way
    let path: String = path
        .bytes()
        .map(|byte| if byte.is_ascii_graphic() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect();
    (StatusCode::SEE_OTHER, [(header::LOCATION, path)]).into_response()
}

/// The number that a failed request is quoted by.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// Where every page ends.
const FOOT: &str = "</footer>";

/// On an answer that has its page already.
#[derive(Debug, Clone, Copy)]
struct Drawn;

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    frame: Frame,
    problem: Problem,
    request_id: String,
    /// what the refused form held, to be copied
    typed: Vec<TypedField>,
    /// opens the form again, with what was typed in it
    again: Option<String>,
    /// opens the queue whose address could not be read
    queue: Option<String>,
    /// more was asked for than one may have
    is_limited: bool,
    /// the page that led here
    back: Option<String>,
}

/// Draws a page for every failure, whoever answered it: our own errors, and the bare statuses of the framework.
pub async fn draw_problems(State(app): State<App>, request: Request, next: Next) -> Response {
    let viewer = request.extensions().get::<Viewer>().cloned();
    let request_id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let sent = request.extensions().get::<SentBody>().cloned();
    let here = request.uri().clone();
    let is_sent = request.method() == Method::POST;
    let back = page_before(&app, request.headers(), &here);
    let response = next.run(request).await;
    if response.extensions().get::<Drawn>().is_some() {
        return response;
    }
    let problem = response.extensions().get::<Problem>().cloned().or_else(|| bare(&response));
    let Some(problem) = problem else { return with_reference(response, &request_id).await };
    let status = response.status();
    if let Some(event) = refused(status) {
        tracing::info!(event, status = status.as_u16(), "a request was refused");
    }
    let fields = match sent {
        Some(SentBody::Form(body) | SentBody::Unreadable(body)) if !is_of_another(&body, viewer.as_ref()) => {
            form::readable_pairs(&body)
        }
        Some(_) | None => Vec::new(),
    };
    // without the database nobody is known to be signed in
    let is_known = viewer.is_some() || status == StatusCode::SERVICE_UNAVAILABLE;
    let opens = is_known && status != StatusCode::FORBIDDEN && status != StatusCode::NOT_FOUND;
    let again = Form::sent_to(here.path(), &fields)
        .filter(|form| is_sent && opens && form.is_text())
        .map(|form| form.address())
        .or_else(|| (is_sent && opens && opens_by_itself(here.path())).then(|| here.to_string()));
    let queue = if status == StatusCode::BAD_REQUEST { queue_of(here.path()) } else { None };
    let view = ErrorPage {
        frame: Frame::new(&app, viewer.as_ref(), here.path()),
        problem,
        request_id,
        typed: forms::typed(here.path(), &fields),
        back: back.filter(|back| again.as_ref() != Some(back) && queue.as_ref() != Some(back)),
        again,
        queue,
        is_limited: status == StatusCode::TOO_MANY_REQUESTS,
    };
    match page(status, &view) {
        Ok(mut page) => {
            for name in [header::RETRY_AFTER, header::ALLOW, header::CONNECTION] {
                if let Some(value) = response.headers().get(&name) {
                    page.headers_mut().insert(name, value.clone());
                }
            }
            page.extensions_mut().insert(Drawn);
            page
        }
        Err(_) => status.into_response(),
    }
}

/// What a refusal is called in the log; the causes of 5xx have lines of their own.
fn refused(status: StatusCode) -> Option<&'static str> {
    match status {
        StatusCode::FORBIDDEN | StatusCode::NOT_FOUND => Some("authz_fail"),
        StatusCode::TOO_MANY_REQUESTS => Some("excess_rate_limit_exceeded"),
        StatusCode::CONFLICT => Some("sequence_fail"),
        status if status.is_client_error() => Some("input_validation_fail"),
        _ => None,
    }
}

/// What was typed on a page of another account stays with its author.
fn is_of_another(body: &[u8], viewer: Option<&Viewer>) -> bool {
    let stamp = form::stamps(body).0;
    stamp.zip(viewer).is_some_and(|(stamp, viewer)| stamp.is_of_another(&viewer.account))
}

/// A page that refuses by itself, a form with what is wrong at its fields, with the request's number at its foot.
async fn with_reference(response: Response, request_id: &str) -> Response {
    let kind = response.headers().get(header::CONTENT_TYPE);
    if response.status().as_u16() < 400 || !kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html")) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else { return parts.status.into_response() };
    let text = String::from_utf8_lossy(&bytes);
    let text = match text.rsplit_once(FOOT) {
        Some((before, after)) if !text.contains(request_id) => [
            before,
            "<div class=\"govuk-width-container\"><p class=\"govuk-body-s app-muted\">Reference <span class=\"app-reference\">",
            request_id,
            "</span></p></div>",
            FOOT,
            after,
        ]
        .concat(),
        Some(_) | None => text.into_owned(),
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.extensions.insert(Drawn);
    Response::from_parts(parts, Body::from(text))
}

/// The page of ours from which this one was asked for.
fn page_before(app: &App, headers: &HeaderMap, here: &Uri) -> Option<String> {
    let before: Uri = headers.get(header::REFERER)?.to_str().ok()?.parse().ok()?;
    let is_ours = app.origins.has_host(before.authority()?.as_str());
    let to = before.path_and_query()?.as_str();
    (is_ours && Some(to) != here.path_and_query().map(PathAndQuery::as_str) && crate::address::is_ours(to))
        .then(|| to.to_owned())
}

/// Whether a form that is never kept, since it holds a password or a single button, is on the page that it is sent to.
fn opens_by_itself(path: &str) -> bool {
    matches!(path, "/sign-in" | "/terms" | "/bulk" | "/trial/reset")
        || path.starts_with("/set-password/")
        || (path.starts_with("/people/") && path.ends_with("/disable"))
}

/// The queue, without its filters, of an address below it.
fn queue_of(path: &str) -> Option<String> {
    let name = path.strip_prefix("/queues/")?.split('/').next()?;
    (!matches!(name, "" | "next" | "undo")).then(|| format!("/queues/{name}"))
}

/// Statuses that the framework answers by itself, without a page.
fn bare(response: &Response) -> Option<Problem> {
    // the framework says in plain text which part of an address it could not read
    let kind = response.headers().get(header::CONTENT_TYPE).map(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if kind == Some(false) || (kind == Some(true) && response.status() != StatusCode::BAD_REQUEST) {
        return None;
    }
    let (title, says) = match response.status() {
        StatusCode::METHOD_NOT_ALLOWED => {
            ("This can’t be opened like that", "Go back and use the page’s own links and buttons.")
        }
        StatusCode::PAYLOAD_TOO_LARGE => (
            "This is too large",
            "What was sent is larger than any form here needs. Nothing has been changed, and none of it is kept.",
        ),
        StatusCode::NOT_FOUND => ("Page not found", "There is nothing at this address. Check it, or search by CRN."),
        StatusCode::BAD_REQUEST => (
            "This address can’t be read",
            "A part of the address is missing or means nothing here. Check the address, or start from the home page.",
        ),
        StatusCode::INTERNAL_SERVER_ERROR => (
            "Sorry, there is a problem with the service",
            "Something went wrong on our side. Try again, and quote the reference below if it happens again.",
        ),
        _ => return None,
    };
    Some(Problem { title, says: says.into() })
}
