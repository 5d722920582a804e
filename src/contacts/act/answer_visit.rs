//! `/contacts/{crn}/answer-visit`: the network says what it found. The form's content is our own: none is published.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use time::Date;
use tower_sessions::Session;

use crate::app::App;
use crate::begin_or_answer;
use crate::contacts::Contact;
use crate::contacts::act::{Acting, Done};
use crate::contacts::journal::{Act, Input};
use crate::contacts::lifecycle::Action;
use crate::contacts::referral::Referral;
use crate::error::AppError;
use crate::evidence::{Waiting, waiting};
use crate::form::{Submitted, trimmed};
use crate::forms::Form;
use crate::frame::Frame;
use crate::page;
use crate::session::SignedIn;
use crate::trade::dates::{parse_date, show_typed};
use crate::trade::meter_point::{METER_LOCATIONS, SiteFinding};
use crate::trade::working_time::london_date;
use crate::trade::{Mprn, Msn};
use crate::typed::Typed;

const YES_NO: &[(&str, &str)] = &[("yes", "Yes"), ("no", "No"), ("unknown", "Not known")];

/// The form, and what is kept of it: the date as 2026-11-24, choices by their codes.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Findings {
    #[serde(deserialize_with = "trimmed")]
    pub visited: String,
    pub access: String,
    #[serde(deserialize_with = "trimmed")]
    pub no_access: String,
    pub service: String,
    pub meter: String,
    pub supply: String,
    #[serde(deserialize_with = "trimmed")]
    pub msn_found: String,
    #[serde(deserialize_with = "trimmed")]
    pub reading_found: String,
    pub location: String,
    #[serde(deserialize_with = "trimmed")]
    pub address_found: String,
    #[serde(deserialize_with = "trimmed")]
    pub other_mprn: String,
    #[serde(deserialize_with = "trimmed")]
    pub job: String,
    #[serde(deserialize_with = "trimmed")]
    pub remarks: String,
}

impl Findings {
    /// As a reader sees them: label and value, what was left empty left out.
    pub fn rows(&self) -> Vec<(&'static str, String)> {
        let choice =
            |code: &str| YES_NO.iter().find(|(known, _)| *known == code).map_or(code, |(_, text)| text).to_owned();
        let date = parse_iso(&self.visited).map_or_else(|| self.visited.clone(), show_typed);
        let location = location(&self.location).unwrap_or_default();
        let supply = SiteFinding::from_code(&self.supply).map_or("", SiteFinding::text).to_owned();
        let rows = [
            ("Date visited", date),
            ("Was access gained?", choice(&self.access)),
            ("Why access was not gained", self.no_access.clone()),
            ("Is there a gas service?", choice(&self.service)),
            ("Is there a meter?", choice(&self.meter)),
            ("State of the supply", supply),
            ("Meter serial number found", self.msn_found.clone()),
            ("Reading found", self.reading_found.clone()),
            ("Meter location", location),
            ("Address as found", self.address_found.clone()),
            ("Other MPRN seen", self.other_mprn.clone()),
            ("Engineer or job reference", self.job.clone()),
            ("Remarks", self.remarks.clone()),
        ];
        rows.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// Checks every field, notes what is wrong, and brings what is right into its one form.
    fn check(&mut self, typed: &mut Typed, logged: Date, today: Date) {
        match parse_date(&self.visited) {
            _ if self.visited.is_empty() => typed.wrong("visited", "Enter the date of the visit"),
            Err(error) => typed.wrong("visited", error.to_string()),
            Ok(date) if date > today => typed.wrong("visited", "The date of the visit can’t be in the future"),
            Ok(date) if date < logged => {
                typed.wrong(
                    "visited",
                    format!("The date of the visit can’t be before the contact was logged, on {}", show_typed(logged)),
                );
            }
            Ok(date) => self.visited = date.to_string(),
        }
        for (name, value, says) in [
            ("access", &self.access, "Say whether access was gained"),
            ("service", &self.service, "Say whether there is a gas service"),
            ("meter", &self.meter, "Say whether there is a meter"),
        ] {
            if !YES_NO.iter().any(|(code, _)| code == value) {
                typed.wrong(name, says);
            }
        }
        if self.access == "no" && self.no_access.is_empty() {
            typed.wrong("no_access", "Say why access was not gained");
        }
        if !self.supply.is_empty() && SiteFinding::from_code(&self.supply).is_none() {
            typed.wrong("supply", "Choose the state of the supply from the list");
        }
        if !self.msn_found.is_empty() {
            match Msn::parse(&self.msn_found) {
                Ok(msn) => msn.as_str().clone_into(&mut self.msn_found),
                Err(error) => typed.wrong("msn_found", error.to_string()),
            }
        }
        if !self.reading_found.chars().all(|c| c.is_ascii_digit()) || self.reading_found.len() > 12 {
            typed.wrong("reading_found", "The reading must be digits only, up to 12");
        }
        if !self.location.is_empty() && location(&self.location).is_none() {
            typed.wrong("location", "Choose the meter location from the list");
        }
        if !self.other_mprn.is_empty() {
            match Mprn::parse(&self.other_mprn) {
                Ok(mprn) => mprn.as_str().clone_into(&mut self.other_mprn),
                Err(error) => typed.wrong("other_mprn", error.to_string()),
            }
        }
        for (name, value, label, most) in [
            ("no_access", &self.no_access, "Why access was not gained", 500),
            ("address_found", &self.address_found, "The address as found", 300),
            ("job", &self.job, "The job reference", 60),
            ("remarks", &self.remarks, "Remarks", 2_000),
        ] {
            if value.chars().count() > most {
                typed.wrong(name, format!("{label} must have at most {most} characters"));
            }
        }
    }
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
    let evidence =
        waiting(&mut tx, &viewer, &Form::Act(Action::AnswerVisit, contact.crn.clone()), Some(contact.id)).await?;
    tx.commit().await?;
    page::ok(&AnswerPage { frame, form, contact, visit: asked, evidence })
}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    Path(crn): Path<String>,
    sent: Submitted<Findings>,
) -> Result<Response, AppError> {
    let action = Action::AnswerVisit;
    let (mut form, mut findings) = (sent.typed, sent.form);
    let acting = Acting::begin(&app, &viewer, &crn, action, Some(sent.version), &form).await?;
    let mut acting = begin_or_answer!(acting);
    let place = Form::Act(Action::AnswerVisit, acting.contact.crn.clone());
    findings.check(&mut form, london_date(acting.contact.received), london_date(app.clock.now()));
    if form.has_errors() {
        let evidence = waiting(&mut acting.tx, &viewer, &place, Some(acting.contact.id)).await?;
        acting.tx.commit().await?;
        let Acting { contact, asked: visit, frame, .. } = acting;
        return page::again(&AnswerPage { frame, form, contact, visit, evidence });
    }
    let kept = serde_json::to_value(&findings).map_err(|error| AppError::Broken(error.into()))?;
    let place = place.address();
    let input = Input::AnswerVisit { remarks: &findings.remarks, findings: kept };
    let given = Act { evidence: Some(&place), ..input.into() };
    match acting.finish(&app, &session, &viewer, given, &form).await? {
        Done::Answer(answer) => Ok(answer),
        Done::Again(_, _, refused) => Err(AppError::Broken(format!("{refused:?}").into())),
    }
}

fn location(code: &str) -> Option<String> {
    code.parse().ok().and_then(crate::trade::meter_point::meter_location).map(str::to_owned)
}

fn parse_iso(date: &str) -> Option<Date> {
    Date::parse(date, time::macros::format_description!("[year]-[month]-[day]")).ok()
}
