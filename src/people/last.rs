//! The page before an organisation is left without a supervisor: says what that means, and goes on with the form. Without an
//! officer nobody leaves it here: whoever asks is one, and can't take that role from themselves.

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

pub fn draw(app: &App, viewer: &Viewer, change: Change) -> Result<Response, AppError> {
    let frame = Frame::new(app, Some(viewer), "/people");
    let organisation = viewer.organisation.as_ref().map(|organisation| organisation.name.clone()).unwrap_or_default();
    page::page(StatusCode::CONFLICT, &LastPage { frame, change, organisation })
}
