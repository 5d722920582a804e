//! `/contacts/{crn}/resolve-valid`: close the contact with what came of it, which goes into the register.

use askama::Template;
use serde::Deserialize;
use serde_json::{Map, Value};
use sqlx::PgConnection;

use super::{Panel, Room, Shown, only_questions};
use crate::app::App;
use crate::contacts::Contact;
use crate::contacts::fields::question::{Answers, Question, When};
use crate::contacts::journal::{Input, Refused};
use crate::contacts::lifecycle::Action;
use crate::error::AppError;
use crate::form::Submitted;
use crate::session::Viewer;
use crate::trade::working_time::london_date;

/// The answers, by the names of the questions that the contact type asks.
#[derive(Debug, Deserialize)]
pub struct ResolveValid {
    /// "yes" once it is confirmed
    #[serde(default)]
    sure: String,
    #[serde(flatten)]
    fields: Map<String, Value>,
    #[serde(skip)]
    answers: Answers,
}

#[derive(Template)]
#[template(path = "contacts/act/resolve_valid.html")]
struct ResolveForm<'a> {
    shown: Shown<'a>,
}

impl ResolveForm<'_> {
    fn sure(&self) -> &'static str {
        self.shown.contact.details.spec.outcome.sure
    }

    fn questions(&self) -> &'static [Question] {
        self.shown.contact.details.spec.outcome.questions
    }
}

impl Room for ResolveValid {
    const ACTION: Action = Action::ResolveValid;

    async fn panel(_tx: &mut PgConnection, _viewer: &Viewer, mut shown: Shown<'_>) -> Result<Panel, AppError> {
        let first: Vec<&str> =
            shown.contact.details.spec.outcome.questions.iter().map(|question| question.name).collect();
        shown.focus(&first);
        Panel::draw(Self::ACTION, &ResolveForm { shown })
    }

    async fn input<'a>(
        _tx: &mut PgConnection,
        app: &App,
        contact: &Contact,
        sent: &'a mut Submitted<Self>,
    ) -> Result<Option<Input<'a>>, AppError> {
        let Submitted { form, typed, .. } = sent;
        let asks = &contact.details.spec.outcome;
        only_questions(&form.fields, asks.questions.iter())?;
        let answers = Answers::from_typed(asks.questions.iter(), typed);
        let when = When { logged: london_date(contact.received), today: london_date(app.clock.now()) };
        let is_right = answers.check(asks.questions.iter(), &when, typed);
        let outcome = (asks.read)(&answers).filter(|_| is_right);
        if outcome.is_some() && form.sure != "yes" {
            typed.wrong("sure", (asks.unsure)(&answers));
            return Ok(None);
        }
        form.answers = answers;
        Ok(outcome.map(Input::ResolveValid))
    }

    fn wrong(&self, refused: &Refused, contact: &Contact) -> Option<(&'static str, String)> {
        let (question, says) = contact.details.spec.outcome.taken;
        matches!(refused, Refused::MprnTaken).then(|| (question, says(&self.answers)))
    }
}
