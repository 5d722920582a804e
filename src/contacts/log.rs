//! `/contacts/new/mnc`: log a contact. The form, then check answers, then the CRN.
//!
//! What was typed waits as a draft on the server between form and check page. Its key is that of the form: however
//! often a form is sent, it makes one contact, and every time the same CRN is shown.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sqlx::PgConnection;

use super::changed;
use super::details::Details;
use super::facts::facts;
use super::field::{Field, Section};
use super::lifecycle::{Action, Refusal, decide};
use super::rules::{Broken, Force, broken};
use super::{Contact, reason};
use crate::app::App;
use crate::error::AppError;
use crate::evidence::form::Form;
use crate::evidence::{Waiting, waiting};
use crate::form::Submitted;
use crate::frame::Frame;
use crate::page;
use crate::session::{SignedIn, Viewer};
use crate::typed::Typed;

#[derive(Debug, Deserialize)]
pub struct Key {
    pub key: Option<String>,
}

/// The form: its key, the contact it follows if it is a PSC, and the fields of [`Field::ALL`].
#[derive(Debug, Deserialize)]
pub struct LogForm {
    key: String,
    #[serde(default)]
    psc_of: String,
    #[serde(flatten)]
    fields: Map<String, Value>,
}

#[derive(Template)]
#[template(path = "contacts/log.html")]
pub struct LogPage {
    pub frame: Frame,
    pub form: Typed,
    pub key: String,
    /// the contact, closed as invalid, that is logged again
    pub psc_of: Option<Contact>,
    pub evidence: Waiting,
}

impl LogPage {
    fn sections(&self) -> [Section; 4] {
        Section::ALL
    }

    fn why_invalid(&self) -> &str {
        self.psc_of.as_ref().and_then(|old| old.closed_reason.as_deref()).map(reason).unwrap_or_default()
    }
}

/// What waits between the form and its check page.
pub struct Draft {
    pub psc_of: Option<String>,
    pub details: Details,
}

/// There is one kind yet, so choosing is no page.
pub async fn kinds(SignedIn(viewer): SignedIn) -> Result<Response, AppError> {
    may_log(&viewer)?;
    Ok(page::to("/contacts/new/mnc"))
}

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Query(asked): Query<Key>,
) -> Result<Response, AppError> {
    may_log(&viewer)?;
    let frame = Frame::new(&app, Some(&viewer), "/contacts/new");
    let Some(key) = asked.key else {
        let key = crate::secret::token();
        let evidence = Waiting::none(&Form::Log(key.clone()));
        return page::ok(&LogPage { frame, form: Typed::default(), key, psc_of: None, evidence });
    };
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let Some(draft) = draft(&mut tx, &viewer, &key).await? else {
        let made = made_of(&mut tx, &viewer, &key).await?.ok_or(AppError::NotFound)?;
        return Ok(page::to(&format!("/contacts/{made}/logged")));
    };
    let psc_of = followed(&mut tx, &viewer, draft.psc_of.as_deref()).await?;
    let evidence = waiting(&mut tx, &viewer, &Form::Log(key.clone()), None).await?;
    tx.commit().await?;
    page::ok(&LogPage { frame, form: draft.details.to_typed(), key, psc_of, evidence })
}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    sent: Submitted<LogForm>,
) -> Result<Response, AppError> {
    may_log(&viewer)?;
    only_known_fields(&sent.form.fields)?;
    let key = sent.form.key.clone();
    if key.len() != 32 || !key.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(AppError::BadRequest("Its key is not one of ours. Start again from “Log a contact”.".into()));
    }
    let mut form = sent.typed;
    let details = Details::from_typed(&form);
    let mut tx = app.db.as_viewer(viewer.id).await?;
    if let Some(crn) = made_of(&mut tx, &viewer, &key).await? {
        return Err(AppError::Conflict(
            format!("This form has been submitted already, as contact {crn}. Start a new one to log another.").into(),
        ));
    }
    let old = Some(sent.form.psc_of.as_str()).filter(|crn| !crn.is_empty());
    let psc_of = followed(&mut tx, &viewer, old).await?;
    if let Some(old) = &psc_of
        && let Some(answer) = refused(&app, &mut tx, &viewer, old, &form).await?
    {
        return Ok(answer);
    }
    let facts = facts(&app, &mut tx, &details).await?;
    for Broken { rule, says } in broken(&details, &facts, Force::Stop) {
        form.wrong(rule.field.name(), says);
    }
    if form.has_errors() {
        let evidence = waiting(&mut tx, &viewer, &Form::Log(key.clone()), None).await?;
        tx.commit().await?;
        let frame = Frame::new(&app, Some(&viewer), "/contacts/new");
        return page::again(&LogPage { frame, form, key, psc_of, evidence });
    }
    keep(&mut tx, &viewer, &key, old, &details, app.clock.now()).await?;
    tx.commit().await?;
    Ok(page::to(&format!("/contacts/new/mnc/check?key={key}")))
}

