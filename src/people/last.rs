//! The page before an organisation is left without a supervisor or an officer: says what that means, and goes on with the form.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::list::Colleague;
use crate::app::App;
use crate::error::AppError;
use crate::frame::Frame;
use crate::page;
use crate::session::Viewer;
use crate::typed::Typed;

/// What was asked for and not yet done.
#[derive(Debug)]
pub struct Change {
    pub person: Colleague,
    /// the roles that they would lose, in words
    pub loses: String,
    pub action: String,
    /// the form as it was sent
    pub keeps: Vec<(String, String)>,
    pub is_disabling: bool,
}

#[derive(Template)]
#[template(path = "people/last.html")]
struct LastPage {
    frame: Frame,
    change: Change,
    organisation: String,
}

/// The fields of a person's form, to send them again.
pub fn keeps(typed: &Typed) -> Vec<(String, String)> {
    let names = ["name", "email", "supervisor", "security_officer", "was", "key"];
    names.iter().map(|name| ((*name).to_owned(), typed.value(name).to_owned())).collect()
}

/// Of the roles that go those that somebody has.
pub fn roles(person: &Colleague, supervisor: bool, officer: bool) -> String {
    let mut roles = Vec::new();
    if supervisor && person.supervisor {
        roles.push("supervisor");
    }
    if officer && person.security_officer {
        roles.push("Local Security Officer");
    }
    roles.join(" or ")
}

pub fn draw(app: &App, viewer: &Viewer, change: Change) -> Result<Response, AppError> {
    let frame = Frame::new(app, Some(viewer), "/people");
    let organisation = viewer.organisation.as_ref().map(|organisation| organisation.name.clone()).unwrap_or_default();
    page::page(StatusCode::CONFLICT, &LastPage { frame, change, organisation })
}
