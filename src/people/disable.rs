//! `/people/{account}/disable`: says what goes before an account is disabled, and disables it.

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use tower_sessions::Session;

use super::command::release;
use super::edit::{one, said};
use super::last;
use super::list::{Colleague, officer};
use super::sign_in::note;
use crate::app::App;
use crate::error::AppError;
use crate::form::Submitted;
use crate::frame::Frame;
use crate::page;
use crate::session::SignedIn;
use crate::source::Client;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disable {
    /// the organisation is left without a role, and that is known
    #[serde(default)]
    knows_last: String,
}

#[derive(Template)]
#[template(path = "people/disable.html")]
struct DisablePage {
    frame: Frame,
    person: Colleague,
    /// how many contacts they hold
    holds: i64,
    /// the roles that nobody else has
    last_of: String,
}

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Path(account): Path<String>,
) -> Result<Response, AppError> {
    officer(&viewer)?;
    let person = one(&app, &viewer, &account).await?;
    if person.id == viewer.id || person.is_disabled {
        return Ok(page::to(&format!("/people/{account}")));
    }
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let holds = sqlx::query_scalar!(
        r#"select count(*) as "holds!" from contact where holder = $1 and with_org = $2"#,
        person.id,
        viewer.organisation_id()
    )
    .fetch_one(&mut *tx)
    .await?;
    let last_of = sqlx::query_scalar!("select last_of_a_role($1, true, true)", person.id).fetch_one(&mut *tx).await?;
    let last_of = last_of.unwrap_or_default();
    drop(tx);
    let frame = Frame::new(&app, Some(&viewer), "/people");
    page::ok(&DisablePage { frame, person, holds, last_of })
}

/// Ends their sessions and gives back what they hold, all at once.
pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Extension(Client(address)): Extension<Client>,
    session: Session,
    Path(account): Path<String>,
    sent: Submitted<Disable>,
) -> Result<Response, AppError> {
    officer(&viewer)?;
    let person = one(&app, &viewer, &account).await?;
    if person.id == viewer.id {
        return Err(AppError::Conflict("You can’t disable your own account; a colleague with your role can.".into()));
    }
    if person.is_disabled {
        return Err(AppError::Conflict(format!("{account} is disabled already.").into()));
    }
    let now = app.clock.now();
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let knows_last = sent.form.knows_last == "yes";
    let done = sqlx::query_scalar!(r#"select disable_person($1, $2, $3) as "done!""#, person.id, now, knows_last)
        .fetch_one(&mut *tx)
        .await?;
    if done == "last" {
        drop(tx);
        let action = format!("/people/{account}/disable");
        let change = last::Change { person, action, keeps: Vec::new(), is_disabling: true };
        return last::draw(&app, &viewer, change);
    }
    if done != "done" {
        // a colleague was first, with this account or with the officer's own
        let says =
            format!("{account} was changed in the same moment, or you were. Nothing has been changed; look again.");
        return Err(AppError::Conflict(says.into()));
    }
    sqlx::query!("select end_sessions($1)", person.id).execute(&mut *tx).await?;
    let released = release(&mut tx, &viewer, &app.config.terms, person.id, now).await?;
    note(&mut *tx, "authn_account_disabled", &account, &address.to_string(), 303).await?;
    tx.commit().await?;
    said(&session, format!("{account} was disabled; contacts returned to the queue: {released}")).await?;
    Ok(page::to("/people"))
}
