//! `/account`: one's own account: who one is here, one's password, one's sessions.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tower_sessions::Session;

use super::sign_in::{note, refusal};
use super::throttle::{self, Attempt, Verdict};
use crate::app::App;
use crate::error::AppError;
use crate::flash::{self, Flash};
use crate::form::Submitted;
use crate::frame::Frame;
use crate::page;
use crate::passwords;
use crate::secret::hash_password;
use crate::session::{self, SignedIn, Viewer};
use crate::source::Client;
use crate::trade::dates::show_words;
use crate::trade::working_time::show_time;
use crate::typed::Typed;

const CURRENT: &str = "current-password";
const NEW: &str = "new-password";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    #[serde(default, rename = "current-password")]
    current: String,
    #[serde(default, rename = "new-password")]
    new: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shortcuts {
    #[serde(default)]
    shortcuts: String,
}

/// A session of one's own, named by what is stored of its id.
struct OwnSession {
    id: String,
    began: String,
    last_used: String,
    browser: String,
    /// who says to be using it, on a shared account
    used_by: String,
    is_this: bool,
}

#[derive(Template)]
#[template(path = "people/account.html")]
struct AccountPage {
    frame: Frame,
    form: Typed,
    viewer: Viewer,
    email: Option<String>,
    /// it is on the list by now
    password_is_common: bool,
    /// day and number
    wrong_passwords: Vec<(String, i32)>,
    sessions: Vec<OwnSession>,
}

pub async fn show(State(app): State<App>, SignedIn(viewer): SignedIn, session: Session) -> Result<Response, AppError> {
    let frame = Frame::with_flash(&app, &viewer, "/account", &session).await?;
    page::ok(&drawn(&app, viewer, frame, &session, Typed::default()).await?)
}

/// Switches the single keys of lists on or off.
pub async fn shortcuts(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    sent: Submitted<Shortcuts>,
) -> Result<Response, AppError> {
    let on = sent.form.shortcuts == "yes";
    let mut tx = app.db.as_viewer(viewer.id).await?;
    sqlx::query!("update person set shortcuts = $2 where id = $1", viewer.id, on).execute(&mut *tx).await?;
    tx.commit().await?;
    let title = format!("Keyboard shortcuts are {}", if on { "on" } else { "off" });
    flash::leave(&session, Flash { success: true, title, ..Flash::default() }).await?;
    Ok(page::to("/account"))
}

pub async fn password(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Extension(Client(address)): Extension<Client>,
    session: Session,
    headers: HeaderMap,
    sent: Submitted<ChangePassword>,
) -> Result<Response, AppError> {
    if viewer.demo {
        return Err(AppError::Forbidden("The password of a shared account of the trial can’t be changed.".into()));
    }
    let mut form = sent.typed;
    let from = address.to_string();
    let this_session = this(&session);
    let attempt = Attempt {
        purpose: "password_check",
        name: &viewer.account,
        client: Client(address),
        headers: &headers,
        session: this_session.as_deref(),
    };
    let (mut status, mut wait) = (StatusCode::UNPROCESSABLE_ENTITY, 0);
    if sent.form.current.is_empty() {
        form.wrong(CURRENT, "Enter your current password");
    } else {
        let is_same = sent.form.current == sent.form.new;
        let verdict = throttle::check(&app, attempt, sent.form.current).await?;
        match verdict {
            Verdict::Right(_) if is_same => form.wrong(NEW, "This is your password already; choose another"),
            Verdict::Right(_) => {}
            Verdict::Wrong => form.wrong(CURRENT, "This is not your current password"),
            Verdict::TooEarly { .. } | Verdict::Busy => {
                let says;
                (status, says, wait) = refusal(&verdict);
                form.wrong(CURRENT, says);
            }
        }
    }
    let (organisation, code) =
        viewer.organisation.as_ref().map_or(("", ""), |organisation| (&organisation.name, &organisation.code));
    let email = own_email(&app, &viewer).await?;
    let known = [&viewer.account, &viewer.name, organisation, code, &email];
    if let Some(says) = passwords::trouble(&sent.form.new, &known) {
        form.wrong(NEW, says);
    }
    if form.has_errors() {
        let frame = Frame::new(&app, Some(&viewer), "/account");
        let mut response = page::page(status, &drawn(&app, viewer, frame, &session, form).await?)?;
        if wait > 0 {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
        }
        return Ok(response);
    }
    let hash = hash_password(sent.form.new).await?;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    sqlx::query!("select set_own_password($1)", hash).execute(&mut *tx).await?;
    sqlx::query!("select end_sessions($1, $2)", viewer.id, this(&session)).execute(&mut *tx).await?;
    note(&mut *tx, "authn_password_change", &viewer.account, &from, 303).await?;
    tx.commit().await?;
    if session::renew(&session).await? {
        let title = "Your password was changed, and your other sessions have ended".to_owned();
        flash::leave(&session, Flash { success: true, title, ..Flash::default() }).await?;
    }
    Ok(page::to("/account"))
}

async fn own_email(app: &App, viewer: &Viewer) -> Result<String, AppError> {
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let email = sqlx::query_scalar!("select email from person where id = $1", viewer.id).fetch_one(&mut *tx).await?;
    Ok(email.unwrap_or_default())
}

/// POST `/account/stay`: whoever is asked whether they are still there says yes. Answers the seconds that are left.
pub async fn stay(SignedIn(viewer): SignedIn) -> Response {
    let left = viewer.ends - crate::clock::Clock::System.now().unix_timestamp();
    axum::Json(serde_json::json!({ "left": left })).into_response()
}

pub(super) fn this(session: &Session) -> Option<Vec<u8>> {
    session.id().map(|id| session::hash(&id))
}

async fn drawn(
    app: &App,
    viewer: Viewer,
    frame: Frame,
    session: &Session,
    form: Typed,
) -> Result<AccountPage, AppError> {
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let rows = sqlx::query!(
        r#"
        select p.email, own_password_is_common() as "password_is_common!", s.id_hash as "id_hash?", s.created as "created?", s.last_seen as "last_seen?", s.browser as "browser?",
               s.used_by as "used_by?"
        from person p left join session s on s.person_id = p.id
        where p.id = $1 order by s.last_seen desc
        "#,
        viewer.id
    )
    .fetch_all(&mut *tx)
    .await?;
    let wrong = sqlx::query!(
        "select day, times from wrong_password where person_id = $1 order by day desc limit 31",
        viewer.id
    )
    .fetch_all(&mut *tx)
    .await?;
    drop(tx);
    let wrong_passwords = wrong.into_iter().map(|row| (show_words(row.day), row.times)).collect();
    let email = rows.first().and_then(|row| row.email.clone());
    let password_is_common = rows.first().is_some_and(|row| row.password_is_common);
    let this = this(session);
    let sessions = rows
        .into_iter()
        .filter_map(|row| {
            let hash = row.id_hash?;
            Some(OwnSession {
                is_this: Some(&hash) == this.as_ref(),
                id: crate::secret::hex(&hash),
                began: show_time(row.created?),
                last_used: show_time(row.last_seen?),
                browser: row.browser?,
                used_by: row.used_by?,
            })
        })
        .collect();
    Ok(AccountPage { frame, form, viewer, email, password_is_common, wrong_passwords, sessions })
}
