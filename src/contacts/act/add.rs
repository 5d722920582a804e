//! `/contacts/{crn}/add`: the raiser adds a remark, photos or documents to a contact that is open.

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
use crate::evidence::{Waiting, waiting};
use crate::form::Submitted;
use crate::forms::Form;
use crate::session::Viewer;

#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Add {
    #[serde(default, deserialize_with = "crate::form::trimmed")]
    #[validate(custom(function = "crate::form::not_too_long"))]
    remark: String,
}

#[derive(Template)]
#[template(path = "contacts/act/add.html")]
struct AddForm<'a> {
    shown: Shown<'a>,
    evidence: Waiting,
}

impl Room for Add {
    const ACTION: Action = Action::Add;

    async fn panel(tx: &mut PgConnection, viewer: &Viewer, mut shown: Shown<'_>) -> Result<Panel, AppError> {
        shown.focus(&["remark"]);
        let form = Form::Act(Self::ACTION, shown.contact.crn.clone());
        let evidence = waiting(tx, viewer, &form, Some(shown.contact.id)).await?;
        Panel::draw(Self::ACTION, &AddForm { shown, evidence })
    }

    async fn input<'a>(
        _tx: &mut PgConnection,
        _app: &App,
        _contact: &Contact,
        sent: &'a mut Submitted<Self>,
    ) -> Result<Option<Input<'a>>, AppError> {
        Ok(sent.is_valid().then_some(Input::Add(&sent.form.remark)))
    }

    fn wrong(&self, refused: &Refused, _contact: &Contact) -> Option<(&'static str, String)> {
        let says = "Enter a remark, or add a photo or a document";
        matches!(refused, Refused::NothingAdded).then(|| ("remark", says.to_owned()))
    }

    fn evidence(contact: &Contact) -> Option<Form> {
        Some(Form::Act(Self::ACTION, contact.crn.clone()))
    }
}
