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

use crate::addresses::facts::facts;
use crate::app::App;
use crate::contacts::Contact;
use crate::contacts::act::Stop;
use crate::contacts::fields::rule::{Broken, Severity, broken};
use crate::contacts::fields::{Field, Section, Spec, site};
use crate::contacts::journal::made_of;
use crate::contacts::log::Logging;
use crate::contacts::log::card::Card;
use crate::contacts::log::finder::{self, Finder};
use crate::contacts::log::psc::{followed, may_follow};
use crate::contacts::types::ContactType;
use crate::contacts::types::reason;
use crate::drafts::{close, restore};
use crate::error::AppError;
use crate::evidence::{Waiting, waiting};
use crate::form::Submitted;
use crate::forms::only_known_fields;
use crate::frame::Frame;
use crate::page;
use crate::session::SignedIn;
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
    /// the address, once it is filled in and nothing is wrong with it
    pub card: Option<Card>,
    pub evidence: Waiting,
}

impl LogPage {
    /// The fields of the address. Where there is a finder, why it is entered by hand is asked before all of them; without
    /// one it is not asked, but what was said of it before stays.
    fn address(&self, section: &Section) -> Vec<Field> {
        let mut fields = section.fields.to_vec();
        let is_said = !self.form.value(Field::ByHand.name()).is_empty();
        fields.retain(|field| *field != Field::ByHand || self.finder.is_there || is_said);
        fields.sort_by_key(|field| *field != Field::ByHand);
        fields
    }

    /// The fields of the address stand open: something is wrong with one, or was begun and not found.
    fn is_by_hand(&self) -> bool {
        let is_begun = site::SECTION.fields.iter().any(|field| !self.form.value(field.name()).is_empty());
        site_is_wrong(&self.form) || (is_begun && self.card.is_none() && self.finder.choices.is_empty())
    }

    /// Those fields of a section that stand open.
    fn usual(&self, section: &Section) -> Vec<Field> {
        section.fields.iter().copied().filter(|field| !self.spec().more.contains(field)).collect()
    }

    /// Those that are closed until they hold something.
    fn more(&self, section: &Section) -> Vec<Field> {
        section.fields.iter().copied().filter(|field| self.spec().more.contains(field)).collect()
    }

    /// Photos and documents stand with the reasons.
    fn gives_reasons(&self, section: &Section) -> bool {
        section.fields.contains(&Field::Why)
    }

    fn is_more_open(&self, fields: &[Field]) -> bool {
        fields.iter().any(|f| !self.form.value(f.name()).is_empty() || self.form.error(f.name()).is_some())
    }

    fn spec(&self) -> &'static Spec {
        self.contact_type.spec()
    }

    fn why_invalid(&self) -> &str {
        self.psc_of.as_ref().and_then(|old| old.closed_reason.as_deref()).map(reason).unwrap_or_default()
    }
}

impl LogPage {
    /// The form again, as typed; 422 if something in it is wrong.
    pub async fn again(
        app: &App,
        logging: &Logging,
        tx: &mut PgConnection,
        key: String,
        form: Typed,
        psc_of: Option<Contact>,
        finder: Finder,
    ) -> Result<Response, AppError> {
        let frame = Frame::new(app, Some(&logging.viewer), "/contacts/new");
        let status = if form.has_errors() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        page::page(status, &LogPage::of(logging, tx, frame, key, form, psc_of, finder).await?)
    }

    async fn of(
        logging: &Logging,
        tx: &mut PgConnection,
        frame: Frame,
        key: String,
        mut form: Typed,
        psc_of: Option<Contact>,
        finder: Finder,
    ) -> Result<LogPage, AppError> {
        let contact_type = logging.contact_type;
        let evidence = waiting(tx, &logging.viewer, &logging.form(&key), None).await?;
        let is_looking = !finder.choices.is_empty() || !finder.says.is_empty();
        let details = contact_type.typed(&form);
        let card = if is_looking || site_is_wrong(&form) { None } else { Card::of(tx, &details).await? };
        if !form.has_errors() && psc_of.is_none() {
            form.focus_first_empty(&first_fields(contact_type.spec(), &finder, card.is_some()));
        }
        Ok(LogPage { frame, contact_type, form, key, psc_of, finder, card, evidence })
    }
}

/// Something is wrong with the address, or with what it was looked for by.
fn site_is_wrong(form: &Typed) -> bool {
    let mut fields = site::SECTION.fields.iter().map(|field| field.name()).chain(finder::FIELDS);
    fields.any(|name| form.error(name).is_some())
}

