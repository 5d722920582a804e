//! Before what others could do great harm with, the password is asked for once more, unless it was given within the last
//! ten minutes. One guard stands before every page; [`is_asked`] is the rule, and a test holds every route against it.
//!
//! The page that asks holds the form that was sent, field by field, and sends it to the same address again with the password;
//! the guard takes that off and lets the form go on. An address that is only opened, as of an export, is asked about by
//! `/confirm`, which leads there.

use askama::Template;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use form_urlencoded::{Serializer, parse};
use tower_sessions::Session;

use super::account::this;
use super::sign_in::refusal;
use super::throttle::{self, Attempt, Verdict};
use crate::address::is_ours;
use crate::app::App;
use crate::error::AppError;
use crate::flash::{self, Flash, FlashLine};
use crate::form;
use crate::forms::longest;
use crate::frame::Frame;
use crate::page;
use crate::session::{self, Viewer};
use crate::source::Client;
use crate::typed::Typed;

/// The field of the password on the page that asks; it belongs to no form of a room.
const FIELD: &str = "confirm-password";
/// The button of a shared account of the trial, whose password is public. Neither is ever kept in a draft.
const BUTTON: &str = "confirm-password-shared";
/// Where the page leads that was asked for.
const NEXT: &str = "next";

/// What each route that takes a form does, as the page that asks says it.
const ACTS: [(&str, &str); 10] = [
    ("/people/new", "add {name}"),
    ("/people/{account}", "change the account {account}"),
    ("/people/{account}/disable", "disable the account {account}"),
    ("/people/{account}/enable", "enable the account {account}"),
    ("/people/{account}/link", "make a one-use link for {account}"),
    ("/people/{account}/sessions", "end the sessions of {account}"),
    ("/people/requests/{id}", "decide on a new role"),
    ("/account/sessions", "end one of your sessions"),
    ("/account/sessions/others", "end your other sessions"),
    ("/trial/reset", "reset the trial"),
];

#[derive(Template)]
#[template(path = "people/confirm.html")]
struct ConfirmPage {
    frame: Frame,
    form: Typed,
    viewer: Viewer,
    action: String,
    fields: Vec<(String, String)>,
    /// what was asked for, after "to"
    act: String,
    is_file: bool,
    back: String,
}

/// Whether this route is one that a fresh password is asked for. Everything below `/people` is, whatever comes to it later.
pub fn is_asked(method: &Method, route: &str) -> bool {
    if *method == Method::POST {
        return route.starts_with("/people") || route.starts_with("/account/sessions") || route == "/trial/reset";
    }
    route.starts_with("/queues/{queue}/export.")
}

/// What somebody asked for at this route: of whom, by the address or the form.
pub fn act(route: &str, path: &str, body: &[u8]) -> Option<String> {
    let (_, act) = ACTS.iter().find(|(known, _)| *known == route)?;
    let name = parse(body).find(|(name, _)| name == "name").map(|(_, name)| name.into_owned()).unwrap_or_default();
    Some(act.replace("{account}", path.split('/').nth(2).unwrap_or_default()).replace("{name}", &name))
}

/// Of the exports those that hold all that an organisation may see, filtered or not: filters together make the whole.
fn is_everything(path: &str) -> bool {
    ["/queues/raised/", "/queues/all/", "/queues/seen/"].iter().any(|list| path.starts_with(list))
}

pub async fn ask(State(app): State<App>, session: Session, request: Request, next: Next) -> Response {
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let route = matched.as_ref().map_or("", MatchedPath::as_str);
    let is_post = request.method() == Method::POST;
    let confirms = is_post && route == "/confirm";
    let asked = confirms || is_asked(request.method(), route) && (is_post || is_everything(request.uri().path()));
    let viewer = request.extensions().get::<Viewer>().filter(|viewer| viewer.terms_accepted).cloned();
    let (Some(viewer), true) = (viewer, asked) else { return next.run(request).await };
    if is_post && !form::is_urlencoded(request.headers()) {
        return AppError::NotAForm.into_response();
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, longest(parts.uri.path())).await else { return AppError::TooLarge.into_response() };
    let act = act(route, parts.uri.path(), &body).unwrap_or_default();
    let (rest, is_new) = match look(&app, &viewer, &session, &parts, &body, act).await {
        Ok(Ok(goes_on)) => goes_on,
        Ok(Err(page)) => return page,
        Err(error) => return error.into_response(),
    };
    let response = if confirms {
        page::to(&list_of(&going_on(&body)))
    } else {
        next.run(Request::from_parts(parts, Body::from(rest))).await
    };
    // not before the act: a failure of ours keeps no new session, and the act may have ended this one
    let renewed =
        if is_new && !response.status().is_server_error() { session::renew(&session).await } else { Ok(true) };
    let left = match renewed {
        Ok(true) if confirms => leave_file(&session, &going_on(&body)).await,
        renewed => renewed.map(|_| ()),
    };
    if let Err(error) = left {
        // what was asked for is done, and the session keeps its id; the answer that is let go has logged why
        drop(error.into_response());
    }
    response
}

