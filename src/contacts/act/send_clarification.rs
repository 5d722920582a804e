//! `/contacts/{crn}/send-clarification`: ask whoever raised the contact. The question goes to its originator.

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
use crate::contacts::journal::{Input, Refused};
use crate::contacts::lifecycle::Action;
use crate::error::AppError;
use crate::form::Submitted;
use crate::frame::Frame;
use crate::page;
use crate::session::SignedIn;
use crate::typed::Typed;

#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Ask {
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

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Path(crn): Path<String>,
) -> Result<Response, AppError> {
    let mut form = Typed::default();
    let acting = Acting::begin(&app, &viewer, &crn, Action::SendClarification, None, &form).await?;
    let mut acting = begin_or_answer!(acting);
    acting.restore(&viewer, Action::SendClarification, &mut form).await?;
    let Acting { tx, contact, frame, .. } = acting;
    tx.commit().await?;
    page::ok(&AskPage { frame, form, contact })
}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    Path(crn): Path<String>,
    mut sent: Submitted<Ask>,
) -> Result<Response, AppError> {
    let action = Action::SendClarification;
    let acting = begin_or_answer!(Acting::begin(&app, &viewer, &crn, action, Some(sent.version), &sent.typed).await?);
    if !sent.is_valid() {
        acting.tx.commit().await?;
        return page::again(&AskPage { frame: acting.frame, form: sent.typed, contact: acting.contact });
    }
    let given = Input::SendClarification(&sent.form.question);
    match acting.finish(&app, &session, &viewer, given.into(), &sent.typed).await? {
        Done::Answer(answer) => Ok(answer),
        Done::Again(contact, frame, Refused::NobodyThere) => {
            let says = format!("{} has nobody who could answer now, so the question can’t be sent", contact.raiser);
            sent.typed.wrong("question", says);
            page::again(&AskPage { frame, form: sent.typed, contact: *contact })
        }
        Done::Again(_, _, refused) => Err(AppError::Broken(format!("{refused:?}").into())),
    }
}
