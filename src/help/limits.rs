//! `/help/limits`: how much of the service one person and one organisation may have, how large files may be, and what waits
//! there are at sign-in.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::app::App;
use crate::error::AppError;
use crate::evidence::limits::{MOST_FILES, MOST_MEGABYTES};
use crate::frame::Frame;
use crate::limits::OF_A_ROOM;
use crate::limits::table;
use crate::page;
use crate::people::throttle::{FREE, LINE_PLACES, OWN_WAIT};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "help/limits.html")]
struct LimitsPage {
    frame: Frame,
}

impl LimitsPage {
    fn rows(&self) -> Vec<[String; 4]> {
        table::rows().collect()
    }

    fn rows_of_network(&self) -> Vec<[String; 3]> {
        table::rows_of_network().collect()
    }
}

pub async fn show(State(app): State<App>, viewer: Option<SignedIn>) -> Result<Response, AppError> {
    let viewer = viewer.as_ref().map(|SignedIn(viewer)| viewer);
    page::ok(&LimitsPage { frame: Frame::open(&app, viewer, "/help/limits").await? })
}
