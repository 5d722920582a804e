//! `/sign-in`: account name or e-mail address, and password. In a trial also one button for each shared account.
//!
//! Unknown, wrong and disabled get the same answer in the same time. An attempt is counted as a failure before its
//! password is looked at (`sign_in_begin` in the migrations), for the account and for the address it comes from.

use askama::Template;
use axum::Extension;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use serde::Deserialize;
use tower_sessions::Session;

use super::cast;
use crate::address::is_ours;
use crate::app::App;
use crate::drafts::late;
use crate::error::AppError;
use crate::form::Submitted;
use crate::frame::Frame;
use crate::guard::Client;
use crate::page;
use crate::secret::{LONGEST_PASSWORD, is_token, password_fits};
use crate::session;
use crate::typed::Typed;

/// The longest name for who uses a shared account.
const LONGEST_USED_BY: usize = 60;

#[derive(Debug, Deserialize)]
pub struct SignInQuery {
    next: Option<String>,
    /// what was sent after the session had ended waits under this token
    parked: Option<String>,
    /// who is asked to sign in
    account: Option<String>,
    /// "set": by a link, just now
    password: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    #[serde(default, deserialize_with = "crate::form::line")]
    account: String,
    /// exactly as typed: a blank is part of it
    #[serde(default)]
    password: String,
    #[serde(default, rename = "sitting", deserialize_with = "crate::form::line")]
    used_by: String,
    #[serde(default)]
    next: String,
    #[serde(default)]
    parked: String,
    /// in a trial: the shared account whose button was pressed
    #[serde(default, rename = "as")]
    shared: String,
}

#[derive(Template)]
#[template(path = "people/sign_in.html")]
struct SignInPage {
    frame: Frame,
    form: Typed,
    next: String,
    parked: String,
    /// whose account page ended the browser's session
    ended_by: Option<String>,
    /// a password was set a moment ago
    is_set: bool,
    /// in trial mode
    shared: Vec<CastOfKind>,
}

