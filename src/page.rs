//! How a page becomes a response, and how failures become pages.

use askama::Template;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

use crate::app::App;
use crate::error::{AppError, Problem};
use crate::error_summary::in_page_order;
use crate::frame::Frame;
use crate::session::Viewer;

/// A rendered template with its status.
pub fn page<T: Template>(status: StatusCode, view: &T) -> Result<Response, AppError> {
    Ok((status, Html(in_page_order(view.render()?))).into_response())
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
    (StatusCode::SEE_OTHER, [(header::LOCATION, path.to_owned())]).into_response()
}

/// The number that a failed request is quoted by.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    frame: Frame,
    problem: Problem,
    request_id: String,
    support_hours: String,
}

/// Draws a page for every failure, whoever answered it: our own errors, and the bare statuses of the framework.
pub async fn draw_problems(State(app): State<App>, request: Request, next: Next) -> Response {
    let viewer = request.extensions().get::<Viewer>().cloned();
    let request_id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    let problem = response.extensions().get::<Problem>().cloned().or_else(|| bare(&response));
    let Some(problem) = problem else { return response };
    let status = response.status();
    if status == StatusCode::FORBIDDEN || status == StatusCode::NOT_FOUND {
        tracing::info!(event = "authz_fail", status = status.as_u16(), "a page was refused");
    }
    let frame = Frame::new(&app, viewer.as_ref(), &path);
    let view = ErrorPage { frame, problem, request_id, support_hours: app.config.terms.support_hours.clone() };
    match page(status, &view) {
        Ok(mut page) => {
            for name in [header::RETRY_AFTER, header::ALLOW] {
                if let Some(value) = response.headers().get(&name) {
                    page.headers_mut().insert(name, value.clone());
                }
            }
            page
        }
        Err(_) => status.into_response(),
    }
}

/// Statuses that the framework answers by itself, without a page.
fn bare(response: &Response) -> Option<Problem> {
    if response.headers().contains_key(header::CONTENT_TYPE) && response.status() != StatusCode::BAD_REQUEST {
        return None;
    }
    let (title, says) = match response.status() {
        StatusCode::METHOD_NOT_ALLOWED => {
            ("This can’t be opened like that", "Go back and use the page’s own links and buttons.")
        }
        StatusCode::PAYLOAD_TOO_LARGE => {
            ("This is too large", "What was sent is larger than any form here needs. Nothing has been changed.")
        }
        StatusCode::NOT_FOUND => ("Page not found", "There is nothing at this address. Check it, or search by CRN."),
        StatusCode::BAD_REQUEST => ("This address can’t be read", "Check the address, or start from the home page."),
        StatusCode::INTERNAL_SERVER_ERROR => (
            "Sorry, there is a problem with the service",
            "Something went wrong on our side. Try again, and quote the reference below if it happens again.",
        ),
        _ => return None,
    };
    Some(Problem { title, says: says.into() })
}
