//! `/contacts/{crn}/logged`: the CRN of what was logged, in large type, and what happens next. It can be opened again.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use crate::app::App;
use crate::contacts::Contact;
use crate::error::AppError;
use crate::frame::Frame;
use crate::page;
use crate::session::SignedIn;
use crate::trade::working_time::{add_working_days, show_date};

#[derive(Template)]
#[template(path = "contacts/log/done.html")]
struct LoggedPage {
    frame: Frame,
    contact: Contact,
    due: String,
}

/// The success page: bookmarkable, and the same later.
pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Path(crn): Path<String>,
) -> Result<Response, AppError> {
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let contact = Contact::seen_by(&mut tx, &viewer, &crn).await?;
    tx.commit().await?;
    if viewer.organisation_id() != Some(contact.raised_by) {
        return Err(AppError::NotFound);
    }
    let due = show_date(add_working_days(contact.received, app.config.terms.days_cdsp));
    page::ok(&LoggedPage { frame: Frame::new(&app, Some(&viewer), "/contacts/new"), contact, due })
}
