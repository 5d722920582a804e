//! `/contacts/{crn}/log-psc`: log a contact again that was closed as invalid. It leads on to the form of every
//! contact ([`crate::contacts::log::form`]), which comes filled in from the old one, with the reason it was invalid in view.

use axum::extract::{Path, State};
use axum::response::Response;
use sqlx::PgConnection;

use crate::app::App;
use crate::contacts::Contact;
use crate::contacts::act::{Stop, begin, changed};
use crate::contacts::lifecycle::{Action, Refusal, decide};
use crate::error::AppError;
use crate::page;
use crate::session::{SignedIn, Viewer};
use crate::typed::Typed;

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Path(crn): Path<String>,
) -> Result<Response, Stop> {
    let begun = begin(&app, &viewer, &crn, Action::LogPsc, None, &Typed::default()).await?;
    begun.tx.commit().await?;
    Ok(page::to(&format!("{}&psc_of={}", begun.contact.contact_type.form(&crate::secret::token()), begun.contact.crn)))
}

/// The contact that a PSC follows; none for a form that follows none.
pub async fn followed(tx: &mut PgConnection, viewer: &Viewer, crn: Option<&str>) -> Result<Option<Contact>, AppError> {
    match crn.filter(|crn| !crn.is_empty()) {
        None => Ok(None),
        Some(crn) => Ok(Some(Contact::seen_by(tx, viewer, crn).await?)),
    }
}

/// Goes no further if the law does not allow a PSC of this contact (any more).
pub async fn may_follow(
    app: &App,
    tx: &mut PgConnection,
    viewer: &Viewer,
    old: &Contact,
    typed: &Typed,
) -> Result<(), Stop> {
    match decide(Action::LogPsc, &old.position(), viewer.actor()) {
        Ok(_) => Ok(()),
        Err(Refusal::NotFromHere) => {
            Err(changed::page(app, tx, viewer, &old.crn, None, Action::LogPsc, typed).await?.into())
        }
        Err(Refusal::NotYours) => {
            Err(AppError::Forbidden("A PSC is logged by a member of the organisation that raised the contact.".into())
                .into())
        }
    }
}
