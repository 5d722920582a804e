//! Logging a contact: finder, form, possible duplicates, check answers, done; and the PSC of a closed one. The rooms are
//! those of every contact type: which one it is stands in the address, `/contacts/new/{type}`.

mod card;
pub mod check;
pub mod done;
pub mod duplicates;
pub mod find;
mod finder;
pub mod form;
pub mod psc;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use sqlx::PgConnection;

use crate::contacts::act::Stop;
use crate::contacts::fields::Details;
use crate::contacts::journal::made_of;
use crate::contacts::types::ContactType;
use crate::drafts::load;
use crate::error::AppError;
use crate::forms::Form;
use crate::page;
use crate::session::{SignedIn, Viewer};

/// Whoever logs, and the contact type of the address. A type that there is not answers 404, who may not log 403.
#[derive(Debug)]
pub struct Logging {
    pub viewer: Viewer,
    pub contact_type: ContactType,
}

/// What waits between the form and its check page.
pub struct LogDraft {
    pub psc_of: Option<String>,
    pub details: Details,
}

impl<S: Send + Sync> FromRequestParts<S> for Logging {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AppError> {
        let SignedIn(viewer) = <SignedIn as FromRequestParts<S>>::from_request_parts(parts, state).await?;
        let Path(slug) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| AppError::NotFound)?;
        let contact_type = ContactType::from_slug(&slug).ok_or(AppError::NotFound)?;
        viewer.may_log()?;
        Ok(Logging { viewer, contact_type })
    }
}

impl Logging {
    /// The form with this key, as its photos and documents name it.
    pub fn form(&self, key: &str) -> Form {
        Form::Log(self.contact_type, key.to_owned())
    }

    /// Goes no further with a form that has made a contact: it leads there.
    pub async fn not_logged_yet(&self, tx: &mut PgConnection, key: &str) -> Result<(), Stop> {
        match made_of(tx, &self.viewer, key).await? {
            None => Ok(()),
            Some(crn) => Err(page::to(&format!("/contacts/{crn}/logged")).into()),
        }
    }

    /// What waits under this key, if it is the viewer's and has not been submitted.
    pub async fn kept(&self, tx: &mut PgConnection, key: &str) -> Result<Option<LogDraft>, AppError> {
        let Some(typed) = load(tx, &self.viewer, &self.contact_type.form(key)).await? else { return Ok(None) };
        let psc_of = Some(typed.value("psc_of").to_owned()).filter(|crn| !crn.is_empty());
        Ok(Some(LogDraft { psc_of, details: self.contact_type.typed(&typed) }))
    }

    /// What waits under this key; once it is submitted, it leads to the contact that it made.
    pub async fn draft(&self, tx: &mut PgConnection, key: &str) -> Result<LogDraft, Stop> {
        if let Some(draft) = self.kept(tx, key).await? {
            return Ok(draft);
        }
        self.not_logged_yet(tx, key).await?;
        Err(AppError::NotFound.into())
    }
}
