//! `/people/requests/{id}`: a second officer’s yes or no to a new supervisor or officer. What waits stands on the people page.
//! Postgres says who may decide (`role_deciders`).

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use sqlx::PgConnection;
use tower_sessions::Session;

use super::edit::said;
use super::list::officer;
use super::sign_in::note;
use crate::app::App;
use crate::error::AppError;
use crate::form::Submitted;
use crate::limits::refused;
use crate::limits::table::ROLES_ASKED;
use crate::page;
use crate::session::SignedIn;
use crate::source::Client;
use crate::trade::working_time::show_date;

/// A new role that waits for a yes.
#[derive(Debug)]
pub struct Request {
    pub id: String,
    pub account: String,
    pub name: String,
    pub organisation: String,
    pub roles: String,
    pub asked_by: String,
    pub ends: String,
    /// who looks has asked for it
    pub is_own: bool,
    pub may_decide: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    #[serde(default)]
    answer: String,
}

pub async fn pending(tx: &mut PgConnection) -> Result<Vec<Request>, AppError> {
    let rows = sqlx::query!(
        r#"select id::text as "id!", account as "account!", name as "name!", organisation as "organisation!", roles as "roles!",
                  asked_by as "asked_by!", ends as "ends!", is_own as "is_own!", may_decide as "may_decide!"
           from pending_roles()"#
    )
    .fetch_all(tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Request {
            id: row.id,
            account: row.account,
            name: row.name,
            organisation: row.organisation,
            roles: row.roles,
            asked_by: row.asked_by,
            ends: show_date(row.ends),
            is_own: row.is_own,
            may_decide: row.may_decide,
        })
        .collect())
}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Extension(Client(address)): Extension<Client>,
    session: Session,
    Path(id): Path<String>,
    sent: Submitted<Answer>,
) -> Result<Response, AppError> {
    officer(&viewer)?;
    let yes = match sent.form.answer.as_str() {
        "yes" => true,
        "no" => false,
        _ => return Err(AppError::does_not_fit()),
    };
    if !is_id(&id) {
        return Err(AppError::NotFound);
    }
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let decided = sqlx::query_scalar!("select decide_roles($1::text::uuid, $2)", id, yes).fetch_one(&mut *tx).await?;
    let Some(account) = decided else {
        let says = "This is not yours to decide, or it was decided, taken back or has lapsed meanwhile. Nothing has been changed.";
        return Err(AppError::Conflict(says.into()));
    };
    let event = if yes { "privilege_permissions_changed" } else { "privilege_permissions_refused" };
    note(&mut *tx, event, &account, &address.to_string(), 303).await?;
    tx.commit().await?;
    let title =
        if yes { format!("{account} has the new role") } else { format!("{account} does not get the new role") };
    said(&session, title).await?;
    Ok(page::to("/people"))
}

/// What has come of the roles in a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Set {
    Done,
    /// a second officer has to say yes
    Asked,
    /// nothing: the organisation would be without a role, and the form does not say that this is known
    Last,
}

impl Set {
    /// As Postgres says it.
    pub fn of(set: &str) -> Result<Set, AppError> {
        match set {
            "done" => Ok(Set::Done),
            "asked" => Ok(Set::Asked),
            "last" => Ok(Set::Last),
            later => match later.strip_prefix("later ").and_then(|seconds| seconds.parse().ok()) {
                Some(seconds) => Err(refused(&ROLES_ASKED, seconds)),
                None => Err(AppError::NotFound),
            },
        }
    }
}

/// What a form says that they may do; Postgres asks again whether the officer may say so.
pub async fn set_roles(
    tx: &mut PgConnection,
    person: i64,
    (supervisor, officer): (bool, bool),
    knows_last: bool,
) -> Result<Set, AppError> {
    let set = sqlx::query_scalar!(
        r#"select set_person_roles($1, $2, $3, $4) as "set!""#,
        person,
        supervisor,
        officer,
        knows_last
    )
    .fetch_one(tx)
    .await?;
    Set::of(&set)
}

fn is_id(text: &str) -> bool {
    text.split('-').map(str::len).eq([8, 4, 4, 4, 12]) && text.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}
