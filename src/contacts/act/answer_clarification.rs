//! `/contacts/{crn}/answer-clarification`: the raiser answers the CDSP's question and may correct the details.

use askama::Template;
use serde::Deserialize;
use serde_json::{Map, Value};
use sqlx::PgConnection;

use super::{Panel, Room, Shown};
use crate::addresses::facts::facts_of_many;
use crate::app::App;
use crate::contacts::Contact;
use crate::contacts::fields::rule::{Broken, Severity, broken};
use crate::contacts::fields::{Details, Field, Spec};
use crate::contacts::journal::Input;
use crate::contacts::lifecycle::Action;
use crate::error::AppError;
use crate::evidence::{Waiting, waiting};
use crate::form::Submitted;
use crate::forms::{Form, only_known_fields};
use crate::session::Viewer;
use crate::typed::Typed;

/// What a correction breaks: a rule of a field that it changes, or one that the contact kept before. What was wrong with
/// the contact already is not asked of who only answers.
async fn newly_broken(
    app: &App,
    tx: &mut PgConnection,
    before: &Details,
    after: &Details,
) -> Result<Vec<Broken>, AppError> {
    let facts = facts_of_many(app, tx, &[before.clone(), after.clone()]).await?;
    let known: Vec<u16> = broken(before, &facts[0], Severity::Stop).iter().map(|broken| broken.rule.number).collect();
    let has_changed = |field: Field| before.get(field) != after.get(field);
    let is_new = |found: &Broken| match found.rule.field {
        _ if !known.contains(&found.rule.number) => true,
        // said of the address as a whole
        Field::ByHand => Field::ALL.iter().any(|field| field.is_address() && has_changed(*field)),
        field => has_changed(field),
    };
    Ok(broken(after, &facts[1], Severity::Stop).into_iter().filter(is_new).collect())
}

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
struct AnswerForm<'a> {
    shown: Shown<'a>,
    /// the details stand open, since one of them is wrong
    details_open: bool,
    evidence: Waiting,
}

impl AnswerForm<'_> {
    fn spec(&self) -> &'static Spec {
        self.shown.contact.details.spec
    }
}

impl Room for AnswerClarification {
    const ACTION: Action = Action::AnswerClarification;

    async fn prefilled(_tx: &mut PgConnection, contact: &Contact) -> Result<Typed, AppError> {
        Ok(contact.details.to_typed())
    }

    async fn panel(tx: &mut PgConnection, viewer: &Viewer, mut shown: Shown<'_>) -> Result<Panel, AppError> {
        shown.focus(&["answer"]);
        let (contact, form) = (shown.contact, &shown.form);
        let place = Form::Act(Action::AnswerClarification, contact.crn.clone());
        let evidence = waiting(tx, viewer, &place, Some(contact.id)).await?;
        // a correction that was begun, or that is wrong, is in view
        let details_open = if form.has_errors() {
            contact.details.spec.fields().any(|field| form.error(field.name()).is_some())
        } else {
            contact.details != contact.details.corrected(form)
        };
        Panel::draw(Self::ACTION, &AnswerForm { shown, details_open, evidence })
    }

    async fn input<'a>(
        tx: &mut PgConnection,
        app: &App,
        contact: &Contact,
        sent: &'a mut Submitted<Self>,
    ) -> Result<Option<Input<'a>>, AppError> {
        let Submitted { form, typed, .. } = sent;
        only_known_fields(&form.fields, |name| contact.details.spec.field(name).is_some())?;
        let corrected = contact.details.corrected(typed);
        if form.answer.is_empty() {
            typed.wrong("answer", "Enter the answer");
        } else if form.answer.chars().count() > LONGEST {
            typed.wrong("answer", "The answer must have at most 2,000 characters");
        }
        if corrected != contact.details {
            for Broken { rule, says } in newly_broken(app, tx, &contact.details, &corrected).await? {
                typed.wrong(rule.field.name(), says);
            }
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
