//! The forms that evidence can be added to, known by the address that opens each again.

use sqlx::PgConnection;

use crate::contacts::lifecycle::{Action, Refusal, decide};
use crate::contacts::types::ContactType;
use crate::contacts::{Contact, log::form as log};
use crate::error::AppError;
use crate::secret::is_token;
use crate::session::Viewer;
use crate::trade::Crn;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// log a contact of this type; the form's key
    Log(ContactType, String),
    /// the answer to a data clarification, of the contact with this CRN
    Clarification(String),
    /// the answer to a site visit
    Visit(String),
}

impl Form {
    /// The form at this address, if it is one that takes evidence.
    pub fn parse(address: &str) -> Option<Form> {
        if let Some((slug, key)) = address.strip_prefix("/contacts/new/").and_then(|rest| rest.split_once("?key=")) {
            return ContactType::from_slug(slug)
                .filter(|_| is_token(key))
                .map(|known| Form::Log(known, key.to_owned()));
        }
        let (crn, action) = address.strip_prefix("/contacts/")?.split_once('/')?;
        if Crn::parse(crn).ok()?.as_str() != crn {
            return None;
        }
        match action {
            "answer-clarification" => Some(Form::Clarification(crn.to_owned())),
            "answer-visit" => Some(Form::Visit(crn.to_owned())),
            _ => None,
        }
    }

    pub fn address(&self) -> String {
        match self {
            Form::Log(contact_type, key) => contact_type.form(key),
            Form::Clarification(crn) => format!("/contacts/{crn}/answer-clarification"),
            Form::Visit(crn) => format!("/contacts/{crn}/answer-visit"),
        }
    }

    /// What is being done, as its page is called.
    pub fn title(&self) -> String {
        match self {
            Form::Log(..) => "Log a contact".to_owned(),
            Form::Clarification(crn) => format!("Answer data clarification for contact {crn}"),
            Form::Visit(crn) => format!("Answer site visit for contact {crn}"),
        }
    }

    /// The contact that the form is about, if it is the viewer's to fill in now; else why not.
    pub async fn open(&self, tx: &mut PgConnection, viewer: &Viewer) -> Result<Option<i64>, AppError> {
        let (crn, action) = match self {
            Form::Log(_, key) => {
                viewer.may_log()?;
                return match log::made_of(tx, viewer, key).await? {
                    None => Ok(None),
                    Some(crn) => Err(AppError::Conflict(
                        format!("This form has been submitted already, as contact {crn}. Nothing can be added to it.")
                            .into(),
                    )),
                };
            }
            Form::Clarification(crn) => (crn, Action::AnswerClarification),
            Form::Visit(crn) => (crn, Action::AnswerVisit),
        };
        let contact = Contact::seen_by(tx, viewer, crn).await?;
        match decide(action, &contact.position(), viewer.actor()) {
            Ok(_) => Ok(Some(contact.id)),
            Err(Refusal::NotYours) => {
                Err(AppError::Forbidden(format!("“{}” is for {}.", action.label(), action.rule().who.words()).into()))
            }
            Err(Refusal::NotFromHere) => Err(AppError::Conflict(
                format!("Contact {crn} has moved on, so nothing can be added to this answer. Open the contact to see what was done.").into(),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_form_or_nothing() {
        let crn = Crn::from_digits(12_345_678).as_str().to_owned();
        let key = "0123456789abcdef0123456789abcdef";
        for address in [
            format!("/contacts/new/mnc?key={key}"),
            format!("/contacts/{crn}/answer-visit"),
            format!("/contacts/{crn}/answer-clarification"),
        ] {
            assert_eq!(Form::parse(&address).unwrap().address(), address);
        }
        for address in [
            "",
            "/",
            "/contacts/new/mnc",
            "/contacts/new/mnc?key=1",
            "/contacts/new/mnc?key=0123456789ABCDEF0123456789ABCDEF",
            &format!("/contacts/new/mnc?key={key}&x=1"),
            &format!("/contacts/{crn}/resolve-valid"),
            &format!("https://evil.example/contacts/{crn}/answer-visit"),
            "/contacts/C123/answer-visit",
            &format!("/contacts/{}/answer-visit", crn.to_lowercase()),
        ] {
            assert_eq!(Form::parse(address), None, "{address}");
        }
    }
}
