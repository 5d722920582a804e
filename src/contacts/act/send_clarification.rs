//! `/contacts/{crn}/send-clarification`: ask whoever raised the contact. The question goes to its originator.

use askama::Template;
use serde::Deserialize;
use sqlx::PgConnection;
use validator::Validate;

use super::{Panel, Room, Shown};
use crate::app::App;
use crate::contacts::Contact;
use crate::contacts::journal::{Input, Refused};
use crate::contacts::lifecycle::Action;
use crate::error::AppError;
use crate::form::Submitted;
use crate::session::Viewer;

#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct SendClarification {
    #[serde(default, deserialize_with = "crate::form::trimmed")]
    #[validate(length(min = 1, message = "Enter the question"), custom(function = "crate::form::not_too_long"))]
    question: String,
}

#[derive(Template)]
#[template(path = "contacts/act/send_clarification.html")]
struct AskForm<'a> {
    shown: Shown<'a>,
}

impl Room for SendClarification {
    const ACTION: Action = Action::SendClarification;

    async fn panel(_tx: &mut PgConnection, _viewer: &Viewer, mut shown: Shown<'_>) -> Result<Panel, AppError> {
        shown.focus(&["question"]);
        Panel::draw(Self::ACTION, &AskForm { shown })
    }

    async fn input<'a>(
        _tx: &mut PgConnection,
        _app: &App,
        _contact: &Contact,
        sent: &'a mut Submitted<Self>,
    ) -> Result<Option<Input<'a>>, AppError> {
        Ok(sent.is_valid().then_some(Input::SendClarification(&sent.form.question)))
    }

    fn wrong(&self, refused: &Refused, contact: &Contact) -> Option<(&'static str, String)> {
        let says = || format!("{} has nobody who could answer now, so the question can’t be sent", contact.raiser);
        matches!(refused, Refused::NobodyThere).then(|| ("question", says()))
    }
}
