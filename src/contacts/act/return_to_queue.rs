//! `/contacts/{crn}/return`: back to the organisation's queue. It needs nothing, so it is a button without a form.

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use tower_sessions::Session;

use crate::app::App;
use crate::begin_or_answer;
use crate::contacts::act::{Acting, Done};
use crate::contacts::journal::Input;
use crate::contacts::lifecycle::Action;
use crate::error::AppError;
use crate::form::Submitted;
use crate::session::SignedIn;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Return {}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    Path(crn): Path<String>,
    sent: Submitted<Return>,
) -> Result<Response, AppError> {
    let acting = Acting::begin(&app, &viewer, &crn, Action::Return, Some(sent.version), &sent.typed).await?;
    let acting = begin_or_answer!(acting);
    match acting.finish(&app, &session, &viewer, Input::Return.into(), &sent.typed).await? {
        Done::Answer(answer) => Ok(answer),
        Done::Again(..) => Err(AppError::Conflict("The contact could not be returned.".into())),
    }
}
