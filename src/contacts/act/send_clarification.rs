//! `/contacts/{crn}/send-clarification`: ask whoever raised the contact. The question goes to its originator.

use askama::Template;
use serde::Deserialize;
use sqlx::PgConnection;
use validator::Validate;

use super::{Room, Shown};
use crate::app::App;
use crate::contacts::Contact;
use crate::contacts::journal::{Input, Refused};
use crate::contacts::lifecycle::Action;
use crate::error::AppError;
use crate::form::Submitted;
use crate::frame::Frame;
use crate::session::Viewer;
use crate::typed::Typed;

#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct SendClarification {
    #[serde(default, deserialize_with = "crate::form::trimmed")]
    #[validate(length(min = 1, message = "Enter the question"), custom(function = "crate::form::not_too_long"))]
    question: String,
}

#[derive(Template)]
#[template(path = "contacts/act/send_clarification.html")]
struct AskPage {
    frame: Frame,
    form: Typed,
    contact: Contact,
}

impl Room for SendClarification {
    const ACTION: Action = Action::SendClarification;

    async fn page(_tx: &mut PgConnection, _viewer: &Viewer, shown: Shown) -> Result<String, AppError> {
        let Shown { frame, contact, form, .. } = shown;
        Ok(AskPage { frame, form, contact }.render()?)
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
