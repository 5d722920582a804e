//! POST `/trial/announcements` and `/trial/announcements/remove`: what stands on top of every page for a time.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use tower_sessions::Session;

use super::{date_time, facilitators_only, page as trial};
use crate::app::App;
use crate::error::AppError;
use crate::flash::{self, Flash, FlashLine};
use crate::form::{Submitted, trimmed};
use crate::forms::once::is_first;
use crate::page;
use crate::seal::Kind;
use crate::session::SignedIn;
use crate::trade::working_time::show_time;

/// The longest announcement: two lines on a wide screen.
const LONGEST: usize = 300;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Announce {
    #[serde(default, deserialize_with = "trimmed")]
    says: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
    /// of its page: the same form is done once
    #[serde(default, rename = "key")]
    _key: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveAnnouncement {
    id: String,
}

pub async fn add(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    sent: Submitted<Announce>,
) -> Result<Response, AppError> {
    facilitators_only(&viewer)?;
    let (mut form, announce) = (sent.typed, sent.form);
    match announce.says.chars().count() {
        0 => form.wrong("says", "Enter the announcement"),
        long if long > LONGEST => {
            form.wrong("says", format!("The announcement must have at most {LONGEST} characters; this has {long}"));
        }
        _ => {}
    }
    let (from, until) = (date_time::parse(&announce.from), date_time::parse(&announce.until));
    for (field, moment) in [("from", &from), ("until", &until)] {
        if let Err(says) = moment {
            form.wrong(field, says);
        }
    }
    match (&from, &until) {
        (Ok(from), Ok(until)) if until <= from => form.wrong("until", "Enter a time after the one it stands from"),
        (_, Ok(until)) if *until <= app.clock.now() => form.wrong("until", "Enter a time that has not passed yet"),
        _ => {}
    }
    let (Ok(from), Ok(until), false) = (from, until, form.has_errors()) else {
        return trial::again(&app, &viewer, form).await;
    };
    let mut tx = app.db.as_viewer(viewer.id).await?;
    if is_first(&mut tx, &viewer, sent.once.as_deref()).await? {
        sqlx::query!("insert into announcement (says, starts, ends) values ($1, $2, $3)", announce.says, from, until)
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    let text = format!("It stands on every page from {} to {}.", show_time(from), show_time(until));
    let line = FlashLine { text, ..FlashLine::default() };
    flash::leave(
        &session,
        Flash { success: true, title: "Announcement added".to_owned(), lines: vec![line], ..Flash::default() },
    )
    .await?;
    Ok(page::to("/trial"))
}

pub async fn remove(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    sent: Submitted<RemoveAnnouncement>,
) -> Result<Response, AppError> {
    facilitators_only(&viewer)?;
    let id = viewer.seal.open(Kind::Announcement, &sent.form.id).ok_or(AppError::NotFound)?;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    sqlx::query!("delete from announcement where id = $1", id).execute(&mut *tx).await?;
    tx.commit().await?;
    // removed twice is removed
    flash::leave(
        &session,
        Flash { success: true, title: "Announcement removed".to_owned(), lines: Vec::new(), ..Flash::default() },
    )
    .await?;
    Ok(page::to("/trial"))
}
