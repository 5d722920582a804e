//! `/contacts/{crn}/note`: a note for one's own organisation. Its form stands in the contact's page; this page is for
//! what was wrong with it, and for a draft of it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use sqlx::PgConnection;
use validator::Validate;

use crate::app::App;
use crate::contacts::Contact;
use crate::contacts::act::restored;
use crate::contacts::journal::{self, By, Note};
use crate::contacts::lifecycle::{Action, decide};
use crate::contacts::note::{Colleague, ContactNote, named};
use crate::error::AppError;
use crate::form::Submitted;
use crate::frame::{Frame, RestoredDraft};
use crate::page;
use crate::session::{SignedIn, Viewer};
use crate::typed::Typed;

#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Noted {
    #[serde(default, deserialize_with = "crate::form::trimmed")]
    #[validate(length(min = 1, message = "Enter the note"), custom(function = "crate::form::not_too_long"))]
    note: String,
}

#[derive(Template)]
#[template(path = "contacts/show/note.html")]
struct NotePage {
    frame: Frame,
    contact: Contact,
    notes: Notes,
}

/// The section: what was noted, newest first, and the form for one more.
pub struct Notes {
    pub organisation: String,
    pub notes: Vec<ContactNote>,
    pub form: Typed,
    /// what was typed before and is back in it
    pub kept: Option<RestoredDraft>,
}

/// The section as it opens, with what was typed into its form before; none for who belongs to no organisation.
pub async fn section(
    tx: &mut PgConnection,
    viewer: &Viewer,
    contact: &Contact,
    notes: Vec<ContactNote>,
) -> Result<Option<Notes>, AppError> {
    let Some(organisation) = viewer.organisation.as_ref().map(|organisation| organisation.name.clone()) else {
        return Ok(None);
    };
    let mut form = Typed::default();
    let kept = restored(tx, viewer, contact, Action::Note, &mut form).await?;
    Ok(Some(Notes { organisation, notes, form, kept }))
}

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Path(crn): Path<String>,
) -> Result<Response, AppError> {
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let (contact, extras) = Contact::seen_whole(&mut tx, &viewer, &crn).await?;
    let frame = Frame::new(&app, Some(&viewer), &contact.path());
    let notes = section(&mut tx, &viewer, &contact, extras.notes).await?;
    let notes = notes.ok_or_else(|| not_theirs(&contact))?;
    page::ok(&NotePage { frame, contact, notes })
}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Path(crn): Path<String>,
    mut sent: Submitted<Noted>,
) -> Result<Response, AppError> {
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let (contact, extras) = Contact::seen_whole(&mut tx, &viewer, &crn).await?;
    let Some(organisation) = viewer.organisation.as_ref().map(|organisation| organisation.name.clone()) else {
        return Err(not_theirs(&contact));
    };
    decide(Action::Note, &contact.position(), viewer.actor()).map_err(|_| not_theirs(&contact))?;
    sent.is_valid();
    let colleagues = if sent.form.note.contains('@') { colleagues(&mut tx, &viewer).await? } else { Vec::new() };
    let people = named(&sent.form.note, &colleagues).unwrap_or_else(|misnamed| {
        sent.typed.wrong("note", misnamed.says(&organisation));
        Vec::new()
    });
    if sent.typed.has_errors() {
        let frame = Frame::new(&app, Some(&viewer), &contact.path());
        let notes = Notes { organisation, notes: extras.notes, form: sent.typed, kept: None };
        return page::again(&NotePage { frame, contact, notes });
    }
    let by = By { viewer: Some(&viewer), at: app.clock.now(), terms: &app.config.terms };
    journal::note(&mut tx, by, &contact, &Note { body: &sent.form.note, named: &people }).await?;
    tx.commit().await?;
    Ok(page::to(&format!("{}#notes", contact.path())))
}

fn not_theirs(contact: &Contact) -> AppError {
    let who = Action::Note.rule().who.words();
    AppError::Forbidden(format!("“{}” is for {who}. Contact {} is not.", Action::Note.label(), contact.crn).into())
}

async fn colleagues(tx: &mut PgConnection, viewer: &Viewer) -> Result<Vec<Colleague>, AppError> {
    Ok(sqlx::query_as!(
        Colleague,
        r#"select id, account, name, disabled is not null as "disabled!" from person where organisation_id = $1"#,
        viewer.organisation_id()
    )
    .fetch_all(tx)
    .await?)
}
