//! `/help/rules`: every rule of the forms with its number, from the tables of the contact types.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::app::App;
use crate::contacts::fields::Spec;
use crate::contacts::fields::rule::{Rule, Severity};
use crate::contacts::types::ContactType;
use crate::error::AppError;
use crate::frame::Frame;
use crate::page;
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "help/rules.html")]
struct RulesPage {
    frame: Frame,
}

impl RulesPage {
    fn types(&self) -> &'static [ContactType] {
        ContactType::ALL
    }

    /// The rules of a type by number.
    fn rules(&self, spec: &Spec) -> Vec<&'static Rule> {
        let mut rules: Vec<_> = spec.rules().collect();
        rules.sort_by_key(|rule| rule.number);
        rules
    }

    fn severity(&self, rule: &Rule) -> &'static str {
        match rule.severity {
            Severity::Stop => "Stops",
            Severity::Warn => "Warns",
            Severity::Ask => "Asks, in a trial",
        }
    }
}

pub async fn show(State(app): State<App>, viewer: Option<SignedIn>) -> Result<Response, AppError> {
    page::ok(&RulesPage {
        frame: Frame::open(&app, viewer.as_ref().map(|SignedIn(viewer)| viewer), "/help/rules").await?,
    })
}
