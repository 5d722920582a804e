//! `/contacts/{crn}/resolve-invalid`: close the contact with a reason from the list, and remarks.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use tower_sessions::Session;
use validator::Validate;

use crate::app::App;
use crate::begin_or_answer;
use crate::contacts::Contact;
use crate::contacts::act::{Acting, Done};
use crate::contacts::journal::Input;
use crate::contacts::lifecycle::Action;
use crate::error::AppError;
use crate::form::Submitted;
use crate::frame::Frame;
use crate::page;
use crate::session::SignedIn;
use crate::typed::Typed;

#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Resolve {
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
struct ResolvePage {
    frame: Frame,
    form: Typed,
    contact: Contact,
}

impl ResolvePage {
    fn reasons(&self) -> Vec<(&'static str, &'static str)> {
        std::iter::once(("", "Choose a reason")).chain(self.contact.details.spec.reasons.iter().copied()).collect()
    }
}

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Path(crn): Path<String>,
) -> Result<Response, AppError> {
    let mut form = Typed::default();
    let acting = Acting::begin(&app, &viewer, &crn, Action::ResolveInvalid, None, &form).await?;
    let mut acting = begin_or_answer!(acting);
    acting.restore(&viewer, Action::ResolveInvalid, &mut form).await?;
    let Acting { tx, contact, frame, .. } = acting;
    tx.commit().await?;
    page::ok(&ResolvePage { frame, form, contact })
}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    Path(crn): Path<String>,
    mut sent: Submitted<Resolve>,
) -> Result<Response, AppError> {
    let action = Action::ResolveInvalid;
    let acting = begin_or_answer!(Acting::begin(&app, &viewer, &crn, action, Some(sent.version), &sent.typed).await?);
    let reasons = acting.contact.details.spec.reasons;
    if reasons.iter().all(|(known, _)| *known != sent.form.reason) {
        sent.typed.wrong("reason", "Choose a reason");
    }
    sent.is_valid();
    if sent.typed.has_errors() {
        acting.tx.commit().await?;
        return page::again(&ResolvePage { frame: acting.frame, form: sent.typed, contact: acting.contact });
    }
    let given = Input::ResolveInvalid { reason: &sent.form.reason, remarks: &sent.form.remarks };
    match acting.finish(&app, &session, &viewer, given.into(), &sent.typed).await? {
        Done::Answer(answer) => Ok(answer),
        Done::Again(_, _, refused) => Err(AppError::Broken(format!("{refused:?}").into())),
    }
}