/// Where to go on: at the addresses to choose from, in the finder, or behind the address that is filled in.
fn first_fields(spec: &Spec, finder: &Finder, has_address: bool) -> Vec<&'static str> {
    if !finder.choices.is_empty() {
        return vec!["find_choice"];
    }
    if finder.is_there && !has_address {
        return vec!["find_postcode"];
    }
    let others = spec.sections.iter().filter(|section| !(has_address && section.is_site()));
    let fields = others.flat_map(|section| section.fields).filter(|field| !spec.more.contains(field));
    fields.map(|field| field.name()).collect()
}

/// There is one type yet, so choosing is no page.
pub async fn types(SignedIn(viewer): SignedIn) -> Result<Response, AppError> {
    viewer.may_log()?;
    Ok(page::to(&ContactType::ALL[0].path()))
}

pub async fn show(State(app): State<App>, logging: Logging, Query(asked): Query<Key>) -> Result<Response, Stop> {
    let Logging { viewer, contact_type } = &logging;
    let mut frame = Frame::new(&app, Some(viewer), "/contacts/new");
    let Some(key) = asked.key else {
        // every form has an address of its own, which Back finds again
        return Ok(page::to(&contact_type.form(&crate::secret::token())));
    };
    is_ours(&key)?;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    logging.not_logged_yet(&mut tx, &key).await?;
    let mut form = Typed::default();
    restore(&mut tx, viewer, &mut frame, &contact_type.form(&key), &mut form).await?;
    let old = Some(form.value("psc_of").to_owned()).filter(|crn| !crn.is_empty()).or(asked.psc_of);
    let psc_of = followed(&mut tx, viewer, old.as_deref()).await?;
    if let Some(old) = &psc_of
        && frame.kept.is_none()
    {
        may_follow(&app, &mut tx, viewer, old, &form).await?;
        form = old.details.to_typed();
    }
    let finder = Finder::ready(&mut tx).await?;
    let shown = LogPage::of(&logging, &mut tx, frame, key, form, psc_of, finder).await?;
    tx.commit().await?;
    Ok(page::ok(&shown)?)
}

pub async fn submit(State(app): State<App>, logging: Logging, mut sent: Submitted<LogForm>) -> Result<Response, Stop> {
    let Logging { viewer, contact_type } = &logging;
    sent.form.fields.retain(|name, _| !finder::FIELDS.contains(&name.as_str()));
    only_known_fields(&sent.form.fields, |name| contact_type.spec().field(name).is_some())?;
    let LogForm { key, psc_of, .. } = sent.form;
    is_ours(&key)?;
    let mut form = sent.typed;
    let details = contact_type.typed(&form);
    let mut tx = app.db.as_viewer(viewer.id).await?;
    if let Some(crn) = made_of(&mut tx, viewer, &key).await? {
        close(&mut tx, viewer, &contact_type.form(&key)).await?;
        tx.commit().await?;
        let says = format!("This form has been submitted already, as contact {crn}. Start a new one to log another.");
        return Err(AppError::Conflict(says.into()).into());
    }
    let psc_of = followed(&mut tx, viewer, Some(&psc_of)).await?;
    if let Some(old) = &psc_of {
        may_follow(&app, &mut tx, viewer, old, &form).await?;
    }
    let mut finder = Finder::ready(&mut tx).await?;
    if finder.is_there && finder::is_meant(&form) {
        // Enter in the finder's fields without script, or an address chosen and not yet taken over
        finder.meant(&mut tx, &mut form).await?;
        return Ok(LogPage::again(&app, &logging, &mut tx, key, form, psc_of, finder).await?);
    }
    let facts = facts(&app, &mut tx, &details).await?;
    for Broken { rule, says } in broken(&details, &facts, Severity::Stop) {
        form.wrong(rule.field.name(), says);
    }
    if form.has_errors() {
        return Ok(LogPage::again(&app, &logging, &mut tx, key, form, psc_of, finder).await?);
    }
    // what was typed is kept already, as every form is
    tx.commit().await?;
    Ok(page::to(&contact_type.check(&key)))
}

/// Every key of a form is one that we gave.
pub fn is_ours(key: &str) -> Result<(), AppError> {
    if crate::secret::is_token(key) {
        return Ok(());
    }
    Err(AppError::BadRequest("Its key is not one of ours. Start again from “Log a contact”.".into()))
}
