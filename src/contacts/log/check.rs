//! `/contacts/new/{type}/check`: check answers, and submit. However often it is submitted, it makes one contact.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use crate::addresses::facts::facts;
use crate::app::App;
use crate::contacts::Contact;
use crate::contacts::act::changed;
use crate::contacts::duplicates;
use crate::contacts::fields::Details;
use crate::contacts::fields::rule::{Broken, Severity, broken};
use crate::contacts::fields::{Field, Spec};
use crate::contacts::journal::made_of;
use crate::contacts::journal::{self, By, Logged, Refused};
use crate::contacts::lifecycle::Action;
use crate::contacts::log::OfType;
use crate::contacts::log::form::{Key, draft, followed, refused};
use crate::contacts::types::ContactType;
use crate::contacts::zone::{self, Zone};
use crate::drafts::close;
use crate::error::AppError;
use crate::evidence::{Waiting, claim_logged, waiting};
use crate::form::Submitted;
use crate::forms::Form;
use crate::frame::Frame;
use crate::page;
use crate::session::{SignedIn, Viewer};
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
}

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    OfType(contact_type): OfType,
    Query(asked): Query<Key>,
) -> Result<Response, AppError> {
    viewer.may_log()?;
    let key = asked.key.ok_or(AppError::NotFound)?;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let Some(draft) = draft(&mut tx, &viewer, contact_type, &key).await? else {
        // Back after submitting: what it made
        let made = made_of(&mut tx, &viewer, &key).await?.ok_or(AppError::NotFound)?;
        return Ok(page::to(&format!("/contacts/{made}/logged")));
    };
    let psc_of = followed(&mut tx, &viewer, draft.psc_of.as_deref()).await?;
    let facts = facts(&app, &mut tx, &draft.details).await?;
    let zone = zone::of(&mut tx, draft.details.get(Field::Postcode)).await?;
    let evidence = waiting(&mut tx, &viewer, &Form::Log(contact_type, key.clone()), None).await?;
    tx.commit().await?;
    page::ok(&CheckPage {
        evidence,
        contact_type,
        frame: Frame::new(&app, Some(&viewer), "/contacts/new"),
        edit: contact_type.form(&key),
        key,
        warnings: broken(&draft.details, &facts, Severity::Warn),
        details: draft.details,
        changed: !asked.changed.is_empty(),
        zone,
        psc_of,
    })
}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    OfType(contact_type): OfType,
    sent: Submitted<SendForm>,
) -> Result<Response, AppError> {
    viewer.may_log()?;
    let SendForm { key, seen } = sent.form;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let draft = draft(&mut tx, &viewer, contact_type, &key).await?;
    drop(tx);
    if draft.is_some_and(|draft| !seen.is_empty() && seen != draft.details.digest()) {
        return Ok(page::to(&format!("{}&changed=yes", contact_type.check(&key))));
    }
    send(&app, &viewer, contact_type, &key, None).await
}

/// Logs the contact; if others look the same, only with the reason why it is logged all the same.
pub async fn send(
    app: &App,
    viewer: &Viewer,
    contact_type: ContactType,
    key: &str,
    reason: Option<&str>,
) -> Result<Response, AppError> {
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let Some(draft) = draft(&mut tx, viewer, contact_type, key).await? else {
        let made = made_of(&mut tx, viewer, key).await?.ok_or(AppError::NotFound)?;
        return Ok(page::to(&format!("/contacts/{made}/logged")));
    };
    let now = app.clock.now();
    let facts = facts(app, &mut tx, &draft.details).await?;
    if !broken(&draft.details, &facts, Severity::Stop).is_empty() {
        return Ok(page::to(&contact_type.form(key)));
    }
    let psc_of = followed(&mut tx, viewer, draft.psc_of.as_deref()).await?;
    let typed = draft.details.to_typed();
    if let Some(old) = &psc_of
        && let Some(answer) = refused(app, &mut tx, viewer, old, &typed).await?
    {
        return Ok(answer);
    }
    let candidates = duplicates::of(&mut tx, viewer, &draft.details, None).await?;
    if !candidates.is_empty() && reason.is_none() {
        // sent twice at once: what looks the same may be what this very form has just made
        if let Some(made) = made_of(&mut tx, viewer, key).await? {
            return Ok(page::to(&format!("/contacts/{made}/logged")));
        }
        return Ok(page::to(&contact_type.duplicates(key)));
    }
    let zone = zone::of(&mut tx, draft.details.get(Field::Postcode)).await?;
    let given = Logged { details: &draft.details, ldz: zone.code(), form_key: key, psc_of: psc_of.as_ref() };
    let by = By { viewer: Some(viewer), at: now, terms: &app.config.terms };
    match journal::log(&mut tx, by, &given).await {
        Ok(crn) => {
            if let (Some(reason), 1..) = (reason, candidates.len()) {
                duplicates::note(&mut tx, &crn, candidates.len(), reason).await?;
            }
            claim_logged(&mut tx, &crn, &Form::Log(contact_type, key.to_owned())).await?;
            for form in [contact_type.form(key), contact_type.duplicates(key)] {
                close(&mut tx, viewer, &form).await?;
            }
            tx.commit().await?;
            Ok(page::to(&format!("/contacts/{crn}/logged")))
        }
        Err(refused) => {
            tx.rollback().await?;
            not_logged(app, viewer, key, psc_of.as_ref(), &typed, refused).await
        }
    }
}

/// The form was sent twice at once, or somebody else's PSC came first.
async fn not_logged(
    app: &App,
    viewer: &Viewer,
    key: &str,
    psc_of: Option<&Contact>,
    typed: &Typed,
    refused: Refused,
) -> Result<Response, AppError> {
    let mut tx = app.db.as_viewer(viewer.id).await?;
    match refused {
        Refused::LoggedAlready => {
            let crn = made_of(&mut tx, viewer, key).await?.ok_or(AppError::NotFound)?;
            Ok(page::to(&format!("/contacts/{crn}/logged")))
        }
        Refused::Overtaken | Refused::HasPsc | Refused::Law(_) => {
            // five submits of one PSC: the other four come here too
            if let Some(crn) = made_of(&mut tx, viewer, key).await? {
                return Ok(page::to(&format!("/contacts/{crn}/logged")));
            }
            let old = psc_of.ok_or_else(|| AppError::Conflict("This contact can’t be logged now.".into()))?;
            changed::page(app, &mut tx, viewer, &old.crn, Some(old.version), Action::LogPsc, typed).await
        }
        Refused::WasReset => Err(AppError::WasReset),
        Refused::Failed(error) => Err(error),
        other => Err(AppError::Broken(format!("{other:?}").into())),
    }
}
