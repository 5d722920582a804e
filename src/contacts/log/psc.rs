//! `/contacts/{crn}/log-psc`: log a contact again that was closed as invalid. It leads on to the form of every
//! contact ([`crate::contacts::log::form`]), which comes filled in from the old one, with the reason it was invalid in view.

use axum::extract::{Path, State};
use axum::response::Response;

use crate::app::App;
use crate::begin_or_answer;
use crate::contacts::act::Acting;
use crate::contacts::lifecycle::Action;
use crate::error::AppError;
use crate::page;
use crate::session::SignedIn;
use crate::typed::Typed;

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Path(crn): Path<String>,
) -> Result<Response, AppError> {
    let acting = Acting::begin(&app, &viewer, &crn, Action::LogPsc, None, &Typed::default()).await?;
    let Acting { tx, contact, .. } = begin_or_answer!(acting);
    tx.commit().await?;
    Ok(page::to(&format!("{}&psc_of={}", contact.contact_type.form(&crate::secret::token()), contact.crn)))
}
