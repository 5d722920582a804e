//! `/contacts/{crn}/log-psc`: log a contact again that was closed as invalid. The form comes filled in from the old
//! one, with the reason it was invalid in view; from there it goes the way of every contact ([`super::log`]).

use axum::extract::{Path, State};
use axum::response::Response;

use super::acting::Acting;
use super::lifecycle::Action;
use super::log::{LogPage, opened};
use crate::app::App;
use crate::begin_or_answer;
use crate::error::AppError;
use crate::evidence::Waiting;
use crate::evidence::form::Form;
use crate::session::SignedIn;
use crate::typed::Typed;

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Path(crn): Path<String>,
) -> Result<Response, AppError> {
    let acting = Acting::begin(&app, &viewer, &crn, Action::LogPsc, None, &Typed::default()).await?;
    let Acting { tx, contact, frame, .. } = begin_or_answer!(acting);
    tx.commit().await?;
    let form = contact.details.to_typed();
    let key = crate::secret::token();
    let evidence = Waiting::none(&Form::Log(key.clone()));
    opened(&LogPage { frame, form, key, psc_of: Some(contact), evidence })
}
