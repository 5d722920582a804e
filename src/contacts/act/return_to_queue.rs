//! `/contacts/{crn}/return`: back to the organisation's queue. It needs nothing, so it is a button without a form.

use serde::Deserialize;
use sqlx::PgConnection;

use super::{Panel, Room, Shown};
use crate::app::App;
use crate::contacts::Contact;
use crate::contacts::journal::Input;
use crate::contacts::lifecycle::Action;
use crate::error::AppError;
use crate::form::Submitted;
use crate::session::Viewer;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Return {}

impl Room for Return {
    const ACTION: Action = Action::Return;

    async fn panel(_tx: &mut PgConnection, _viewer: &Viewer, _shown: Shown<'_>) -> Result<Panel, AppError> {
        Err(AppError::Conflict("The contact could not be returned.".into()))
    }

    async fn input<'a>(
        _tx: &mut PgConnection,
        _app: &App,
        _contact: &Contact,
        _sent: &'a mut Submitted<Self>,
    ) -> Result<Option<Input<'a>>, AppError> {
        Ok(Some(Input::Return))
    }
}
