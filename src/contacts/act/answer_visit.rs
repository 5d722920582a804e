//! `/contacts/{crn}/answer-visit`: the network says what it found, in answer to what the contact type asks.

use askama::Template;
use serde::Deserialize;
use serde_json::{Map, Value};
use sqlx::PgConnection;

use super::{Room, Shown, only_questions};
use crate::app::App;
use crate::contacts::Contact;
use crate::contacts::fields::question::{Answers, When};
use crate::contacts::fields::spec::Fieldset;
use crate::contacts::journal::Input;
use crate::contacts::lifecycle::Action;
use crate::contacts::referral::Referral;
use crate::error::AppError;
use crate::evidence::{Waiting, waiting};
use crate::form::Submitted;
use crate::forms::Form;
use crate::frame::Frame;
use crate::session::Viewer;
use crate::trade::working_time::london_date;
use crate::typed::Typed;

/// The answers, by the names of the questions that the contact type asks.
#[derive(Debug, Deserialize)]
pub struct AnswerVisit {
    #[serde(flatten)]
    fields: Map<String, Value>,
}

#[derive(Template)]
#[template(path = "contacts/act/answer_visit.html")]
struct AnswerPage {
    frame: Frame,
    form: Typed,
    contact: Contact,
    visit: Option<Referral>,
    evidence: Waiting,
}

impl AnswerPage {
    fn fieldsets(&self) -> &'static [Fieldset] {
        self.contact.details.spec.visit
    }
}

impl Room for AnswerVisit {
    const ACTION: Action = Action::AnswerVisit;

    async fn page(tx: &mut PgConnection, viewer: &Viewer, shown: Shown) -> Result<String, AppError> {
        let Shown { frame, contact, asked: visit, form } = shown;
        let evidence =
            waiting(tx, viewer, &Form::Act(Action::AnswerVisit, contact.crn.clone()), Some(contact.id)).await?;
        Ok(AnswerPage { frame, form, contact, visit, evidence }.render()?)
    }

    async fn input<'a>(
        _tx: &mut PgConnection,
        app: &App,
        contact: &Contact,
        sent: &'a mut Submitted<Self>,
    ) -> Result<Option<Input<'a>>, AppError> {
        let Submitted { form, typed, .. } = sent;
        let spec = contact.details.spec;
        only_questions(&form.fields, spec.visit_questions())?;
        let answers = Answers::from_typed(spec.visit_questions(), typed);
        let when = When { logged: london_date(contact.received), today: london_date(app.clock.now()) };
        Ok(answers.check(spec.visit_questions(), &when, typed).then_some(Input::AnswerVisit(answers)))
    }

    fn evidence(contact: &Contact) -> Option<Form> {
        Some(Form::Act(Action::AnswerVisit, contact.crn.clone()))
    }
}
