//! The forms that evidence can be added to: whose turn each is, and what is being done with it.

use sqlx::PgConnection;

use crate::contacts::Contact;
use crate::contacts::journal::made_of;
use crate::contacts::lifecycle::{Refusal, decide};
use crate::error::AppError;
use crate::forms::Form;
use crate::session::Viewer;

/// What is being done, as the form's page is called.
pub fn heading(form: &Form) -> String {
    match form {
        Form::Act(action, crn) => format!("{} for contact {crn}", action.label()),
        other => other.title(&[]),
    }
}

/// The contact that the form is about, if it is the viewer's to fill in now; else why not.
pub async fn open(form: &Form, tx: &mut PgConnection, viewer: &Viewer) -> Result<Option<i64>, AppError> {
    let (action, crn) = match form {
        Form::Act(action, crn) => (*action, crn),
        Form::Log(_, key) => {
            viewer.may_log()?;
            return match made_of(tx, viewer, key).await? {
                None => Ok(None),
                Some(crn) => Err(AppError::Conflict(
                    format!("This form has been submitted already, as contact {crn}. Nothing can be added to it.")
                        .into(),
                )),
            };
        }
        _ => return Err(AppError::NotFound),
    };
    let contact = Contact::seen_by(tx, viewer, crn).await?;
    match decide(action, &contact.position(), viewer.actor()) {
        Ok(_) => Ok(Some(contact.id)),
        Err(Refusal::NotYours) => {
            Err(AppError::Forbidden(format!("“{}” is for {}.", action.label(), action.rule().who.words()).into()))
        }
        Err(Refusal::NotFromHere) => Err(AppError::Conflict(
            format!("Contact {crn} has moved on, so nothing can be added to this form. Open the contact to see what was done.").into(),
        )),
    }
}
