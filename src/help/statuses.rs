//! `/help/statuses`: the eight statuses, the lifecycle drawn, and its table; all three from the law itself.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::diagram::{Diagram, diagram};
use crate::app::App;
use crate::contacts::lifecycle::{Action, LIFECYCLE, Status};
use crate::error::AppError;
use crate::frame::Frame;
use crate::page;
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "help/statuses.html")]
struct StatusesPage {
    frame: Frame,
    diagram: Diagram,
}

impl StatusesPage {
    fn statuses(&self) -> [Status; 8] {
        Status::ALL
    }

    /// What leaves a contact where it is, and so has no arrow.
    fn not_drawn(&self) -> String {
        let labels: Vec<&str> = Action::ALL.into_iter().filter(|action| !action.moves()).map(Action::label).collect();
        labels.join("” and “")
    }

    fn rows(&self) -> Vec<[String; 5]> {
        LIFECYCLE.iter().map(crate::contacts::lifecycle::TransitionRule::in_words).collect()
    }
}

pub async fn show(State(app): State<App>, viewer: Option<SignedIn>) -> Result<Response, AppError> {
    let frame = Frame::open(&app, viewer.as_ref().map(|SignedIn(viewer)| viewer), "/help/statuses").await?;
    page::ok(&StatusesPage { frame, diagram: diagram() })
}

/// The lifecycle as the README shows it.
pub fn lifecycle_markdown() -> String {
    let rows = LIFECYCLE.iter().map(|rule| format!("| {} |", rule.in_words().join(" | ")));
    let head =
        ["| Action | From → to | Who | Needs | Tells |".to_owned(), "| --- | --- | --- | --- | --- |".to_owned()];
    head.into_iter().chain(rows).collect::<Vec<_>>().join("\n")
}
