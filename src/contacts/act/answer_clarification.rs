//! `/contacts/{crn}/answer-clarification`: the raiser answers the CDSP's question and may correct the details.

use askama::Template;
use serde::Deserialize;
use serde_json::{Map, Value};
use sqlx::PgConnection;

use super::{Room, Shown};
use crate::addresses::facts::facts;
use crate::app::App;
use crate::contacts::Contact;
use crate::contacts::fields::Spec;
use crate::contacts::fields::rule::{Broken, Severity, broken};
use crate::contacts::journal::Input;
use crate::contacts::lifecycle::Action;
use crate::contacts::referral::Referral;
use crate::error::AppError;
use crate::evidence::{Waiting, waiting};
use crate::form::Submitted;
use crate::forms::{Form, only_known_fields};
use crate::frame::Frame;
use crate::session::Viewer;
use crate::typed::Typed;

/// The longest answer.
const LONGEST: usize = 2_000;

/// The answer, and every field of the contact, so that any can be corrected.
#[derive(Debug, Deserialize)]
pub struct AnswerClarification {
    #[serde(default, deserialize_with = "crate::form::trimmed")]
    answer: String,
    #[serde(flatten)]
    fields: Map<String, Value>,
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

impl Room for AnswerClarification {
    const ACTION: Action = Action::AnswerClarification;

    async fn prefilled(_tx: &mut PgConnection, contact: &Contact) -> Result<Typed, AppError> {
        Ok(contact.details.to_typed())
    }

    async fn page(tx: &mut PgConnection, viewer: &Viewer, shown: Shown) -> Result<String, AppError> {
        let Shown { frame, contact, asked: question, form } = shown;
        let place = Form::Act(Action::AnswerClarification, contact.crn.clone());
        let evidence = waiting(tx, viewer, &place, Some(contact.id)).await?;
        // a correction that was begun, or that is wrong, is in view
        let details_open = if form.has_errors() {
            contact.details.spec.fields().any(|field| form.error(field.name()).is_some())
        } else {
            contact.details != contact.contact_type.typed(&form)
        };
        Ok(AnswerPage { frame, form, contact, question, details_open, evidence }.render()?)
    }

    async fn input<'a>(
        tx: &mut PgConnection,
        app: &App,
        contact: &Contact,
        sent: &'a mut Submitted<Self>,
    ) -> Result<Option<Input<'a>>, AppError> {
        let Submitted { form, typed, .. } = sent;
        only_known_fields(&form.fields, |name| contact.details.spec.field(name).is_some())?;
        // a form without the details (one that was only answered) corrects nothing
        let corrected =
            if form.fields.is_empty() { contact.details.clone() } else { contact.contact_type.typed(typed) };
        if form.answer.is_empty() {
            typed.wrong("answer", "Enter the answer");
        } else if form.answer.chars().count() > LONGEST {
            typed.wrong("answer", "The answer must have at most 2,000 characters");
        }
        let facts = facts(app, tx, &corrected).await?;
        for Broken { rule, says } in broken(&corrected, &facts, Severity::Stop) {
            typed.wrong(rule.field.name(), says);
        }
        if typed.has_errors() {
            return Ok(None);
        }
        let corrected = (corrected != contact.details).then(|| Box::new(corrected));
        Ok(Some(Input::AnswerClarification { answer: &form.answer, corrected }))
    }

    fn evidence(contact: &Contact) -> Option<Form> {
        Some(Form::Act(Action::AnswerClarification, contact.crn.clone()))
    }
}
