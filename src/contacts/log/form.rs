//! `/contacts/new/{type}`: log a contact. The form, then check answers, then the CRN.
//!
//! What was typed waits as a draft on the server between form and check page. Its key is that of the form: however
//! often a form is sent, it makes one contact, and every time the same CRN is shown.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Map, Value};
use sqlx::PgConnection;

use crate::app::App;
use crate::contacts::Contact;
use crate::contacts::act::changed;
use crate::contacts::facts::facts;
use crate::contacts::fields::Details;
use crate::contacts::fields::rule::{Broken, Severity, broken};
use crate::contacts::fields::{Field, Section, Spec};
use crate::contacts::lifecycle::{Action, Refusal, decide};
use crate::contacts::log::OfType;
use crate::contacts::log::finder::{self, Finder};
use crate::contacts::types::ContactType;
use crate::contacts::types::reason;
use crate::drafts::{close, load, restore};
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
    pub psc_of: Option<String>,
    /// what has changed since the page before was drawn
    #[serde(default)]
    pub changed: String,
}

/// The form: its key, the contact it follows if it is a PSC, and the fields of its type.
#[derive(Debug, Deserialize)]
pub struct LogForm {
    key: String,
    #[serde(default)]
    psc_of: String,
    #[serde(flatten)]
    fields: Map<String, Value>,
}

#[derive(Template)]
#[template(path = "contacts/log/form.html")]
pub struct LogPage {
    pub frame: Frame,
    pub contact_type: ContactType,
    pub form: Typed,
    pub key: String,
    /// the contact, closed as invalid, that is logged again
    pub psc_of: Option<Contact>,
    pub finder: Finder,
    pub evidence: Waiting,
}

impl LogPage {
    /// Why an address is entered by hand is asked within the finder, where there is one.
    fn fields(&self, section: &Section) -> Vec<Field> {
        section.fields.iter().copied().filter(|field| !(self.finder.is_there && *field == Field::ByHand)).collect()
    }

    fn spec(&self) -> &'static Spec {
        self.contact_type.spec()
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

/// There is one type yet, so choosing is no page.
pub async fn types(SignedIn(viewer): SignedIn) -> Result<Response, AppError> {
    viewer.may_log()?;
    Ok(page::to(&ContactType::ALL[0].path()))
}

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    OfType(contact_type): OfType,
    Query(asked): Query<Key>,
) -> Result<Response, AppError> {
    viewer.may_log()?;
    let mut frame = Frame::new(&app, Some(&viewer), "/contacts/new");
    let Some(key) = asked.key else {
        // every form has an address of its own, which Back finds again
        return Ok(page::to(&contact_type.form(&crate::secret::token())));
    };
    let address = sent_form(contact_type, &key)?;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    if let Some(made) = made_of(&mut tx, &viewer, &key).await? {
        return Ok(page::to(&format!("/contacts/{made}/logged")));
    }
    let mut form = Typed::default();
    restore(&mut tx, &viewer, &mut frame, &address, &mut form).await?;
    let old = Some(form.value("psc_of").to_owned()).filter(|crn| !crn.is_empty()).or(asked.psc_of);
    let psc_of = followed(&mut tx, &viewer, old.as_deref()).await?;
    if let Some(old) = &psc_of
        && frame.kept.is_none()
    {
        if let Some(answer) = refused(&app, &mut tx, &viewer, old, &form).await? {
            return Ok(answer);
        }
        form = old.details.to_typed();
    }
    let finder = Finder::ready(&mut tx).await?;
    let evidence = waiting(&mut tx, &viewer, &Form::Log(contact_type, key.clone()), None).await?;
    tx.commit().await?;
    page::ok(&LogPage { frame, contact_type, form, key, psc_of, finder, evidence })
}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    OfType(contact_type): OfType,
    mut sent: Submitted<LogForm>,
) -> Result<Response, AppError> {
    viewer.may_log()?;
    sent.form.fields.retain(|name, _| !finder::FIELDS.contains(&name.as_str()));
    only_known_fields(contact_type.spec(), &sent.form.fields)?;
    let key = sent.form.key.clone();
    sent_form(contact_type, &key)?;
    let mut form = sent.typed;
    let details = contact_type.typed(&form);
    let mut tx = app.db.as_viewer(viewer.id).await?;
    if let Some(crn) = made_of(&mut tx, &viewer, &key).await? {
        close(&mut tx, &viewer, &contact_type.form(&key)).await?;
        tx.commit().await?;
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
    let mut finder = Finder::ready(&mut tx).await?;
    if finder.is_there && finder::is_meant(&form) {
        // Enter in the finder's fields without script, or an address chosen and not yet taken over
        finder::meant(&mut tx, &mut form, &mut finder).await?;
        let frame = Frame::new(&app, Some(&viewer), "/contacts/new");
        let status = if form.has_errors() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        let evidence = waiting(&mut tx, &viewer, &Form::Log(contact_type, key.clone()), None).await?;
        return page::page(status, &LogPage { frame, contact_type, form, key, psc_of, finder, evidence });
    }
    let facts = facts(&app, &mut tx, &details).await?;
    for Broken { rule, says } in broken(&details, &facts, Severity::Stop) {
        form.wrong(rule.field.name(), says);
    }
    if form.has_errors() {
        let evidence = waiting(&mut tx, &viewer, &Form::Log(contact_type, key.clone()), None).await?;
        tx.commit().await?;
        let frame = Frame::new(&app, Some(&viewer), "/contacts/new");
        return page::again(&LogPage { frame, contact_type, form, key, psc_of, finder, evidence });
    }
    // what was typed is kept already, as every form is
    tx.commit().await?;
    Ok(page::to(&contact_type.check(&key)))
}

/// A form with fields that are not ours, or too many, is not our form.
pub fn only_known_fields(spec: &Spec, fields: &Map<String, Value>) -> Result<(), AppError> {
    if fields.keys().all(|name| spec.field(name).is_some()) {
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
    match decide(Action::LogPsc, &old.position(), viewer.actor()) {
        Ok(_) => Ok(None),
        Err(Refusal::NotFromHere) => {
            Ok(Some(changed::page(app, tx, viewer, &old.crn, None, Action::LogPsc, typed).await?))
        }
        Err(Refusal::NotYours) => {
            Err(AppError::Forbidden("A PSC is logged by a member of the organisation that raised the contact.".into()))
        }
    }
}

/// The address of the form with this key, if it is a key of ours.
pub fn sent_form(contact_type: ContactType, key: &str) -> Result<String, AppError> {
    if crate::secret::is_token(key) {
        return Ok(contact_type.form(key));
    }
    Err(AppError::BadRequest("Its key is not one of ours. Start again from “Log a contact”.".into()))
}

/// What waits under this key, if it is the viewer's.
pub async fn draft(
    tx: &mut PgConnection,
    viewer: &Viewer,
    contact_type: ContactType,
    key: &str,
) -> Result<Option<Draft>, AppError> {
    let Some(typed) = load(tx, viewer, &contact_type.form(key)).await? else { return Ok(None) };
    let psc_of = Some(typed.value("psc_of").to_owned()).filter(|crn| !crn.is_empty());
    Ok(Some(Draft { psc_of, details: contact_type.typed(&typed) }))
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
