//! `/contacts/{crn}/resolve-invalid`: close the contact with a reason from the list, and remarks.

use askama::Template;
use serde::Deserialize;
use sqlx::PgConnection;
use validator::Validate;

use super::{Panel, Room, Shown};
use crate::app::App;
use crate::contacts::Contact;
use crate::contacts::fields::choice;
use crate::contacts::journal::Input;
use crate::contacts::lifecycle::Action;
use crate::error::AppError;
use crate::form::Submitted;
use crate::session::Viewer;

#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct ResolveInvalid {
    #[serde(default)]
    reason: String,
    #[serde(default, deserialize_with = "crate::form::trimmed")]
    #[validate(
        length(min = 1, message = "Enter remarks that help the raiser understand"),
        custom(function = "crate::form::not_too_long")
    )]
    remarks: String,
}

#[derive(Template)]
#[template(path = "contacts/act/resolve_invalid.html")]
struct ResolveForm<'a> {
    shown: Shown<'a>,
}

impl ResolveForm<'_> {
    fn reasons(&self) -> Vec<(&'static str, &'static str)> {
        std::iter::once(("", "Choose a reason"))
            .chain(self.shown.contact.details.spec.reasons.iter().copied())
            .collect()
    }
}

impl Room for ResolveInvalid {
    const ACTION: Action = Action::ResolveInvalid;

    async fn panel(_tx: &mut PgConnection, _viewer: &Viewer, mut shown: Shown<'_>) -> Result<Panel, AppError> {
        shown.focus(&["reason", "remarks"]);
        Panel::draw(Self::ACTION, &ResolveForm { shown })
    }

    async fn input<'a>(
        _tx: &mut PgConnection,
        _app: &App,
        contact: &Contact,
        sent: &'a mut Submitted<Self>,
    ) -> Result<Option<Input<'a>>, AppError> {
        match choice::meant(contact.details.spec.reasons, &sent.form.reason) {
            Some(reason) => reason.clone_into(&mut sent.form.reason),
            None => sent.typed.wrong("reason", choice::ask("Choose a reason", contact.details.spec.reasons)),
        }
        Ok(sent.is_valid().then_some(Input::ResolveInvalid { reason: &sent.form.reason, remarks: &sent.form.remarks }))
    }
}
