//! `/contacts/{crn}/answer-visit`: the network says what it found. The form's content is our own: none is published.

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
use crate::contacts::fields::question::{Answers, When};
use crate::contacts::fields::spec::Fieldset;
use crate::contacts::fields::visit::REMARKS;
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
use crate::trade::working_time::london_date;
use crate::typed::Typed;

/// The answers, by the names of the questions that the contact type asks.
#[derive(Debug, Deserialize)]
pub struct Found {
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

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Path(crn): Path<String>,
) -> Result<Response, AppError> {
    let mut form = Typed::default();
    let acting = Acting::begin(&app, &viewer, &crn, Action::AnswerVisit, None, &form).await?;
    let mut acting = begin_or_answer!(acting);
    acting.restore(&viewer, Action::AnswerVisit, &mut form).await?;
    let Acting { mut tx, contact, asked, frame } = acting;
    let evidence = waiting(&mut tx, &viewer, &Form::Visit(contact.crn.clone()), Some(contact.id)).await?;
    tx.commit().await?;
    page::ok(&AnswerPage { frame, form, contact, visit: asked, evidence })
}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    Path(crn): Path<String>,
    sent: Submitted<Found>,
) -> Result<Response, AppError> {
    let action = Action::AnswerVisit;
    let mut form = sent.typed;
    let acting = Acting::begin(&app, &viewer, &crn, action, Some(sent.version), &form).await?;
    let mut acting = begin_or_answer!(acting);
    let spec = acting.contact.details.spec;
    if sent.form.fields.keys().any(|name| spec.visit_questions().all(|question| question.name != name)) {
        return Err(AppError::BadRequest(
            "It holds a field that this form does not have. Nothing has been changed; open the page again.".into(),
        ));
    }
    let place = Form::Visit(acting.contact.crn.clone());
    let answers = Answers::from_typed(spec.visit_questions(), &form);
    let when = When { logged: london_date(acting.contact.received), today: london_date(app.clock.now()) };
    if !answers.check(spec.visit_questions(), &when, &mut form) {
        let evidence = waiting(&mut acting.tx, &viewer, &place, Some(acting.contact.id)).await?;
        acting.tx.commit().await?;
        let Acting { contact, asked: visit, frame, .. } = acting;
        return page::again(&AnswerPage { frame, form, contact, visit, evidence });
    }
    let kept = serde_json::to_value(&answers).map_err(|error| AppError::Broken(error.into()))?;
    let place = place.address();
    let input = Input::AnswerVisit { remarks: answers.get(REMARKS.name), findings: kept };
    let given = Act { evidence: Some(&place), ..input.into() };
    match acting.finish(&app, &session, &viewer, given, &form).await? {
        Done::Answer(answer) => Ok(answer),
        Done::Again(_, _, refused) => Err(AppError::Broken(format!("{refused:?}").into())),
    }
}
