//! How a request can fail. Handlers answer [`AppError`]; [`crate::page::draw_problems`] turns it into a page.

use std::borrow::Cow;
use std::fmt;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

/// Why a request got no page of its own.
#[derive(Debug)]
pub enum AppError {
    /// nobody is signed in
    SignIn,
    /// nobody is signed in, and this is the page to come back to
    SignInThen(String),
    /// the terms have yet to be accepted, and this is the page to come back to
    Terms(String),
    /// does not exist, or may not be seen by this person: the same answer
    NotFound,
    Forbidden(Cow<'static, str>),
    /// the request can't be read as a form of ours
    BadRequest(Cow<'static, str>),
    /// the address can't be read
    BadAddress(Cow<'static, str>),
    /// what was sent is not of a kind that any page of ours sends
    NotAForm,
    /// somebody else was first, or it is not possible from here
    Conflict(Cow<'static, str>),
    /// the trial's data was set back since the form was drawn
    WasReset,
    /// the form was drawn for this account, and another has sent it
    OtherAccount(String),
    /// the form does not say for whom it was drawn; this account has sent it
    Unstamped(String),
    TooLarge,
    /// more of cookies and other headers than any browser of ours sends
    HeadersTooLarge,
    /// what was sent did not arrive in time
    TooSlow(Cow<'static, str>),
    /// more than one may have; there is some again after so many seconds
    Limited(Cow<'static, str>, u64),
    /// the database does not answer in time
    Unavailable,
    /// our fault: logged with its cause, shown without it
    Broken(Box<dyn std::error::Error + Send + Sync>),
}

/// On the answer to a form with files that was drawn for this account, and sent by another.
#[derive(Debug, Clone)]
pub struct DrawnFor(pub String);

/// What an error page shows.
#[derive(Debug, Clone)]
pub struct Problem {
    pub title: &'static str,
    pub says: Cow<'static, str>,
}

impl From<sqlx::Error> for AppError {
    fn from(error: sqlx::Error) -> Self {
        let busy = match &error {
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) => true,
            // lock or statement timeout, two who wait for one another, shutting down, starting up, out of connections, disk full
            sqlx::Error::Database(cause) => cause.code().is_some_and(|code| {
                matches!(
                    &*code,
                    "55P03" | "40P01" | "57014" | "57P01" | "57P02" | "57P03" | "53300" | "53100" | "25P03"
                )
            }),
            _ => false,
        };
        // a value that no column can hold: a character, a time or a number
        let is_no_value = error
            .as_database_error()
            .and_then(sqlx::error::DatabaseError::code)
            .is_some_and(|code| matches!(&*code, "22021" | "22P05" | "22008" | "22003"));
        if is_no_value {
            tracing::warn!(%error, "a value can’t be kept");
            return AppError::BadRequest(
                "It holds a character, a time or a number that can’t be kept. Nothing has been changed; go back and correct it."
                    .into(),
            );
        }
        if busy {
            tracing::warn!(event = "sys_unavailable", status = 503, %error, "the database did not answer in time");
            return AppError::Unavailable;
        }
        AppError::Broken(error.into())
    }
}

impl From<askama::Error> for AppError {
    fn from(error: askama::Error) -> Self {
        AppError::Broken(error.into())
    }
}

impl From<tower_sessions::session::Error> for AppError {
    fn from(error: tower_sessions::session::Error) -> Self {
        tracing::error!(event = "sys_unavailable", status = 503, %error, "the session could not be read or written");
        AppError::Unavailable
    }
}

/// Refusals that several forms share; `outcome` says what has come of the form, and what to do.
impl AppError {
    pub fn unknown_field(outcome: &str) -> AppError {
        AppError::BadRequest(format!("It holds a field that this form does not have. {outcome}").into())
    }

    pub fn does_not_fit() -> AppError {
        AppError::BadRequest(
            "It does not fit the page it belongs to. Nothing has been changed; open the page again.".into(),
        )
    }

    pub fn too_slow(outcome: &str) -> AppError {
        AppError::TooSlow(format!("A file took too long to arrive. {outcome}").into())
    }
}

/// The name of the constraint that refused a write, if one did.
pub fn constraint(error: &sqlx::Error) -> Option<&str> {
    error.as_database_error().and_then(sqlx::error::DatabaseError::constraint)
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        use AppError::{
            BadAddress, BadRequest, Broken, Conflict, Forbidden, HeadersTooLarge, Limited, NotAForm, NotFound,
            OtherAccount, SignIn, SignInThen, Terms, TooLarge, TooSlow, Unavailable, Unstamped, WasReset,
        };
        let drawn_for = if let OtherAccount(account) = &self { Some(DrawnFor(account.clone())) } else { None };
        let retry_after = if let Limited(_, seconds) = &self { *seconds } else { 5 };
        let (status, title, says): (_, _, Cow<'static, str>) = match self {
            SignIn => return Redirect::to("/sign-in").into_response(),
            SignInThen(path) => {
                return Redirect::to(&format!("/sign-in?next={}", crate::address::urlencode(&path))).into_response();
            }
            Terms(path) if path.is_empty() => return Redirect::to("/terms").into_response(),
            Terms(path) => {
                return Redirect::to(&format!("/terms?next={}", crate::address::urlencode(&path))).into_response();
            }
            NotFound => (
                StatusCode::NOT_FOUND,
                "Page not found",
                "There is nothing at this address, or it is not yours to see. Check the address, or search by CRN.".into(),
            ),
            Forbidden(says) => (StatusCode::FORBIDDEN, "You can’t do this", says),
            BadRequest(says) => (StatusCode::BAD_REQUEST, "This form can’t be read", says),
            BadAddress(says) => (StatusCode::BAD_REQUEST, "This address can’t be read", says),
            NotAForm => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "This form can’t be read",
                "It was not sent as a form. Nothing has been changed; open the page again and use its own buttons.".into(),
            ),
            Conflict(says) => (StatusCode::CONFLICT, "This can’t be done now", says),
            WasReset => (
                StatusCode::CONFLICT,
                "The trial’s data was reset",
                "The sample data was set back since this page was opened, so nothing has been changed. Start again from the home page."
                    .into(),
            ),
            OtherAccount(account) => (
                StatusCode::CONFLICT,
                "This belongs to another account",
                format!("This was typed by {account}, and you are signed in as somebody else. Nothing has been changed.")
                    .into(),
            ),
            Unstamped(account) => (
                StatusCode::CONFLICT,
                "This form does not say whose it is",
                format!(
                    "A form belongs to the account that its page was drawn for, and this one names none; you are signed in \
                     as {account}. Nothing has been done. Copy what you need, open the page again and send it from there."
                )
                .into(),
            ),
            TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "This is too large",
                "What was sent is larger than any form here needs. Nothing has been changed, and none of it is kept: copy what you \
                 need, open the page again and send less."
                    .into(),
            ),
            HeadersTooLarge => (
                StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
                "This can’t be read",
                "The address and the cookies sent with it are longer than this service reads. Delete its cookies, sign in again and \
                 open the page from the home page."
                    .into(),
            ),
            TooSlow(says) => (StatusCode::REQUEST_TIMEOUT, "This took too long to arrive", says),
            Limited(says, _) => (StatusCode::TOO_MANY_REQUESTS, "Please wait a moment", says),
            Unavailable => (
                StatusCode::SERVICE_UNAVAILABLE,
                "The service is busy",
                "The database did not answer in time. Nothing has been changed; go back and try again in a moment.".into(),
            ),
            Broken(cause) => {
                tracing::error!(event = "sys_failed", status = 500, cause = causes(&*cause), "a request failed");
                (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "Sorry, there is a problem with the service",
                    "Something went wrong on our side. If you sent a form, go back: what you typed is still there. Try again, \
                     and quote the reference below if it happens again."
                        .into(),
                )
            }
        };
        let mut response = status.into_response();
        if matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
            response.headers_mut().insert(header::RETRY_AFTER, retry_after.into());
        }
        if status == StatusCode::REQUEST_TIMEOUT {
            response.headers_mut().insert(header::CONNECTION, axum::http::HeaderValue::from_static("close"));
        }
        response.extensions_mut().insert(Problem { title, says });
        if let Some(drawn_for) = drawn_for {
            response.extensions_mut().insert(drawn_for);
        }
        response
    }
}

/// An error with what lies behind it.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut behind = error.source();
    while let Some(cause) = behind {
        let says = cause.to_string();
        if !text.contains(&says) {
            text = format!("{text}: {says}");
        }
        behind = cause.source();
    }
    text
}

/// Why a command did not do its work, in a sentence for whoever typed it.
#[derive(Debug)]
pub struct CommandError(pub String);

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<E: std::error::Error> From<E> for CommandError {
    fn from(error: E) -> Self {
        CommandError(error.to_string())
    }
}
