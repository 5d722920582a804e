//! `/help/rules`: every rule of the MNC form with its number, from the one table of them.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::app::App;
use crate::contacts::rules::{RULES, Rule, Severity};
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
    fn rules(&self) -> &'static [Rule] {
        RULES
    }

    fn force(&self, rule: &Rule) -> &'static str {
        match rule.force {
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
