//! `/sign-in`: account name, or an e-mail address that still serves as one, and password. In a trial also one button for each
//! shared account.
//!
//! Unknown, wrong and disabled get the same answer in the same time. What is done against guessing: [`super::throttle`].

use askama::Template;
use axum::Extension;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Deserialize;
use tower_sessions::Session;

use super::throttle::{self, Attempt, Verdict};
use super::{cast, common, known_browser, shared};
use crate::address::is_ours;
use crate::app::App;
use crate::drafts::late;
use crate::error::AppError;
use crate::flash::{self, Flash, FlashLine};
use crate::form::Submitted;
use crate::frame::Frame;
use crate::limits::spend_at_the_door;
use crate::limits::table::SESSIONS;
use crate::page;
use crate::secret::is_token;
use crate::session;
use crate::source::Client;
use crate::trade::words::plural;
use crate::typed::Typed;

/// The longest name for who uses a shared account.
const LONGEST_USED_BY: usize = 60;

#[derive(Debug, Deserialize)]
pub struct SignInQuery {
    next: Option<String>,
    /// what was sent after the session had ended waits under this token
    #[serde(default, deserialize_with = "token")]
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
    #[serde(default, deserialize_with = "token")]
    parked: Option<String>,
    /// in a trial: the shared account whose button was pressed
    #[serde(default, rename = "as")]
    shared: String,
}

/// For what may be a token: nothing else names what waits.
fn token<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(Some(String::deserialize(from)?).filter(|text| is_token(text)))
}

#[derive(Template)]
#[template(path = "people/sign_in.html")]
struct SignInPage {
    frame: Frame,
    form: Typed,
    next: String,
    parked: Option<String>,
    /// whose account page ended the browser's session
    ended_by: Option<String>,
    /// a password was set a moment ago
    is_set: bool,
    /// in trial mode
    shared: Vec<CastOfKind>,
}

impl SignInPage {
    /// What is typed as account name; the trial's shared accounts stand beside it.
    fn account_hint(&self) -> &'static str {
        if self.frame.trial {
            return "";
        }
        "It begins with your organisation’s code, such as ald.calder. An e-mail address with which you have signed in before \
         serves as well."
    }
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
    let mut view = drawn(&app, form, asked.next.unwrap_or_default(), asked.parked).await?;
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
    let (person, is_common) = if shared.is_empty() {
        if account.is_empty() {
            form.wrong("account", "Enter your account name");
        }
        if password.is_empty() {
            form.wrong("password", "Enter your password");
        }
        if form.has_errors() {
            return page::again(&drawn(&app, form, next, parked).await?);
        }
        let attempt = Attempt {
            purpose: throttle::SIGN_IN,
            name: &account,
            client: Client(address),
            headers: &headers,
            session: None,
        };
        match throttle::check(&app, attempt, password.clone()).await? {
            Verdict::Right(person) => (person, common::look(&app, person, &password).await?),
            verdict => {
                let (status, says, wait) = refusal(&verdict);
                form.wrong("account", says);
                let mut response = page::page(status, &drawn(&app, form, next, parked).await?)?;
                if wait > 0 {
                    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
                }
                return Ok(response);
            }
        }
    } else {
        if !(app.config.is_trial() && cast::people().any(|(known, ..)| known == shared)) {
            return Err(AppError::BadRequest("There is no such shared account.".into()));
        }
        let Some(person) = shared::sign_in(&app, &shared).await? else {
            form.wrong("account", "This account can’t be used now: it was disabled, or its password was changed");
            return page::again(&drawn(&app, form, next, parked).await?);
        };
        tracing::info!(event = "authn_login_success", account = shared, %address, status = 303, "at the door");
        (person, false)
    };
    if let Err(error) = spend_at_the_door(&app, person, &SESSIONS).await {
        let AppError::Limited(says, seconds) = error else { return Err(error) };
        form.wrong("account", says.trim_end_matches('.').to_owned());
        let mut response = page::page(StatusCode::TOO_MANY_REQUESTS, &drawn(&app, form, next, parked).await?)?;
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        return Ok(response);
    }
    session::begin(&session, person, &used_by, &browser(&headers), &address.to_string()).await?;
    let form = match &parked {
        Some(parked) => late::take(&app, person, parked).await?,
        None => None,
    };
    late::take_all(&app, person).await?;
    let to = form.unwrap_or_else(|| if is_ours(&next) { next } else { "/".to_owned() });
    let mut response = page::to(&to);
    let wrong = known_browser::know(&app, &headers, person, &mut response).await?;
    if shared.is_empty() && (wrong > 0 || is_common) {
        flash::leave(&session, told(wrong, is_common)).await?;
    }
    Ok(response)
}

