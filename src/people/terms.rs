//! `/terms`: the terms of use, accepted once before anything else.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use crate::app::App;
use crate::error::AppError;
use crate::form::Submitted;
use crate::frame::Frame;
use crate::page;
use crate::session::Viewer;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accept {}

#[derive(Template)]
#[template(path = "people/terms.html")]
struct TermsPage {
    frame: Frame,
    accepted: bool,
}

pub async fn show(State(app): State<App>, viewer: Option<Extension<Viewer>>) -> Result<Response, AppError> {
    let Some(Extension(viewer)) = viewer else { return Err(AppError::SignIn) };
    page::ok(&TermsPage { frame: Frame::new(&app, Some(&viewer), "/terms"), accepted: viewer.terms_accepted })
}

pub async fn submit(
    State(app): State<App>,
    viewer: Option<Extension<Viewer>>,
    _sent: Submitted<Accept>,
) -> Result<Response, AppError> {
    let Some(Extension(viewer)) = viewer else { return Err(AppError::SignIn) };
    let mut tx = app.db.as_viewer(viewer.id).await?;
    sqlx::query!(
        "update person set terms_accepted = $2 where id = $1 and terms_accepted is null",
        viewer.id,
        app.clock.now()
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(page::to("/"))
}
