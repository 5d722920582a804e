//! `/contacts/{crn}/resolve-valid`: close the contact with the MPRN that was created, which goes into the register.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Map, Value};
use tower_sessions::Session;

use crate::app::App;
use crate::begin_or_answer;
use crate::contacts::Contact;
use crate::contacts::act::{Acting, Done};
use crate::contacts::fields::question::{Answers, Question, When};
use crate::contacts::journal::{Input, Refused};
use crate::contacts::lifecycle::Action;
use crate::error::AppError;
use crate::form::Submitted;
use crate::frame::Frame;
use crate::page;
use crate::session::SignedIn;
use crate::trade::working_time::london_date;
use crate::typed::Typed;

/// The answers, by the names of the questions that the contact type asks.
#[derive(Debug, Deserialize)]
pub struct Resolve {
    #[serde(flatten)]
    fields: Map<String, Value>,
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

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Path(crn): Path<String>,
) -> Result<Response, AppError> {
    let mut form = Typed::default();
    let acting = Acting::begin(&app, &viewer, &crn, Action::ResolveValid, None, &form).await?;
    let mut acting = begin_or_answer!(acting);
    acting.restore(&viewer, Action::ResolveValid, &mut form).await?;
    let Acting { tx, contact, frame, .. } = acting;
    tx.commit().await?;
    page::ok(&ResolvePage { frame, form, contact })
}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    Path(crn): Path<String>,
    sent: Submitted<Resolve>,
) -> Result<Response, AppError> {
    let action = Action::ResolveValid;
    let mut form = sent.typed;
    let acting = begin_or_answer!(Acting::begin(&app, &viewer, &crn, action, Some(sent.version), &form).await?);
    let asks = &acting.contact.details.spec.outcome;
    if sent.form.fields.keys().any(|name| asks.questions.iter().all(|question| question.name != name)) {
        return Err(AppError::BadRequest(
            "It holds a field that this form does not have. Nothing has been changed; open the page again.".into(),
        ));
    }
    let answers = Answers::from_typed(asks.questions.iter(), &form);
    let when = When { logged: london_date(acting.contact.received), today: london_date(app.clock.now()) };
    answers.check(asks.questions.iter(), &when, &mut form);
    let Some(outcome) = (asks.read)(&answers).filter(|_| !form.has_errors()) else {
        acting.tx.commit().await?;
        return page::again(&ResolvePage { frame: acting.frame, form, contact: acting.contact });
    };
    let given = Input::ResolveValid(outcome.clone());
    match acting.finish(&app, &session, &viewer, given.into(), &form).await? {
        Done::Answer(answer) => Ok(answer),
        Done::Again(contact, frame, Refused::MprnTaken) => {
            let (question, says) = asks.taken;
            form.wrong(question, says(&outcome));
            page::again(&ResolvePage { frame, form, contact: *contact })
        }
        Done::Again(_, _, refused) => Err(AppError::Broken(format!("{refused:?}").into())),
    }
}
