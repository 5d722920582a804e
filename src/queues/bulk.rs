//! One deed for many contacts: each in a transaction of its own, each with its own outcome, and a way back.

use crate::app::App;
use crate::contacts::Contact;
use crate::contacts::journal::{Act, By, Input, Refused, record};
use crate::contacts::lifecycle::{Refusal, UNDO_SECONDS};
use crate::error::AppError;
use crate::flash::{Flash, FlashLine, Undo};
use crate::session::Viewer;
use crate::trade::words::plural;
use crate::trade::working_time::show_clock;

/// The most that one act takes.
pub const MOST: usize = 200;

/// What to do with each contact.
#[derive(Debug)]
pub enum Deed {
    Give { to: i64, name: String },
    Return,
    Undo,
}

/// How it went.
#[derive(Debug, Default)]
pub struct Outcome {
    /// CRN and version afterwards
    pub done: Vec<(String, i32)>,
    /// of those, how many went to somebody else than was meant: a cover
    pub covered: u64,
    /// why each of the others was not done, with a link to it
    pub not: Vec<FlashLine>,
}

/// The rows ticked: CRN and the version that the list showed, sent as "C123456782.3".
pub fn ticked(ticks: &[String]) -> Result<Vec<(String, i32)>, AppError> {
    let read = |tick: &String| {
        let (crn, version) = tick.split_once('.')?;
        Some((crn.to_owned(), version.parse().ok()?))
    };
    let unreadable = || AppError::BadRequest("A ticked row can’t be read. Open the queue again.".into());
    ticks.iter().map(|tick| read(tick).ok_or_else(unreadable)).collect()
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
) -> Result<Outcome, AppError> {
    let mut outcome = Outcome::default();
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
    let input = match deed {
        Deed::Return => Input::Return,
        Deed::Undo => Input::Undo,
        Deed::Give { to, .. } if contact.status.is_held() => Input::Reassign(*to),
        Deed::Give { to, .. } => Input::Assign(*to),
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

/// Somebody has acted since: who has it, and since when.
fn moved(viewer: &Viewer, now: &Contact) -> String {
    let at = show_clock(now.moved);
    match (&now.holder_name, now.holder) {
        (_, Some(holder)) if holder == viewer.id => format!("you have it already, since {at}"),
        (Some(name), _) => format!("taken by {name} at {at}"),
        (None, _) if now.status.is_closed() => format!("closed at {at}"),
        (None, _) => format!("it has moved at {at} and is with {} now", now.with_words()),
    }
}

fn why_not(refused: &Refused, deed: &Deed, viewer: &Viewer, read: &Contact, now: &Contact) -> String {
    match (refused, deed) {
        (Refused::Overtaken, _) if now.version != read.version => moved(viewer, now),
        (Refused::Overtaken, _) => "somebody else acted on it in the same moment".to_owned(),
        (Refused::NoSuchColleague, Deed::Give { to, .. }) if now.holder == Some(*to) => {
            format!("it is with {} already", now.with_words())
        }
        (Refused::NoSuchColleague, _) => "it can’t be given to them any more".to_owned(),
        (Refused::Law(Refusal::NotFromHere), Deed::Undo) => format!("its {UNDO_SECONDS} seconds have passed"),
        (Refused::Law(Refusal::NotFromHere), Deed::Return) if now.with_org == viewer.organisation_id() => {
            "it is in the organisation queue already".to_owned()
        }
        (Refused::Law(Refusal::NotFromHere), _) => format!("it is with {}", now.with_words()),
        _ => format!("it is with {}, and only they or a supervisor may move it", now.with_words()),
    }
}

impl Outcome {
    /// What the next page says of it, with its way back.
    pub fn said(self, deed: &Deed, viewer: &Viewer, now: time::OffsetDateTime) -> Flash {
        let what = match deed {
            Deed::Return => "returned to the organisation queue".to_owned(),
            Deed::Undo => "put back as before".to_owned(),
            Deed::Give { to, .. } if *to == viewer.id => "assigned to you".to_owned(),
            Deed::Give { name, .. } => format!("assigned to {name}"),
        };
        let done = u64::try_from(self.done.len()).unwrap_or_default();
        let title = match (done, self.not.len()) {
            (0, _) => format!("Nothing was {what}"),
            (done, 0) => format!("{} {what}", plural(done, "contact")),
            (done, 1) => format!("{} {what}. 1 was not", plural(done, "contact")),
            (done, not) => format!("{} {what}. {not} were not", plural(done, "contact")),
        };
        let mut lines = self.not;
        if self.covered > 0 {
            let went = if self.covered == 1 { "It went".to_owned() } else { format!("{} went", self.covered) };
            lines.push(FlashLine::from(format!("{went} to their cover, since they are away.")));
        }
        let undo = if matches!(deed, Deed::Undo) { None } else { Undo::of(&self.done, now) };
        Flash { success: done > 0, title, lines, undo }
    }
}
