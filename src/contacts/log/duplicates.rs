//! `/contacts/new/{type}/alike`: possible duplicates, between check answers and the CRN; a page to think at, not an error.
//! And `/contacts/new/{type}/alike.json`, the same for a form that is still being typed.

use askama::Template;
use axum::Json;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::app::App;
use crate::contacts::act::Stop;
use crate::contacts::duplicates::{self, Candidate};
use crate::contacts::fields::Details;
use crate::contacts::journal::made_of;
use crate::contacts::log::form::Key;
use crate::contacts::log::{Logging, check};
use crate::contacts::look_ups::{Told, told};
use crate::contacts::types::ContactType;
use crate::drafts::restore;
use crate::error::AppError;
use crate::form::Submitted;
use crate::forms::only_known_fields;
use crate::frame::Frame;
use crate::limits::table::LOOK_UPS;
use crate::limits::{left_out, refused};
use crate::page;
use crate::typed::Typed;

/// The most characters of a reason.
const LONGEST: usize = 500;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoOn {
    key: String,
    /// how many the page showed
    #[serde(default)]
    shown: String,
    #[serde(default, deserialize_with = "crate::form::trimmed")]
    reason: String,
}

#[derive(Template)]
#[template(path = "contacts/log/duplicates.html")]
struct DuplicatesPage {
    frame: Frame,
    contact_type: ContactType,
    form: Typed,
    key: String,
    candidates: Vec<Candidate>,
    details: Details,
}

impl DuplicatesPage {
    fn heading(&self) -> String {
        duplicates::heading(self.candidates.len())
    }
}

pub async fn show(State(app): State<App>, logging: Logging, Query(asked): Query<Key>) -> Result<Response, Stop> {
    let Logging { viewer, contact_type } = &logging;
    let key = asked.key.ok_or(AppError::NotFound)?;
    let check = contact_type.check(&key);
    let mut tx = app.db.as_viewer(viewer.id).await?;
    // once it is submitted, or nothing looks the same any more, the check page knows where to go
    let Some(draft) = logging.kept(&mut tx, &key).await? else { return Ok(page::to(&check)) };
    let Told { candidates, missing } = told(&mut tx, viewer, &draft.details).await?;
    let mut frame = Frame::new(&app, Some(viewer), "/contacts/new");
    let mut form = Typed::default();
    restore(&mut tx, viewer, &mut frame, &contact_type.duplicates(&key), &mut form).await?;
    tx.commit().await?;
    if missing > 0 {
        left_out(&LOOK_UPS, missing);
    }
    if candidates.is_empty() {
        return Ok(page::to(&check));
    }
    let contact_type = *contact_type;
    Ok(page::ok(&DuplicatesPage { frame, contact_type, form, key, candidates, details: draft.details })?)
}

/// "Continue anyway": the same as submitting, with a reason.
pub async fn submit(State(app): State<App>, logging: Logging, sent: Submitted<GoOn>) -> Result<Response, Stop> {
    let Logging { viewer, contact_type } = &logging;
    let GoOn { key, shown, reason } = sent.form;
    let mut form = sent.typed;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    if let Some(draft) = logging.kept(&mut tx, &key).await? {
        duplicates::one_at_a_time(&mut tx, viewer, &draft.details).await?;
        let candidates = told(&mut tx, viewer, &draft.details).await?.candidates;
        if candidates.is_empty() {
            // nothing looks the same any more, as far as one is told: no reason is needed
        } else if reason.is_empty() {
            form.wrong("reason", "Say why this one is logged all the same, or stop");
        } else if reason.chars().count() > LONGEST {
            form.wrong("reason", format!("Reason must have at most {LONGEST} characters"));
        } else if candidates.len() > shown.parse().unwrap_or_default() {
            form.wrong("reason", "Another possible duplicate has come up since. Look at the list again");
        }
        // sent twice at once: what has come up may be what this very form has just made
        if form.has_errors() && made_of(&mut tx, viewer, &key).await?.is_none() {
            tx.commit().await?;
            let frame = Frame::new(&app, Some(viewer), "/contacts/new");
            let (contact_type, details) = (*contact_type, draft.details);
            return Ok(page::again(&DuplicatesPage { frame, contact_type, form, key, candidates, details })?);
        }
    }
    check::send(&app, tx, &logging, &key, Some(&reason)).await
}

/// What looks the same as a form that is being typed: the fields of the site and the serial number, as far as they are.
pub async fn while_typing(
    State(app): State<App>,
    logging: Logging,
    Query(fields): Query<Map<String, Value>>,
) -> Result<Json<Value>, AppError> {
    let Logging { viewer, contact_type } = &logging;
    only_known_fields(&fields, |name| contact_type.spec().field(name).is_some())?;
    let mut typed = Typed::default();
    for (name, value) in fields {
        typed.set(name, value.as_str().unwrap_or_default());
    }
    let details = contact_type.typed(&typed);
    if contact_type.spec().fields().any(|field| details.get(field).contains('\0')) {
        return Err(AppError::BadRequest("It holds a character that can’t be typed.".into()));
    }
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let Told { candidates, missing } = told(&mut tx, viewer, &details).await?;
    if missing > 0 {
        return Err(refused(&LOOK_UPS, missing));
    }
    tx.commit().await?;
    let shown: Vec<Value> = candidates
        .iter()
        .map(|candidate| {
            json!({ "title": candidate.title(), "path": candidate.path(), "address": candidate.address, "standing": candidate.position(),
                    "why": candidate.why() })
        })
        .collect();
    let says = if candidates.is_empty() { String::new() } else { duplicates::count_words(candidates.len()) };
    Ok(Json(json!({ "says": says, "hits": shown })))
}