/// The organisations of a kind, and the accounts of each.
struct CastOfKind {
    kind: &'static str,
    does: &'static str,
    organisations: Vec<(&'static str, Vec<String>)>,
}

pub async fn show(
    State(app): State<App>,
    headers: HeaderMap,
    Query(asked): Query<SignInQuery>,
) -> Result<Response, AppError> {
    let mut form = Typed::default();
    form.set("account", asked.account.unwrap_or_default());
    let mut view = drawn(&app, form, asked.next.unwrap_or_default(), asked.parked.unwrap_or_default()).await?;
    view.is_set = asked.password.as_deref() == Some("set");
    if let Some(id) = late::session_id(&headers) {
        view.ended_by = sqlx::query_scalar!("select why_ended($1)", session::hash(&id)).fetch_one(&app.db.auth).await?;
    }
    page::ok(&view)
}

pub async fn submit(
    State(app): State<App>,
    Extension(Client(address)): Extension<Client>,
    session: Session,
    headers: HeaderMap,
    sent: Submitted<SignIn>,
) -> Result<Response, AppError> {
    let SignIn { account, password, used_by, next, parked, shared } = sent.form;
    let mut form = sent.typed;
    if used_by.chars().count() > LONGEST_USED_BY {
        form.wrong("sitting", format!("Enter at most {LONGEST_USED_BY} characters"));
        return page::again(&drawn(&app, form, next, parked).await?);
    }
    let is_shared = !shared.is_empty();
    if is_shared && !(app.config.is_trial() && cast::people().any(|(known, ..)| known == shared)) {
        return Err(AppError::BadRequest("There is no such shared account.".into()));
    }
    let (account, password) =
        if is_shared { (shared, app.config.trial_password.clone()) } else { (account.to_lowercase(), password) };
    let Some(person) = known_person(&app, "login", &account, password, &address.to_string()).await? else {
        let says = if is_shared {
            "This account can’t be used now: it was disabled, or its password was changed"
        } else {
            "That account name and password don’t fit together"
        };
        form.wrong("account", says);
        return page::again(&drawn(&app, form, next, parked).await?);
    };
    session::begin(&session, person, &used_by, &browser(&headers)).await?;
    let form = if is_token(&parked) { late::take(&app, person, &parked).await? } else { None };
    late::take_all(&app, person).await?;
    if let Some(form) = form {
        return Ok(page::to(&form));
    }
    Ok(page::to(if is_ours(&next) { &next } else { "/" }))
}

async fn drawn(app: &App, form: Typed, next: String, parked: String) -> Result<SignInPage, AppError> {
    let frame = Frame::open(app, None, "/sign-in").await?;
    let shared = if app.config.is_trial() { shared_accounts() } else { Vec::new() };
    let next = if is_ours(&next) { next } else { String::new() };
    let parked = if is_token(&parked) { parked } else { String::new() };
    Ok(SignInPage { frame, form, next, parked, ended_by: None, is_set: false, shared })
}

/// The cast by the kind of its organisation, the facilitator last.
fn shared_accounts() -> Vec<CastOfKind> {
    let of = |code: Option<&str>| -> Vec<String> {
        cast::people().filter(|(_, _, known, ..)| *known == code).map(|(account, ..)| account).collect()
    };
    let kinds = [
        ("Shipper", "Shippers", "Log contacts, and answer what the CDSP asks about them."),
        ("DN", "Distribution networks", "Visit sites that the CDSP asks about; they log contacts too."),
        ("IGT", "Independent gas transporters", "Visit sites on their own networks; they log contacts too."),
        ("CDSP", "CDSP", "Takes contacts from its queue, asks, sends site visits, and closes them."),
    ];
    let groups = kinds.into_iter().map(|(code, kind, does)| {
        let known = cast::ORGANISATIONS.iter().filter(|(_, _, known, _)| *known == code);
        CastOfKind { kind, does, organisations: known.map(|(code, name, ..)| (*name, of(Some(code)))).collect() }
    });
    let trial = CastOfKind {
        kind: "The trial",
        does: "Resets the sample data, tops up queues, announces, and reads feedback.",
        organisations: vec![("Facilitator", of(None))],
    };
    groups.chain(std::iter::once(trial)).collect()
}

/// The person whom account and password fit; in every other case as slowly nobody. Guesses are
/// counted, whatever the password is asked for.
pub async fn known_person(
    app: &App,
    purpose: &str,
    account: &str,
    password: String,
    address: &str,
) -> Result<Option<i64>, AppError> {
    let begun = sqlx::query!(
        r#"select attempt as "attempt?", person_id as "person_id?", hash as "hash?" from sign_in_begin($1, $2)"#,
        account,
        address
    )
    .fetch_one(&app.db.auth)
    .await?;
    let Some(attempt) = begun.attempt else {
        note(app, &format!("authn_{purpose}_throttled"), account, address).await?;
        return Err(AppError::TooMany(
            "There were too many wrong passwords for this account, or from this place. Wait a minute and try again."
                .into(),
        ));
    };
    if password.len() <= LONGEST_PASSWORD && password_fits(password, begun.hash).await? {
        sqlx::query!("select sign_in_was_right($1)", attempt).execute(&app.db.auth).await?;
        note(app, &format!("authn_{purpose}_success"), account, address).await?;
        return Ok(begun.person_id);
    }
    note(app, &format!("authn_{purpose}_fail"), account, address).await?;
    Ok(None)
}

/// Writes what happened at the door into the log that a reset leaves alone.
pub async fn note(app: &App, event: &str, account: &str, address: &str) -> Result<(), AppError> {
    let account: String = account.chars().take(100).collect();
    tracing::info!(event, account, address, "at the door");
    sqlx::query!("insert into security_event (event, account, address) values ($1, $2, $3)", event, account, address)
        .execute(&app.db.auth)
        .await?;
    Ok(())
}

/// Family and major version of a browser, such as "Chrome 131", for the list of one's sessions.
fn browser(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    for (mark, name) in [("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Version/", "Safari")] {
        if let Some((_, rest)) = agent.split_once(mark) {
            let major: String = rest.chars().take_while(char::is_ascii_digit).take(4).collect();
            return format!("{name} {major}");
        }
    }
    "Another browser".to_owned()
}