/// What goes on to the room and whether the password was given with it, or else the page that asks.
async fn look(
    app: &App,
    viewer: &Viewer,
    session: &Session,
    parts: &Parts,
    body: &Bytes,
    act: String,
) -> Result<Result<(Bytes, bool), Response>, AppError> {
    let answer = parse(body).find(|(name, _)| name == FIELD).map(|(_, value)| value.into_owned());
    let is_pressed = parse(body).any(|(name, _)| name == BUTTON);
    let this = this(session);
    let is_fresh = sqlx::query_scalar!(r#"select session_is_confirmed($1) as "fresh!""#, this.as_deref())
        .fetch_one(&app.db.auth)
        .await?;
    let rest = without_answer(body);
    if is_fresh {
        return Ok(Ok((rest, false)));
    }
    let mut typed = Typed::default();
    let (mut status, mut wait) = (StatusCode::FORBIDDEN, 0);
    let is_shared = viewer.demo && app.config.is_trial();
    let is_right = if is_shared && is_pressed {
        true
    } else if answer.as_deref() == Some("") {
        status = StatusCode::UNPROCESSABLE_ENTITY;
        typed.wrong(FIELD, "Enter your password");
        false
    } else if let Some(password) = answer {
        let client = parts.extensions.get::<Client>().copied().ok_or(AppError::NotFound)?;
        let headers = &parts.headers;
        let attempt =
            Attempt { purpose: "confirmation", name: &viewer.account, client, headers, session: this.as_deref() };
        let verdict = throttle::check(app, attempt, password).await?;
        let says;
        (status, says, wait) = refusal(&verdict);
        match verdict {
            Verdict::Right(_) => {}
            Verdict::Wrong => typed.wrong(FIELD, "This is not your password"),
            Verdict::TooEarly { .. } | Verdict::Busy => typed.wrong(FIELD, says),
        }
        matches!(verdict, Verdict::Right(person) if person == viewer.id)
    } else {
        false
    };
    if is_right {
        sqlx::query!("select confirm_session($1)", this.as_deref()).execute(&app.db.auth).await?;
        return Ok(Ok((rest, true)));
    }
    tracing::info!(event = "authn_confirmation_asked", status = status.as_u16(), "a fresh password is asked for");
    let is_page = parts.method != Method::POST || parts.uri.path() == "/confirm";
    let target = if parts.method == Method::POST { going_on(&rest) } else { parts.uri.to_string() };
    let fields = if is_page {
        vec![(NEXT.to_owned(), target.clone()), ("epoch".to_owned(), viewer.stamp.clone())]
    } else {
        parse(&rest).map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
    };
    let action = if is_page { "/confirm".to_owned() } else { parts.uri.path().to_owned() };
    let back = if is_page { back_of(&target) } else { crate::session::came_from(&parts.headers) };
    let mut response = page::page(
        status,
        &ConfirmPage {
            frame: Frame::new(app, Some(viewer), parts.uri.path()),
            form: typed,
            viewer: viewer.clone(),
            action,
            fields,
            act,
            is_file: is_page,
            back: if back.is_empty() { "/".to_owned() } else { back },
        },
    )?;
    if wait > 0 {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
    }
    Ok(Err(response))
}

/// The form as its own page sent it.
fn without_answer(body: &Bytes) -> Bytes {
    let mut rest = Serializer::new(String::new());
    rest.extend_pairs(parse(body).filter(|(name, _)| name != FIELD && name != BUTTON));
    rest.finish().into()
}

/// Where a confirmed address leads.
fn going_on(body: &Bytes) -> String {
    let next = parse(body).find(|(name, _)| name == NEXT).map(|(_, next)| next.into_owned());
    next.filter(|next| is_ours(next)).unwrap_or_else(|| "/".to_owned())
}

/// The file waits on its list to be downloaded: the page that asks would stay as it is beside a download.
async fn leave_file(session: &Session, file: &str) -> Result<(), AppError> {
    let download = FlashLine { text: String::new(), href: Some(file.to_owned()), link: "Download the file".to_owned() };
    let title = "You have confirmed that it is you".to_owned();
    flash::leave(session, Flash { success: true, title, lines: vec![download], ..Flash::default() }).await
}

/// Where one goes on who has confirmed this address.
fn list_of(file: &str) -> String {
    let list = back_of(file);
    if list.is_empty() { "/".to_owned() } else { list }
}

/// The list that an export is of.
fn back_of(target: &str) -> String {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let list = path.rsplit_once('/').map_or(path, |(list, _)| list);
    if query.is_empty() { list.to_owned() } else { format!("{list}?{query}") }
}

/// POST `/confirm`: the guard has answered by the time this is asked.
pub async fn submit() -> AppError {
    AppError::NotFound
}
