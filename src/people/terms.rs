//! `/terms`: the terms of use, accepted once before anything else.

use askama::Template;
use axum::Extension;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use crate::address::is_ours;
use crate::app::App;
use crate::error::AppError;
use crate::form::Submitted;
use crate::frame::Frame;
use crate::page;
use crate::session::Viewer;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accept {
    #[serde(default)]
    next: String,
}

#[derive(Debug, Deserialize)]
pub struct TermsQuery {
    #[serde(default)]
    next: String,
}

#[derive(Template)]
#[template(path = "people/terms.html")]
struct TermsPage {
    frame: Frame,
    accepted: bool,
    /// the page that was asked for before the terms were accepted
    next: String,
}

/// Where one goes on to.
fn onward(next: String) -> String {
    if is_ours(&next) { next } else { "/".to_owned() }
}

pub async fn show(
    State(app): State<App>,
    viewer: Option<Extension<Viewer>>,
    Query(asked): Query<TermsQuery>,
) -> Result<Response, AppError> {
    let Some(Extension(viewer)) = viewer else { return Err(AppError::SignInThen("/terms".to_owned())) };
    let frame = Frame::new(&app, Some(&viewer), "/terms");
    page::ok(&TermsPage { frame, accepted: viewer.terms_accepted, next: onward(asked.next) })
}

pub async fn submit(
    State(app): State<App>,
    viewer: Option<Extension<Viewer>>,
    sent: Submitted<Accept>,
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
    Ok(page::to(&onward(sent.form.next)))
}
