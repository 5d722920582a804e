//! `/contacts/{crn}/answer-visit`: the network says what it found.

use askama::Template;
use serde::Deserialize;
use sqlx::PgConnection;

use super::findings::{Findings, YES_NO};
use super::{Room, Shown};
use crate::app::App;
use crate::contacts::Contact;
use crate::contacts::journal::Input;
use crate::contacts::lifecycle::Action;
use crate::contacts::referral::Referral;
use crate::error::AppError;
use crate::evidence::form::Form;
use crate::evidence::{Waiting, waiting};
use crate::form::Submitted;
use crate::frame::Frame;
use crate::session::Viewer;
use crate::trade::meter_point::{METER_LOCATIONS, SiteFinding};
use crate::trade::working_time::london_date;
use crate::typed::Typed;

#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct AnswerVisit(Findings);

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
    fn yes_no(&self) -> &'static [(&'static str, &'static str)] {
        YES_NO
    }

    fn supplies(&self) -> Vec<(&'static str, &'static str)> {
        std::iter::once(("", "Not stated"))
            .chain(SiteFinding::ALL.iter().map(|found| (found.code(), found.text())))
            .collect()
    }

    fn locations(&self) -> Vec<(String, String)> {
        let known = METER_LOCATIONS.iter().map(|(code, text)| (code.to_string(), (*text).to_owned()));
        std::iter::once((String::new(), "Not stated".to_owned())).chain(known).collect()
    }
}

impl Room for AnswerVisit {
    const ACTION: Action = Action::AnswerVisit;

    async fn page(tx: &mut PgConnection, viewer: &Viewer, shown: Shown) -> Result<String, AppError> {
        let Shown { frame, contact, asked: visit, form } = shown;
        let evidence = waiting(tx, viewer, &Form::Visit(contact.crn.clone()), Some(contact.id)).await?;
        Ok(AnswerPage { frame, form, contact, visit, evidence }.render()?)
    }

    async fn input<'a>(
        _tx: &mut PgConnection,
        app: &App,
        contact: &Contact,
        sent: &'a mut Submitted<Self>,
    ) -> Result<Option<Input<'a>>, AppError> {
        let Submitted { form: AnswerVisit(found), typed, .. } = sent;
        found.check(typed, london_date(contact.received), london_date(app.clock.now()));
        if typed.has_errors() {
            return Ok(None);
        }
        let findings = serde_json::to_value(&*found).map_err(|error| AppError::Broken(error.into()))?;
        Ok(Some(Input::AnswerVisit { remarks: &found.remarks, findings }))
    }

    fn evidence(contact: &Contact) -> Option<Form> {
        Some(Form::Visit(contact.crn.clone()))
    }
}