/// Shippers, DNs and IGTs log contacts.
pub fn may_log(viewer: &Viewer) -> Result<(), AppError> {
    if viewer.raises() {
        return Ok(());
    }
    Err(AppError::Forbidden("Logging a contact is for members of a Shipper, DN or IGT.".into()))
}

/// A form with fields that are not ours, or too many, is not our form.
pub fn only_known_fields(fields: &Map<String, Value>) -> Result<(), AppError> {
    if fields.keys().all(|name| Field::parse(name).is_some()) {
        return Ok(());
    }
    Err(AppError::BadRequest(
        "It holds a field that this form does not have. Nothing has been changed; open the page again.".into(),
    ))
}

/// The contact that a PSC follows.
pub async fn followed(tx: &mut PgConnection, viewer: &Viewer, crn: Option<&str>) -> Result<Option<Contact>, AppError> {
    match crn {
        None => Ok(None),
        Some(crn) => Ok(Some(Contact::seen_by(tx, viewer, crn).await?)),
    }
}

/// The answer for a PSC that the law does not allow (any more).
pub async fn refused(
    app: &App,
    tx: &mut PgConnection,
    viewer: &Viewer,
    old: &Contact,
    typed: &Typed,
) -> Result<Option<Response>, AppError> {
    match decide(Action::LogPsc, &old.standing(), viewer.actor()) {
        Ok(_) => Ok(None),
        Err(Refusal::NotFromHere) => {
            Ok(Some(changed::page(app, tx, viewer, &old.crn, None, Action::LogPsc, typed).await?))
        }
        Err(Refusal::NotYours) => {
            Err(AppError::Forbidden("A PSC is logged by a member of the organisation that raised the contact.".into()))
        }
    }
}

fn as_json(details: &Details) -> Value {
    Value::Object(Field::ALL.iter().map(|field| (field.name().to_owned(), json!(details.get(*field)))).collect())
}

async fn keep(
    tx: &mut PgConnection,
    viewer: &Viewer,
    key: &str,
    psc_of: Option<&str>,
    details: &Details,
    now: time::OffsetDateTime,
) -> Result<(), AppError> {
    sqlx::query!(
        "insert into draft (person_id, key, psc_of, fields, saved) values ($1, $2, $3, $4, $5)
         on conflict (person_id, key) do update set fields = excluded.fields, saved = excluded.saved",
        viewer.id,
        key,
        psc_of,
        as_json(details),
        now
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// What waits under this key, if it is the viewer's.
pub async fn draft(tx: &mut PgConnection, viewer: &Viewer, key: &str) -> Result<Option<Draft>, AppError> {
    let row = sqlx::query!("select psc_of, fields from draft where person_id = $1 and key = $2", viewer.id, key)
        .fetch_optional(tx)
        .await?;
    Ok(row.map(|row| {
        let mut details = Details::default();
        for field in Field::ALL {
            details.set(field, row.fields[field.name()].as_str().unwrap_or_default());
        }
        Draft { psc_of: row.psc_of, details }
    }))
}

/// CRN of the contact that the form with this key has made.
pub async fn made_of(tx: &mut PgConnection, viewer: &Viewer, key: &str) -> Result<Option<String>, AppError> {
    Ok(sqlx::query_scalar!(
        "select crn from contact where originator = $1 and form_key = $2 and raised_by = $3",
        viewer.id,
        key,
        viewer.organisation_id()
    )
    .fetch_optional(tx)
    .await?)
}

/// The page of a form that is drawn for the first time; [`super::log_psc`] opens it too.
pub fn opened(page: &LogPage) -> Result<Response, AppError> {
    page::page(StatusCode::OK, page)
}
