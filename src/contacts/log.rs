//! `/contacts/new/mnc`: log a contact. The form, then check answers, then the CRN.
//!
//! What was typed waits as a draft on the server between form and check page. Its key is that of the form: however
//! often a form is sent, it makes one contact, and every time the same CRN is shown.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sqlx::PgConnection;

use super::changed;
use super::details::{Details, Field, Section};
use super::journal::{self, Hand, Logged, Refused};
use super::lifecycle::{Action, Refusal, decide};
use super::rules::{Force, broken};
use super::{Contact, reason};
use crate::app::App;
use crate::error::AppError;
use crate::form::Submitted;
use crate::frame::Frame;
use crate::page;
use crate::session::{SignedIn, Viewer};
use crate::trade::working_time::{add_working_days, london_date, show_date};
use crate::trade::{Ldz, Postcode};
use crate::typed::Typed;

#[derive(Debug, Deserialize)]
pub struct Key {
    key: Option<String>,
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

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SendForm {
    key: String,
}

#[derive(Template)]
#[template(path = "contacts/log.html")]
pub struct LogPage {
    pub frame: Frame,
    pub form: Typed,
    pub key: String,
    /// the contact, closed as invalid, that is logged again
    pub psc_of: Option<Contact>,
}

impl LogPage {
    fn sections(&self) -> [Section; 4] {
        Section::ALL
    }

    fn why_invalid(&self) -> &str {
        self.psc_of.as_ref().and_then(|old| old.closed_reason.as_deref()).map(reason).unwrap_or_default()
    }
}

#[derive(Template)]
#[template(path = "contacts/log_check.html")]
struct CheckPage {
    frame: Frame,
    key: String,
    details: Details,
    warnings: Vec<(Field, String)>,
    psc_of: Option<Contact>,
    edit: String,
}

impl CheckPage {
    fn sections(&self) -> [Section; 4] {
        Section::ALL
    }
}

#[derive(Template)]
#[template(path = "contacts/logged.html")]
struct LoggedPage {
    frame: Frame,
    contact: Contact,
    due: String,
}

/// What waits between the form and its check page.
struct Draft {
    psc_of: Option<String>,
    details: Details,
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
        return page::ok(&LogPage { frame, form: Typed::default(), key: crate::secret::token(), psc_of: None });
    };
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let Some(draft) = draft(&mut tx, &viewer, &key).await? else {
        let made = made_of(&mut tx, &viewer, &key).await?.ok_or(AppError::NotFound)?;
        return Ok(page::to(&format!("/contacts/{made}/logged")));
    };
    let psc_of = followed(&mut tx, &viewer, draft.psc_of.as_deref()).await?;
    tx.commit().await?;
    page::ok(&LogPage { frame, form: draft.details.to_typed(), key, psc_of })
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
    for (field, says) in broken(&details, london_date(app.clock.now()), Force::Stop) {
        form.wrong(field.name(), says);
    }
    if form.has_errors() {
        tx.commit().await?;
        let frame = Frame::new(&app, Some(&viewer), "/contacts/new");
        return page::again(&LogPage { frame, form, key, psc_of });
    }
    keep(&mut tx, &viewer, &key, old, &details, app.clock.now()).await?;
    tx.commit().await?;
    Ok(page::to(&format!("/contacts/new/mnc/check?key={key}")))
}

pub async fn check(
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
    tx.commit().await?;
    page::ok(&CheckPage {
        frame: Frame::new(&app, Some(&viewer), "/contacts/new"),
        edit: format!("/contacts/new/mnc?key={key}"),
        key,
        warnings: broken(&draft.details, london_date(app.clock.now()), Force::Warn),
        details: draft.details,
        psc_of,
    })
}

pub async fn send(
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
    if !broken(&draft.details, london_date(now), Force::Stop).is_empty() {
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

/// The success page: bookmarkable, and the same later.
pub async fn logged(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Path(crn): Path<String>,
) -> Result<Response, AppError> {
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let contact = Contact::seen_by(&mut tx, &viewer, &crn).await?;
    tx.commit().await?;
    if viewer.organisation_id() != Some(contact.raised_by) {
        return Err(AppError::NotFound);
    }
    let due = show_date(add_working_days(contact.received, app.config.house.days_cdsp));
    page::ok(&LoggedPage { frame: Frame::new(&app, Some(&viewer), "/contacts/new"), contact, due })
}

fn may_log(viewer: &Viewer) -> Result<(), AppError> {
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
async fn followed(tx: &mut PgConnection, viewer: &Viewer, crn: Option<&str>) -> Result<Option<Contact>, AppError> {
    match crn {
        None => Ok(None),
        Some(crn) => Ok(Some(Contact::seen_by(tx, viewer, crn).await?)),
    }
}

/// The answer for a PSC that the law does not allow (any more).
async fn refused(
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

async fn draft(tx: &mut PgConnection, viewer: &Viewer, key: &str) -> Result<Option<Draft>, AppError> {
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
async fn made_of(tx: &mut PgConnection, viewer: &Viewer, key: &str) -> Result<Option<String>, AppError> {
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
