//! `/help/limits`: how much of the service one person, organisation and client may have.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::app::App;
use crate::error::AppError;
use crate::frame::Frame;
use crate::limits::OF_A_ROOM;
use crate::limits::table;
use crate::page;
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "help/limits.html")]
struct LimitsPage {
    frame: Frame,
}

impl LimitsPage {
    fn rows(&self) -> Vec<[String; 5]> {
        table::rows().collect()
    }

    fn of_a_room(&self) -> u32 {
        OF_A_ROOM
    }
}

pub async fn show(State(app): State<App>, viewer: Option<SignedIn>) -> Result<Response, AppError> {
    let viewer = viewer.as_ref().map(|SignedIn(viewer)| viewer);
    page::ok(&LimitsPage { frame: Frame::open(&app, viewer, "/help/limits").await? })
}
