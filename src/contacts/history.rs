//! The history of a contact as sentences, newest first: each event the viewer may see, said once, here.

use serde::Deserialize;
use time::OffsetDateTime;

use crate::contacts::fields::{Field, Spec};
use crate::contacts::lifecycle::{Action, Status};
use crate::contacts::{Contact, ContactExtras};
use crate::error::AppError;
use crate::trade::working_time::show_time;

/// An event as it is shown.
#[derive(Debug)]
pub struct Line {
    pub version: i32,
    pub title: String,
    pub by: String,
    pub when: String,
    pub status: Status,
    pub changes: Vec<Change>,
    pub note: Option<String>,
    /// what the raiser added in words
    pub remark: Option<String>,
    /// "3 photos or documents", of those that the viewer may look at
    pub evidence: Option<String>,
}

/// A corrected field, before and after, as a reader sees them.
#[derive(Debug, Clone, Deserialize)]
pub struct Change {
    pub field: String,
    pub before: String,
    pub after: String,
}

impl Change {
    /// The field as contacts of this type call it.
    pub fn label(&self, spec: &Spec) -> &str {
        Field::parse(&self.field).map_or(&self.field, |field| spec.label(&field))
    }
}

/// An event as it is read, with the names that its reader may know.
#[derive(Debug, Deserialize)]
pub struct Event {
    pub version: i32,
    action: String,
    pub to_status: String,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// only of colleagues
    actor_name: Option<String>,
    actor_org: Option<String>,
    actor_kind: Option<String>,
    /// only of colleagues
    used_by: String,
    holder_name: Option<String>,
    with_name: Option<String>,
    network_name: Option<String>,
    referral: Option<String>,
    changes: Vec<Change>,
    /// of a hand-over, for the organisation that wrote it
    note: Option<String>,
    remark: Option<String>,
}

impl Event {
    /// Whether it is about the referral of this name.
    pub fn is_of(&self, referral: &str) -> bool {
        self.referral.as_deref() == Some(referral)
    }

    pub fn rename(&mut self, referral: String) {
        self.referral = Some(referral);
    }

    /// Whether it answered the referral of this name.
    pub fn answers(&self, referral: &str) -> bool {
        self.is_of(referral) && Action::parse(&self.action).is_some_and(Action::is_answer)
    }
}

/// The events after `since` as sentences; 0 for all of them.
pub fn lines(contact: &Contact, extras: ContactExtras, since: i32) -> Result<Vec<Line>, AppError> {
    let ContactExtras { events, evidence, duplicates, .. } = extras;
    let files = |version| evidence.iter().filter(|file| file.version == version).count();
    let later = events.into_iter().filter(|event| event.version > since);
    let mut lines: Vec<Line> =
        later.map(|event| line(files(event.version), event, contact)).collect::<Result<_, _>>()?;
    // said when it was logged, which is the oldest event
    if let Some(first) = lines.last_mut().filter(|_| since == 0) {
        first.note = duplicates.or(first.note.take());
    }
    Ok(lines)
}

fn line(files: usize, row: Event, contact: &Contact) -> Result<Line, AppError> {
    let action = Action::parse(&row.action)
        .ok_or_else(|| AppError::Broken(format!("action {} is not in the lifecycle", row.action).into()))?;
    Ok(Line {
        version: row.version,
        title: sentence(action, &row, contact),
        by: author(&row),
        when: show_time(row.at),
        status: crate::contacts::known_status(&row.to_status)?,
        changes: row.changes,
        note: row.note,
        remark: row.remark,
        evidence: (files > 0).then(|| crate::contacts::evidence::in_words(files)),
    })
}

/// Who did it: colleagues by name, others by their organisation.
fn author(row: &Event) -> String {
    let Some(organisation) = &row.actor_org else { return "The system".to_owned() };
    let name = match (&row.actor_name, row.actor_kind.as_deref()) {
        (Some(name), _) => name.as_str(),
        (None, Some("CDSP")) => "CDSP agent",
        (None, _) => return organisation.clone(),
    };
    let used_by = if row.used_by.is_empty() { String::new() } else { format!(" (used by {})", row.used_by) };
    format!("{name}{used_by}, {organisation}")
}

/// What was done, in one sentence. A new action does not compile until it has one.
fn sentence(action: Action, row: &Event, contact: &Contact) -> String {
    let holder = row.holder_name.as_deref();
    let with = row.with_name.as_deref().unwrap_or("the organisation");
    let referral = row.referral.as_deref().unwrap_or("referral");
    let to_whom = holder.map_or_else(|| format!("an agent of {with}"), str::to_owned);
    match action {
        Action::Log => match &contact.psc_of {
            Some(old) => format!("Contact logged as PSC of {old}"),
            None => "Contact logged".to_owned(),
        },
        Action::Assign => format!("Assigned to {to_whom}"),
        Action::Reassign => format!("Reassigned to {to_whom}"),
        Action::Return => format!("Returned to the organisation queue of {with}"),
        Action::SendClarification => format!("Data clarification {referral} sent to {with}"),
        Action::Allocate => {
            format!(
                "Data clarification allocated to {}",
                holder.map_or_else(|| "the originator".to_owned(), str::to_owned)
            )
        }
        Action::AnswerClarification => format!("Data clarification {referral} answered"),
        Action::SendVisit => format!("Site visit {referral} sent to {}", row.network_name.as_deref().unwrap_or(with)),
        Action::AnswerVisit => format!("Site visit {referral} answered"),
        Action::ResolveValid => match &contact.outcome {
            Some(outcome) => format!("Resolved as valid: {outcome}"),
            None => "Resolved as valid".to_owned(),
        },
        Action::ResolveInvalid => {
            format!(
                "Resolved as invalid: {}",
                contact.closed_reason.as_deref().map_or("no reason kept", crate::contacts::types::reason)
            )
        }
        Action::Withdraw => "Withdrawn by who logged it".to_owned(),
        Action::CloseNoReply => format!("Closed as invalid: data clarification {referral} had no reply"),
        Action::Release => format!("Released to the organisation queue of {with}, since its holder was disabled"),
        Action::Undo if crate::contacts::known_status(&row.to_status).is_ok_and(Status::is_held) => {
            format!("Undone: back to {to_whom}")
        }
        Action::Undo => format!("Undone: back in the organisation queue of {with}"),
        Action::LogPsc => match &contact.psc {
            Some(new) => format!("Logged again as PSC {new}"),
            None => "Logged again as a PSC".to_owned(),
        },
        // a note is no event
        Action::Add | Action::Note => "Added to by the raiser".to_owned(),
    }
}
