//! `/people`: the accounts of an organisation, for its Local Security Officer.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use sqlx::PgConnection;
use tower_sessions::Session;

use super::requests::{Request, pending};
use crate::app::App;
use crate::error::AppError;
use crate::frame::Frame;
use crate::page;
use crate::session::{SignedIn, Viewer};

/// An account as the officer sees it.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "roles and state, each by itself")]
pub struct Colleague {
    pub id: i64,
    pub account: String,
    pub name: String,
    pub email: Option<String>,
    pub supervisor: bool,
    pub security_officer: bool,
    /// one of the trial's shared accounts
    pub demo: bool,
    pub is_disabled: bool,
}

impl Colleague {
    pub fn roles(&self) -> String {
        let mut roles = vec![if self.supervisor { "Supervisor" } else { "Agent" }];
        if self.security_officer {
            roles.push("Local Security Officer");
        }
        roles.join(", ")
    }
}

#[derive(Template)]
#[template(path = "people/list.html")]
struct ListPage {
    frame: Frame,
    organisation: String,
    people: Vec<Colleague>,
    requests: Vec<Request>,
}

pub async fn show(State(app): State<App>, SignedIn(viewer): SignedIn, session: Session) -> Result<Response, AppError> {
    officer(&viewer)?;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let people = colleagues(&mut tx, &viewer, None).await?;
    let requests = pending(&mut tx).await?;
    drop(tx);
    let frame = Frame::with_flash(&app, &viewer, "/people", &session).await?;
    let organisation = viewer.organisation.map(|organisation| organisation.name).unwrap_or_default();
    page::ok(&ListPage { frame, organisation, people, requests })
}

/// These pages are the Local Security Officer's.
pub fn officer(viewer: &Viewer) -> Result<(), AppError> {
    if viewer.security_officer && viewer.organisation.is_some() {
        return Ok(());
    }
    Err(AppError::Forbidden("Managing accounts is for your organisation’s Local Security Officer.".into()))
}

/// The officer's own organisation, or the one account of it.
pub async fn colleagues(
    tx: &mut PgConnection,
    viewer: &Viewer,
    account: Option<&str>,
) -> Result<Vec<Colleague>, AppError> {
    Ok(sqlx::query_as!(
        Colleague,
        r#"
        select id, account, name, email, supervisor, security_officer, demo, disabled is not null as "is_disabled!"
        from person
        where organisation_id = $1 and ($2::text is null or account = $2)
        order by disabled is not null, name, id
        "#,
        viewer.organisation_id(),
        account
    )
    .fetch_all(tx)
    .await?)
}
