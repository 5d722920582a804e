//! `/contacts/new/mnc/check`: check answers, and submit. However often it is submitted, it makes one contact.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use sqlx::PgConnection;

use super::Contact;
use super::changed;
use super::details::Details;
use super::facts::facts;
use super::field::{Field, Section};
use super::journal::{self, Hand, Logged, Refused};
use super::lifecycle::Action;
use super::log::{Key, draft, followed, made_of, may_log, refused};
use super::rules::{Broken, Force, broken};
use crate::app::App;
use crate::error::AppError;
use crate::evidence::form::Form;
use crate::evidence::{Waiting, claim_logged, waiting};
use crate::form::Submitted;
use crate::frame::Frame;
use crate::page;
use crate::session::{SignedIn, Viewer};
use crate::trade::{Ldz, Postcode};
use crate::typed::Typed;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SendForm {
    key: String,
}

#[derive(Template)]
#[template(path = "contacts/log_check.html")]
struct CheckPage {
    frame: Frame,
    key: String,
    details: Details,
    warnings: Vec<Broken>,
    psc_of: Option<Contact>,
    edit: String,
    evidence: Waiting,
}

impl CheckPage {
    fn sections(&self) -> [Section; 4] {
        Section::ALL
    }
}

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Query(asked): Query<Key>,
) -> Result<Response, AppError> {
    may_log(&viewer)?;
    let key = asked.key.ok_or(AppError::NotFound)?;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let Some(draft) = draft(&mut tx, &viewer, &key).await? else {
        // Back after submitting: what it made
        let made = made_of(&mut tx, &viewer, &key).await?.ok_or(AppError::NotFound)?;
        return Ok(page::to(&format!("/contacts/{made}/logged")));
    };
    let psc_of = followed(&mut tx, &viewer, draft.psc_of.as_deref()).await?;
    let facts = facts(&app, &mut tx, &draft.details).await?;
    let evidence = waiting(&mut tx, &viewer, &Form::Log(key.clone()), None).await?;
    tx.commit().await?;
    page::ok(&CheckPage {
        evidence,
        frame: Frame::new(&app, Some(&viewer), "/contacts/new"),
        edit: format!("/contacts/new/mnc?key={key}"),
        key,
        warnings: broken(&draft.details, &facts, Force::Warn),
        details: draft.details,
        psc_of,
    })
}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    sent: Submitted<SendForm>,
) -> Result<Response, AppError> {
    may_log(&viewer)?;
    let key = sent.form.key;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let Some(draft) = draft(&mut tx, &viewer, &key).await? else {
        let made = made_of(&mut tx, &viewer, &key).await?.ok_or(AppError::NotFound)?;
        return Ok(page::to(&format!("/contacts/{made}/logged")));
    };
    let now = app.clock.now();
    let facts = facts(&app, &mut tx, &draft.details).await?;
    if !broken(&draft.details, &facts, Force::Stop).is_empty() {
        return Ok(page::to(&format!("/contacts/new/mnc?key={key}")));
    }
    let psc_of = followed(&mut tx, &viewer, draft.psc_of.as_deref()).await?;
    let typed = draft.details.to_typed();
    if let Some(old) = &psc_of
        && let Some(answer) = refused(&app, &mut tx, &viewer, old, &typed).await?
    {
        return Ok(answer);
    }
    let ldz = ldz_of(&mut tx, draft.details.get(Field::Postcode)).await?;
    let given = Logged { kind: "MNC", details: &draft.details, ldz: &ldz, form_key: &key, psc_of: psc_of.as_ref() };
    let hand = Hand { viewer: Some(&viewer), at: now, house: &app.config.house };
    match journal::log(&mut tx, hand, &given).await {
        Ok(crn) => {
            claim_logged(&mut tx, &crn, &Form::Log(key.clone())).await?;
            sqlx::query!("delete from draft where person_id = $1 and key = $2", viewer.id, key)
                .execute(&mut *tx)
                .await?;
            tx.commit().await?;
            Ok(page::to(&format!("/contacts/{crn}/logged")))
        }
        Err(refused) => {
            tx.rollback().await?;
            not_logged(&app, &viewer, &key, psc_of.as_ref(), &typed, refused).await
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

/// LDZ of a postcode: the imported list decides, else the built-in proposal by area; empty if neither knows.
async fn ldz_of(tx: &mut PgConnection, postcode: &str) -> Result<String, AppError> {
    let Ok(postcode) = Postcode::parse(postcode) else { return Ok(String::new()) };
    let listed = sqlx::query_scalar!(
        "select ldz from postcode_ldz where outcode = $1 and incode = $2",
        postcode.outcode(),
        postcode.incode()
    )
    .fetch_optional(tx)
    .await?;
    Ok(listed.unwrap_or_else(|| Ldz::from_area(&postcode).map_or("", Ldz::code).to_owned()))
}
