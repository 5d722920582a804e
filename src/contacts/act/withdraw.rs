//! `/contacts/{crn}/withdraw`: who logged a contact takes it back while it waits for a CDSP agent.

use askama::Template;
use serde::Deserialize;
use sqlx::PgConnection;
use validator::Validate;

use super::{Panel, Room, Shown};
use crate::app::App;
use crate::contacts::Contact;
use crate::contacts::journal::Input;
use crate::contacts::lifecycle::Action;
use crate::error::AppError;
use crate::form::Submitted;
use crate::session::Viewer;

#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Withdraw {
    #[serde(default, deserialize_with = "crate::form::trimmed")]
    #[validate(custom(function = "crate::form::not_too_long"))]
    remarks: String,
}

#[derive(Template)]
#[template(path = "contacts/act/withdraw.html")]
struct WithdrawForm<'a> {
    shown: Shown<'a>,
}

impl Room for Withdraw {
    const ACTION: Action = Action::Withdraw;

    async fn panel(_tx: &mut PgConnection, _viewer: &Viewer, mut shown: Shown<'_>) -> Result<Panel, AppError> {
        shown.focus(&["remarks"]);
        Panel::draw(Self::ACTION, &WithdrawForm { shown })
    }

    async fn input<'a>(
        _tx: &mut PgConnection,
        _app: &App,
        _contact: &Contact,
        sent: &'a mut Submitted<Self>,
    ) -> Result<Option<Input<'a>>, AppError> {
        Ok(sent.is_valid().then_some(Input::Withdraw(&sent.form.remarks)))
    }
}
