//! `/contacts/{crn}/resolve-valid`: close the contact with the MPRN that was created, which goes into the register.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use tower_sessions::Session;

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
use crate::trade::Mprn;
use crate::typed::Typed;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resolve {
    #[serde(default, deserialize_with = "crate::form::trimmed")]
    mprn: String,
}

#[derive(Template)]
#[template(path = "contacts/act/resolve_valid.html")]
struct ResolvePage {
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
    let acting = Acting::begin(&app, &viewer, &crn, Action::ResolveValid, None, &form).await?;
    let mut acting = begin_or_answer!(acting);
    acting.restore(&viewer, Action::ResolveValid, &mut form).await?;
    let Acting { tx, contact, frame, .. } = acting;
    tx.commit().await?;
    page::ok(&ResolvePage { frame, form, contact })
}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    Path(crn): Path<String>,
    sent: Submitted<Resolve>,
) -> Result<Response, AppError> {
    let action = Action::ResolveValid;
    let mut form = sent.typed;
    let acting = begin_or_answer!(Acting::begin(&app, &viewer, &crn, action, Some(sent.version), &form).await?);
    let mprn = match Mprn::parse(&sent.form.mprn) {
        Ok(mprn) => mprn,
        Err(error) => {
            acting.tx.commit().await?;
            let says = if sent.form.mprn.is_empty() {
                "Enter the MPRN that was created".to_owned()
            } else {
                error.to_string()
            };
            form.wrong("mprn", says);
            return page::again(&ResolvePage { frame: acting.frame, form, contact: acting.contact });
        }
    };
    let given = Input::ResolveValid(crate::contacts::outcome::Outcome::Created(mprn.clone()));
    match acting.finish(&app, &session, &viewer, given.into(), &form).await? {
        Done::Answer(answer) => Ok(answer),
        Done::Again(contact, frame, Refused::MprnTaken) => {
            form.wrong(
                "mprn",
                format!("MPRN {mprn} is in the register already, so it can’t have been created for this site"),
            );
            page::again(&ResolvePage { frame, form, contact: *contact })
        }
        Done::Again(_, _, refused) => Err(AppError::Broken(format!("{refused:?}").into())),
    }
}
