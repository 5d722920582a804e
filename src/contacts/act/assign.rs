//! `/contacts/{crn}/assign` and `/reassign`: give the contact to a colleague, or take it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use sqlx::PgConnection;
use tower_sessions::Session;

use crate::app::App;
use crate::begin_or_answer;
use crate::contacts::Contact;
use crate::contacts::act::{Acting, Done};
use crate::contacts::journal::Input;
use crate::contacts::lifecycle::{Action, may_receive};
use crate::error::AppError;
use crate::form::Submitted;
use crate::frame::Frame;
use crate::page;
use crate::session::{SignedIn, Viewer};
use crate::typed::Typed;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assign {
    #[serde(default)]
    colleague: String,
}

#[derive(Template)]
#[template(path = "contacts/act/assign.html")]
struct AssignPage {
    frame: Frame,
    form: Typed,
    contact: Contact,
    action: Action,
    colleagues: Vec<(String, String)>,
}

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Path(crn): Path<String>,
) -> Result<Response, AppError> {
    open(&app, &viewer, &crn, Action::Assign).await
}

pub async fn show_again(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Path(crn): Path<String>,
) -> Result<Response, AppError> {
    open(&app, &viewer, &crn, Action::Reassign).await
}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    Path(crn): Path<String>,
    sent: Submitted<Assign>,
) -> Result<Response, AppError> {
    give(&app, &viewer, &session, &crn, Action::Assign, sent).await
}

pub async fn submit_again(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    Path(crn): Path<String>,
    sent: Submitted<Assign>,
) -> Result<Response, AppError> {
    give(&app, &viewer, &session, &crn, Action::Reassign, sent).await
}

async fn open(app: &App, viewer: &Viewer, crn: &str, action: Action) -> Result<Response, AppError> {
    let mut typed = Typed::default();
    let mut acting = begin_or_answer!(Acting::begin(app, viewer, crn, action, None, &typed).await?);
    acting.restore(viewer, action, &mut typed).await?;
    let colleagues = colleagues(&mut acting.tx, viewer, &acting.contact).await?;
    acting.tx.commit().await?;
    page::ok(&AssignPage { frame: acting.frame, form: typed, contact: acting.contact, action, colleagues })
}

async fn give(
    app: &App,
    viewer: &Viewer,
    session: &Session,
    crn: &str,
    action: Action,
    sent: Submitted<Assign>,
) -> Result<Response, AppError> {
    let mut typed = sent.typed;
    let mut acting = begin_or_answer!(Acting::begin(app, viewer, crn, action, Some(sent.version), &typed).await?);
    let colleague = sent.form.colleague.parse().ok();
    if colleague.is_none() {
        let colleagues = colleagues(&mut acting.tx, viewer, &acting.contact).await?;
        typed.wrong("colleague", "Choose a colleague");
        return page::again(&AssignPage {
            frame: acting.frame,
            form: typed,
            contact: acting.contact,
            action,
            colleagues,
        });
    }
    let colleague = colleague.unwrap_or_default();
    let given = if action == Action::Assign { Input::Assign(colleague) } else { Input::Reassign(colleague) };
    match acting.finish(app, session, viewer, given.into(), &typed).await? {
        Done::Answer(answer) => Ok(answer),
        Done::Again(contact, frame, _) => {
            let mut tx = app.db.as_viewer(viewer.id).await?;
            let colleagues = colleagues(&mut tx, viewer, &contact).await?;
            typed.wrong("colleague", "Choose somebody else: this person can’t be given the contact any more");
            page::again(&AssignPage { frame, form: typed, contact: *contact, action, colleagues })
        }
    }
}

/// Who can be given the contact: active people of the viewer's own organisation, oneself first.
async fn colleagues(
    tx: &mut PgConnection,
    viewer: &Viewer,
    contact: &Contact,
) -> Result<Vec<(String, String)>, AppError> {
    let people = active_colleagues(tx, viewer).await?;
    let able = people.into_iter().filter(|(id, _)| may_receive(&contact.position(), *id));
    let chosen = able.map(|(id, name)| (id.to_string(), if id == viewer.id { format!("{name} (you)") } else { name }));
    Ok(std::iter::once((String::new(), "Choose a colleague".to_owned())).chain(chosen).collect())
}

/// Active people of the viewer's organisation, oneself first, then by name.
pub async fn active_colleagues(tx: &mut PgConnection, viewer: &Viewer) -> Result<Vec<(i64, String)>, AppError> {
    let rows = sqlx::query!(
        "select id, name from person where organisation_id = $1 and disabled is null order by id <> $2, name, id",
        viewer.organisation_id(),
        viewer.id,
    )
    .fetch_all(tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}
