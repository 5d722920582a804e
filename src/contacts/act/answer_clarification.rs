//! `/contacts/{crn}/answer-clarification`: the raiser answers the CDSP's question and may correct the details.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;
use tower_sessions::Session;

use crate::app::App;
use crate::begin_or_answer;
use crate::contacts::Contact;
use crate::contacts::act::{Acting, Done};
use crate::contacts::facts::facts;
use crate::contacts::fields::Spec;
use crate::contacts::fields::rule::{Broken, Severity, broken};
use crate::contacts::journal::{Act, Input};
use crate::contacts::lifecycle::Action;
use crate::contacts::referral::Referral;
use crate::error::AppError;
use crate::evidence::form::Form;
use crate::evidence::{Waiting, waiting};
use crate::form::Submitted;
use crate::frame::Frame;
use crate::page;
use crate::session::SignedIn;
use crate::typed::Typed;

/// The longest answer.
const LONGEST: usize = 2_000;

/// The answer, and every field of the contact, so that any can be corrected.
#[derive(Debug, Deserialize)]
pub struct Answer {
    #[serde(default, deserialize_with = "crate::form::trimmed")]
    answer: String,
    #[serde(flatten)]
    fields: serde_json::Map<String, Value>,
}

#[derive(Template)]
#[template(path = "contacts/act/answer_clarification.html")]
struct AnswerPage {
    frame: Frame,
    form: Typed,
    contact: Contact,
    question: Option<Referral>,
    /// the details stand open, since one of them is wrong
    details_open: bool,
    evidence: Waiting,
}

impl AnswerPage {
    fn spec(&self) -> &'static Spec {
        self.contact.details.spec
    }
}

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Path(crn): Path<String>,
) -> Result<Response, AppError> {
    let acting = Acting::begin(&app, &viewer, &crn, Action::AnswerClarification, None, &Typed::default()).await?;
    let mut acting = begin_or_answer!(acting);
    let mut form = acting.contact.details.to_typed();
    acting.restore(&viewer, Action::AnswerClarification, &mut form).await?;
    let Acting { mut tx, contact, asked: question, frame } = acting;
    let evidence = waiting(&mut tx, &viewer, &Form::Clarification(contact.crn.clone()), Some(contact.id)).await?;
    tx.commit().await?;
    // a correction that was begun is in view
    let details_open = contact.details != contact.contact_type.typed(&form);
    page::ok(&AnswerPage { frame, form, contact, question, details_open, evidence })
}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    Path(crn): Path<String>,
    sent: Submitted<Answer>,
) -> Result<Response, AppError> {
    let action = Action::AnswerClarification;
    let mut typed = sent.typed;
    let acting = Acting::begin(&app, &viewer, &crn, action, Some(sent.version), &typed).await?;
    let mut acting = begin_or_answer!(acting);
    crate::contacts::log::form::only_known_fields(acting.contact.details.spec, &sent.form.fields)?;
    let place = Form::Clarification(acting.contact.crn.clone());
    // a form without the details (one that was only answered) corrects nothing
    let corrected = if sent.form.fields.is_empty() {
        acting.contact.details.clone()
    } else {
        acting.contact.contact_type.typed(&typed)
    };
    if sent.form.answer.is_empty() {
        typed.wrong("answer", "Enter the answer");
    } else if sent.form.answer.chars().count() > LONGEST {
        typed.wrong("answer", "The answer must have at most 2,000 characters");
    }
    let facts = facts(&app, &mut acting.tx, &corrected).await?;
    let wrong = broken(&corrected, &facts, Severity::Stop);
    let details_open = !wrong.is_empty();
    for Broken { rule, says } in wrong {
        typed.wrong(rule.field.name(), says);
    }
    if typed.has_errors() {
        let evidence = waiting(&mut acting.tx, &viewer, &place, Some(acting.contact.id)).await?;
        acting.tx.commit().await?;
        let (frame, contact, question) = (acting.frame, acting.contact, acting.asked);
        return page::again(&AnswerPage { frame, form: typed, contact, question, details_open, evidence });
    }
    let changed = corrected != acting.contact.details;
    let place = place.address();
    let corrected = changed.then(|| Box::new(corrected));
    let given =
        Act { evidence: Some(&place), ..Input::AnswerClarification { answer: &sent.form.answer, corrected }.into() };
    match acting.finish(&app, &session, &viewer, given, &typed).await? {
        Done::Answer(answer) => Ok(answer),
        Done::Again(_, _, refused) => Err(AppError::Broken(format!("{refused:?}").into())),
    }
}
