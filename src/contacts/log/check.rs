//! `/contacts/new/{type}/check`: check answers, and submit. However often it is submitted, it makes one contact.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use sqlx::{Postgres, Transaction};

use crate::addresses::facts::facts;
use crate::app::App;
use crate::contacts::Contact;
use crate::contacts::act::{Stop, changed};
use crate::contacts::duplicates;
use crate::contacts::fields::Details;
use crate::contacts::fields::rule::{Broken, Severity, broken};
use crate::contacts::fields::{Field, Section, Spec};
use crate::contacts::journal::{self, By, Logged, Refused};
use crate::contacts::lifecycle::Action;
use crate::contacts::log::Logging;
use crate::contacts::log::form::Key;
use crate::contacts::log::psc::{followed, may_follow};
use crate::contacts::look_ups::{Told, told};
use crate::contacts::types::ContactType;
use crate::contacts::zone::{self, Zone};
use crate::drafts::close;
use crate::error::AppError;
use crate::evidence::{Waiting, claim_logged, waiting};
use crate::form::Submitted;
use crate::frame::Frame;
use crate::limits::table::{LOGGED, LOOK_UPS};
use crate::limits::{left_out, spend_in};
use crate::page;
use crate::typed::Typed;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SendForm {
    key: String,
    /// what the page showed; if the draft is another by now, it is shown first
    #[serde(default)]
    seen: String,
}

#[derive(Template)]
#[template(path = "contacts/log/check.html")]
struct CheckPage {
    frame: Frame,
    contact_type: ContactType,
    key: String,
    details: Details,
    warnings: Vec<Broken>,
    zone: Zone,
    psc_of: Option<Contact>,
    changed: bool,
    edit: String,
    evidence: Waiting,
}

impl CheckPage {
    fn spec(&self) -> &'static Spec {
        self.contact_type.spec()
    }

    /// What was given in a section, by its labels; the address stands before it as one block.
    fn given(&self, section: &Section) -> Vec<(&'static str, String)> {
        let fields = section.fields.iter().filter(|field| !field.is_address());
        let shown = fields.map(|field| (self.spec().label(field), self.details.shown(*field)));
        shown.filter(|(_, value)| !value.is_empty()).collect()
    }

    /// What was left out, in one line.
    fn not_given(&self) -> String {
        let is_left = |field: &Field| {
            self.details.get(*field).is_empty() && self.spec().is_marked_optional(field) && !field.is_address()
        };
        let mut left: Vec<String> =
            self.spec().fields().filter(is_left).map(|field| within_a_sentence(self.spec().label(&field))).collect();
        if self.evidence.files.is_empty() {
            left.push("photos and documents".to_owned());
        }
        left.join(", ")
    }
}

/// "Meter reading" as "meter reading"; an abbreviation, such as UPRN, stays.
fn within_a_sentence(label: &str) -> String {
    let mut letters = label.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => first.to_lowercase().chain(letters).collect(),
        _ => label.to_owned(),
    }
}

pub async fn show(State(app): State<App>, logging: Logging, Query(asked): Query<Key>) -> Result<Response, Stop> {
    let Logging { viewer, contact_type } = &logging;
    let key = asked.key.ok_or(AppError::NotFound)?;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let draft = logging.draft(&mut tx, &key).await?;
    let psc_of = followed(&mut tx, viewer, draft.psc_of.as_deref()).await?;
    let facts = facts(&app, &mut tx, &draft.details).await?;
    let zone = zone::of(&mut tx, draft.details.get(Field::Postcode)).await?;
    let evidence = waiting(&mut tx, viewer, &logging.form(&key), None).await?;
    tx.commit().await?;
    Ok(page::ok(&CheckPage {
        evidence,
        contact_type: *contact_type,
        frame: Frame::new(&app, Some(viewer), "/contacts/new"),
        edit: contact_type.form(&key),
        key,
        warnings: broken(&draft.details, &facts, Severity::Warn),
        details: draft.details,
        changed: !asked.changed.is_empty(),
        zone,
        psc_of,
    })?)
}