/// What somebody reads who was not let in, and the seconds after which to try again.
pub fn refusal(verdict: &Verdict) -> (StatusCode, String, i32) {
    match verdict {
        Verdict::Right(_) | Verdict::Wrong => {
            let says = "That account name and password don’t fit together";
            (StatusCode::UNPROCESSABLE_ENTITY, says.to_owned(), 0)
        }
        Verdict::TooEarly { seconds, is_known } => {
            let wait = throttle::in_words(*seconds);
            let helps = if *is_known { "" } else { "; a browser in which you have signed in before needs no wait" };
            let says = format!("There were too many wrong passwords for this name. Try again in {wait}{helps}");
            (StatusCode::TOO_MANY_REQUESTS, says, *seconds)
        }
        Verdict::Busy => {
            let says =
                "Too many people are signing in just now. Your password was not looked at; try again in a moment";
            (StatusCode::SERVICE_UNAVAILABLE, says.to_owned(), 5)
        }
    }
}

/// The owner of an account learns of guesses, their own slips among them.
fn told(wrong: i32, is_common: bool) -> Flash {
    if is_common {
        let link = "your account".to_owned();
        let account = FlashLine { text: "Change it on".to_owned(), href: Some("/account".to_owned()), link };
        let mut lines = vec![account];
        if wrong > 0 {
            let times = plural(u64::from(wrong.unsigned_abs()), "wrong password");
            lines.push(format!("Since you last signed in there came {times} for your account.").into());
        }
        let title = "Your password is one of those that are tried first".to_owned();
        return Flash { title, lines, ..Flash::default() };
    }
    let times = plural(u64::from(wrong.unsigned_abs()), "wrong password");
    let account =
        FlashLine { text: "See".to_owned(), href: Some("/account".to_owned()), link: "your account".to_owned() };
    let title = format!("Since you last signed in there came {times} for your account");
    let asks = "If they were not yours, tell your Local Security Officer.".to_owned();
    Flash { title, lines: vec![asks.into(), account], ..Flash::default() }
}

async fn drawn(app: &App, form: Typed, next: String, parked: Option<String>) -> Result<SignInPage, AppError> {
    let frame = Frame::open(app, None, "/sign-in").await?;
    let shared = if app.config.is_trial() { shared_accounts() } else { Vec::new() };
    let next = if is_ours(&next) { next } else { String::new() };
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

/// Writes what happened at the door into the log that a reset leaves alone: in the transaction of the act, if it has one.
pub async fn note<'c>(
    within: impl sqlx::PgExecutor<'c>,
    event: &str,
    account: &str,
    address: &str,
    status: u16,
) -> Result<(), AppError> {
    tracing::info!(event, account, address, status, "at the door");
    sqlx::query!("insert into security_event (event, account, address) values ($1, $2, $3)", event, account, address)
        .execute(within)
        .await?;
    Ok(())
}

/// Family and major version of a browser, such as "Chrome 131", for the list of one's sessions.
pub fn browser(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    for (mark, name) in [("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Version/", "Safari")] {
        if let Some((_, rest)) = agent.split_once(mark) {
            let major: String = rest.chars().take_while(char::is_ascii_digit).take(4).collect();
            return format!("{name} {major}");
        }
    }
    "Another browser".to_owned()
}
