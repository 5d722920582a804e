//! One deed for many contacts: each in a transaction of its own, each with its own outcome, and a way back.

pub use super::deed::Deed;
use super::deed::{DeedOutcome, moved, why_not};
use crate::app::App;
use crate::contacts::Contact;
use crate::contacts::journal::{Act, By, Input, Refused, record};
use crate::error::AppError;
use crate::flash::FlashLine;
use crate::session::Viewer;

/// The most that one act takes.
pub const MOST: usize = 200;

/// The rows ticked: CRN and the version that the list showed, sent as "C123456782.3".
pub fn ticked(ticks: &[String]) -> Result<Vec<(String, i32)>, AppError> {
    let unreadable = || AppError::BadRequest("A ticked row can’t be read. Open the queue again.".into());
    ticks.iter().map(|row| tick(row).ok_or_else(unreadable)).collect()
}

/// One of them.
pub fn tick(tick: &str) -> Option<(String, i32)> {
    let (crn, version) = tick.split_once('.')?;
    Some((crn.to_owned(), version.parse().ok()?))
}

/// A number of contacts as it was typed, or what to say of it.
pub fn how_many(typed: &str) -> Result<u16, String> {
    let number = typed.trim().parse::<u16>().ok().filter(|n| (1..=MOST).contains(&usize::from(*n)));
    number.ok_or_else(|| format!("Enter a number from 1 to {MOST}"))
}

/// Does the deed to each.
pub async fn each(
    app: &App,
    viewer: &Viewer,
    rows: &[(String, i32)],
    deed: &Deed,
    note: &str,
) -> Result<DeedOutcome, AppError> {
    let mut outcome = DeedOutcome::default();
    for (crn, version) in rows {
        match one(app, viewer, crn, *version, deed, note).await? {
            Ok(holder) => {
                outcome.done.push((crn.clone(), version + 1));
                let meant = if let Deed::Give { to, .. } = deed { Some(*to) } else { holder };
                outcome.covered += u64::from(holder != meant);
            }
            Err(why) => outcome.not.push(FlashLine {
                text: format!("Not done: {why}."),
                href: Some(format!("/contacts/{crn}")),
                link: crn.clone(),
            }),
        }
    }
    Ok(outcome)
}

/// One row in a transaction of its own: who holds it now, or why it was not done.
async fn one(
    app: &App,
    viewer: &Viewer,
    crn: &str,
    version: i32,
    deed: &Deed,
    note: &str,
) -> Result<Result<Option<i64>, String>, AppError> {
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let contact = match Contact::seen_by(&mut tx, viewer, crn).await {
        Ok(contact) => contact,
        Err(AppError::NotFound) => return Ok(Err("there is no such contact".to_owned())),
        Err(error) => return Err(error),
    };
    let text = deed.text_for(&contact);
    let input = match deed {
        Deed::Return => Input::Return,
        Deed::Undo => Input::Undo,
        Deed::Give { to, .. } if contact.status.is_held() => Input::Reassign(*to),
        Deed::Give { to, .. } => Input::Assign(*to),
        Deed::Clarify { .. } => Input::SendClarification(&text),
        Deed::Invalid { reason, .. } => Input::ResolveInvalid { reason, remarks: &text },
        Deed::Valid(given) => {
            let read = contact.details.spec.outcome.read;
            let Some(outcome) = given.get(crn).and_then(read) else {
                return Ok(Err("what came of it was not said".to_owned()));
            };
            Input::ResolveValid(outcome)
        }
    };
    if contact.version != version {
        return Ok(Err(moved(viewer, &contact)));
    }
    let by = By { viewer: Some(viewer), at: app.clock.now(), terms: &app.config.terms };
    match record(&mut tx, by, &contact, Act { note, ..input.into() }).await {
        Ok(holder) => {
            tx.commit().await?;
            Ok(Ok(holder))
        }
        Err(Refused::Failed(error)) => Err(error),
        Err(Refused::WasReset) => Err(AppError::WasReset),
        Err(refused) => {
            // nothing of it stays, and what is true now is read afresh
            tx.rollback().await?;
            let mut tx = app.db.as_viewer(viewer.id).await?;
            let now = Contact::seen_by(&mut tx, viewer, crn).await?;
            Ok(Err(why_not(&refused, deed, viewer, &contact, &now)))
        }
    }
}
