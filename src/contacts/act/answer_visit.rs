//! `/contacts/{crn}/answer-visit`: the network says what it found, in answer to what the contact type asks.

use askama::Template;
use serde::Deserialize;
use serde_json::{Map, Value};
use sqlx::PgConnection;

use super::{Panel, Room, Shown, only_questions};
use crate::app::App;
use crate::contacts::Contact;
use crate::contacts::fields::question::{Answers, When};
use crate::contacts::fields::spec::Fieldset;
use crate::contacts::journal::Input;
use crate::contacts::lifecycle::Action;
use crate::error::AppError;
use crate::evidence::{Waiting, waiting};
use crate::form::Submitted;
use crate::forms::Form;
use crate::session::Viewer;
use crate::trade::working_time::london_date;

/// The answers, by the names of the questions that the contact type asks.
#[derive(Debug, Deserialize)]
pub struct AnswerVisit {
    #[serde(flatten)]
    fields: Map<String, Value>,
}

#[derive(Template)]
#[template(path = "contacts/act/answer_visit.html")]
struct AnswerForm<'a> {
    shown: Shown<'a>,
    evidence: Waiting,
}

impl AnswerForm<'_> {
    fn fieldsets(&self) -> &'static [Fieldset] {
        self.shown.contact.details.spec.visit
    }
}

impl Room for AnswerVisit {
    const ACTION: Action = Action::AnswerVisit;

    async fn panel(tx: &mut PgConnection, viewer: &Viewer, mut shown: Shown<'_>) -> Result<Panel, AppError> {
        let questions: Vec<&str> = shown.contact.details.spec.visit_questions().map(|question| question.name).collect();
        shown.focus(&questions[..1]);
        let place = Form::Act(Action::AnswerVisit, shown.contact.crn.clone());
        let evidence = waiting(tx, viewer, &place, Some(shown.contact.id)).await?;
        Panel::draw(Self::ACTION, &AnswerForm { shown, evidence })
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
