//! `/contacts/{crn}/resolve-valid`: close the contact with what came of it, which goes into the register.

use askama::Template;
use serde::Deserialize;
use serde_json::{Map, Value};
use sqlx::PgConnection;

use super::{Room, Shown, only_questions};
use crate::app::App;
use crate::contacts::Contact;
use crate::contacts::fields::question::{Answers, Question, When};
use crate::contacts::journal::{Input, Refused};
use crate::contacts::lifecycle::Action;
use crate::error::AppError;
use crate::form::Submitted;
use crate::frame::Frame;
use crate::session::Viewer;
use crate::trade::working_time::london_date;
use crate::typed::Typed;

/// The answers, by the names of the questions that the contact type asks.
#[derive(Debug, Deserialize)]
pub struct ResolveValid {
    #[serde(flatten)]
    fields: Map<String, Value>,
    #[serde(skip)]
    answers: Answers,
}

#[derive(Template)]
#[template(path = "contacts/act/resolve_valid.html")]
struct ResolvePage {
    frame: Frame,
    form: Typed,
    contact: Contact,
}

impl ResolvePage {
    fn questions(&self) -> &'static [Question] {
        self.contact.details.spec.outcome.questions
    }
}

impl Room for ResolveValid {
    const ACTION: Action = Action::ResolveValid;

    async fn page(_tx: &mut PgConnection, _viewer: &Viewer, shown: Shown) -> Result<String, AppError> {
        let Shown { frame, contact, form, .. } = shown;
        Ok(ResolvePage { frame, form, contact }.render()?)
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
        form.answers = answers;
        Ok(outcome.map(Input::ResolveValid))
    }

    fn wrong(&self, refused: &Refused, contact: &Contact) -> Option<(&'static str, String)> {
        let (question, says) = contact.details.spec.outcome.taken;
        matches!(refused, Refused::MprnTaken).then(|| (question, says(&self.answers)))
    }
}