pub async fn submit(State(app): State<App>, logging: Logging, sent: Submitted<SendForm>) -> Result<Response, Stop> {
    let SendForm { key, seen } = sent.form;
    let mut tx = app.db.as_viewer(logging.viewer.id).await?;
    if !seen.is_empty() && logging.kept(&mut tx, &key).await?.is_some_and(|draft| seen != draft.details.digest()) {
        return Ok(page::to(&format!("{}&changed=yes", logging.contact_type.check(&key))));
    }
    send(&app, tx, &logging, &key, None).await
}

/// Logs the contact; if others look the same, only with the reason why it is logged all the same.
pub async fn send(
    app: &App,
    mut tx: Transaction<'static, Postgres>,
    logging: &Logging,
    key: &str,
    reason: Option<&str>,
) -> Result<Response, Stop> {
    let Logging { viewer, contact_type } = logging;
    let draft = logging.draft(&mut tx, key).await?;
    let now = app.clock.now();
    let facts = facts(app, &mut tx, &draft.details).await?;
    if !broken(&draft.details, &facts, Severity::Stop).is_empty() {
        return Ok(page::to(&contact_type.form(key)));
    }
    let psc_of = followed(&mut tx, viewer, draft.psc_of.as_deref()).await?;
    let typed = draft.details.to_typed();
    if let Some(old) = &psc_of {
        may_follow(app, &mut tx, viewer, old, &typed).await?;
    }
    duplicates::one_at_a_time(&mut tx, viewer, &draft.details).await?;
    let Told { candidates, missing } = told(&mut tx, viewer, &draft.details).await?;
    if !candidates.is_empty() && reason.is_none() {
        // sent twice at once: what looks the same may be what this very form has just made
        logging.not_logged_yet(&mut tx, key).await?;
        // where it leads to tells of it, so it counts
        tx.commit().await?;
        return Ok(page::to(&contact_type.duplicates(key)));
    }
    let zone = zone::of(&mut tx, draft.details.get(Field::Postcode)).await?;
    if missing > 0 {
        left_out(&LOOK_UPS, missing);
    }
    if let Err(refused) = spend_in(&mut tx, viewer, &LOGGED, 1, None).await {
        // that nothing looks the same is told by this refusal too
        tx.commit().await?;
        return Err(refused.into());
    }
    let given = Logged { details: &draft.details, ldz: zone.code(), form_key: key, psc_of: psc_of.as_ref() };
    let by = By { viewer: Some(viewer), at: now, terms: &app.config.terms };
    match journal::log(&mut tx, by, &given).await {
        Ok(crn) => {
            if let (Some(reason), 1..) = (reason, candidates.len()) {
                duplicates::note(&mut tx, &crn, candidates.len(), reason).await?;
            }
            claim_logged(&mut tx, &crn, &logging.form(key)).await?;
            for form in [contact_type.form(key), contact_type.duplicates(key)] {
                close(&mut tx, viewer, &form).await?;
            }
            tx.commit().await?;
            Ok(page::to(&format!("/contacts/{crn}/logged")))
        }
        Err(refused) => {
            tx.rollback().await?;
            not_logged(app, logging, key, psc_of.as_ref(), &typed, refused).await
        }
    }
}

/// The form was sent twice at once, or somebody else's PSC came first.
async fn not_logged(
    app: &App,
    logging: &Logging,
    key: &str,
    psc_of: Option<&Contact>,
    typed: &Typed,
    refused: Refused,
) -> Result<Response, Stop> {
    let mut tx = app.db.as_viewer(logging.viewer.id).await?;
    match refused {
        Refused::LoggedAlready => {
            logging.not_logged_yet(&mut tx, key).await?;
            Err(AppError::NotFound.into())
        }
        Refused::Overtaken | Refused::HasPsc | Refused::Law(_) => {
            // five submits of one PSC: the other four come here too
            logging.not_logged_yet(&mut tx, key).await?;
            let old = psc_of.ok_or_else(|| AppError::Conflict("This contact can’t be logged now.".into()))?;
            let version = Some(old.version);
            Ok(changed::page(app, &mut tx, &logging.viewer, &old.crn, version, Action::LogPsc, typed).await?)
        }
        Refused::WasReset => Err(AppError::WasReset.into()),
        Refused::Failed(error) => Err(error.into()),
        other => Err(AppError::Broken(format!("{other:?}").into()).into()),
    }
}
