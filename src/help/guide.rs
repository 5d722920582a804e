//! `/help`: how each process goes, in plain words, with this installation's own times and hours.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::app::App;
use crate::config::ServiceTerms;
use crate::error::AppError;
use crate::frame::Frame;
use crate::page;
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "help/guide.html")]
struct GuidePage {
    frame: Frame,
    terms: ServiceTerms,
}

pub async fn show(State(app): State<App>, viewer: Option<SignedIn>) -> Result<Response, AppError> {
    let frame = Frame::open(&app, viewer.as_ref().map(|SignedIn(viewer)| viewer), "/help").await?;
    page::ok(&GuidePage { frame, terms: app.config.terms.clone() })
}
