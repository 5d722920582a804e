//! Transitions: the rows of contacts as they stand afterwards, the events that say so and the notices that tell of them,
//! of one contact or of many, written in one statement.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sqlx::PgConnection;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::destination::Destination;
use super::refer::Followed;
use super::tell::told;
use super::{By, Input, Refused};
use crate::contacts::Contact;
use crate::contacts::fields::Field;
use crate::contacts::fields::outcome::Outcome;
use crate::contacts::lifecycle::{Action, Status};
use crate::session::Viewer;

/// A field that an answer corrects, before and after.
type Change = (Field, String, String);

/// An action on its way from one status to another.
#[derive(Debug)]
pub struct Transition<'a> {
    pub contact: &'a Contact,
    pub to: Status,
    pub input: &'a Input<'a>,
    pub note: &'a str,
    pub destination: Destination,
    pub referral: Followed,
}

/// Writes them, signed by whoever acts, where the contacts still stand as they were read. Answers of each who holds it now:
/// the one who was meant, or their cover.
pub async fn write(
    tx: &mut PgConnection,
    by: &By<'_>,
    transitions: &[Transition<'_>],
) -> Result<Vec<Result<Option<i64>, Refused>>, Refused> {
    let epoch = by.viewer.map(|viewer| viewer.epoch);
    let written = sqlx::query_file!(
        "src/contacts/journal/transition.sql",
        Value::Array(transitions.iter().map(|transition| transition.as_row(by)).collect()),
        epoch,
        by.at,
        by.viewer.map(|viewer| viewer.id),
        by.viewer.and_then(Viewer::organisation_id),
        by.viewer.map(|viewer| viewer.used_by.as_str()).unwrap_or_default(),
        by.viewer.map(|viewer| viewer.act.as_str()).unwrap_or_default(),
    )
    .fetch_all(&mut *tx)
    .await?;
    let holders: BTreeMap<i64, Option<i64>> = written.into_iter().map(|row| (row.contact_id, row.holder)).collect();
    let unmoved = if holders.len() < transitions.len() { unmoved(tx, transitions, epoch).await? } else { Vec::new() };
    beside(tx, by, transitions, &holders).await?;
    let ended = |transition: &Transition<'_>| match holders.get(&transition.contact.id) {
        Some(holder) => Ok(*holder),
        // nobody can receive it, or somebody was first
        None if unmoved.contains(&transition.contact.id) => Err(Refused::NoSuchColleague),
        None => Err(Refused::Overtaken),
    };
    Ok(transitions.iter().map(ended).collect())
}

/// Which contacts still stand where they were read, though nothing was written; refuses all if the trial was reset.
async fn unmoved(
    tx: &mut PgConnection,
    transitions: &[Transition<'_>],
    epoch: Option<i64>,
) -> Result<Vec<i64>, Refused> {
    let (ids, versions): (Vec<i64>, Vec<i32>) =
        transitions.iter().map(|transition| (transition.contact.id, transition.contact.version)).unzip();
    let now = sqlx::query!(
        r#"select epoch, array(select c.id from unnest($1::bigint[], $2::integer[]) as w (id, version)
                               join contact c on c.id = w.id and c.version = w.version) as "unmoved!" from installation"#,
        &ids,
        &versions
    )
    .fetch_one(tx)
    .await?;
    if epoch.is_some_and(|epoch| epoch != now.epoch) { Err(Refused::WasReset) } else { Ok(now.unmoved) }
}

/// What stands beside the events of what was written: personal changes, which fewer read than the rest, and notes.
async fn beside(
    tx: &mut PgConnection,
    by: &By<'_>,
    transitions: &[Transition<'_>],
    written: &BTreeMap<i64, Option<i64>>,
) -> Result<(), Refused> {
    let done = transitions.iter().filter(|transition| written.contains_key(&transition.contact.id));
    let (mut ids, mut versions, mut notes) = (Vec::new(), Vec::new(), Vec::new());
    for transition in done {
        let (id, version) = (transition.contact.id, transition.contact.version + 1);
        if let (_, Some(changes)) = transition.changes() {
            sqlx::query!(
                "insert into site_contact_change (contact_id, version, changes) values ($1, $2, $3)",
                id,
                version,
                changes
            )
            .execute(&mut *tx)
            .await?;
        }
        if !transition.note.is_empty() {
            ids.push(id);
            versions.push(version);
            notes.push(transition.note.to_owned());
        }
    }
    if !ids.is_empty() {
        sqlx::query!(
            "insert into event_note (contact_id, version, organisation_id, note)
             select id, version, $4, note from unnest($1::bigint[], $2::integer[], $3::text[]) as n (id, version, note)",
            &ids,
            &versions,
            &notes,
            by.viewer.and_then(Viewer::organisation_id)
        )
        .execute(tx)
        .await?;
    }
    Ok(())
}

impl Transition<'_> {
    pub fn action(&self) -> Action {
        self.input.action()
    }

    /// The row as the statement reads it.
    fn as_row(&self, by: &By<'_>) -> Value {
        let (contact, destination, action) = (self.contact, &self.destination, self.action());
        // undoing gives back to the very person, whoever covers for them
        let giver = if action == Action::Undo { destination.holder } else { by.viewer.map(|viewer| viewer.id) };
        let (keeps_asker, asker) = self.asker();
        json!({
            "id": contact.id,
            "version": contact.version,
            "from_status": contact.status.code(),
            "to_status": self.to.code(),
            "action": action.slug(),
            "with_org": destination.with_org,
            "meant": destination.holder,
            "giver": giver,
            "stays": !action.moves(),
            "former": contact.holder,
            "since": destination.since.map(stamp),
            "due": destination.due.map(stamp),
            "closed": destination.closed.map(stamp),
            "outcome": self.input.outcome().map(Outcome::words),
            "reason": destination.reason,
            "remarks": self.remarks(),
            "keeps_asker": keeps_asker,
            "asker": asker,
            "network": self.referral.network,
            "referral": self.referral.name,
            "changes": self.changes().0,
            "remark": self.input.remark(),
            "told": told(self, by),
        })
    }

    /// What an answer corrects: what all readers of the event see, and what is personal.
    fn changes(&self) -> (Option<Value>, Option<Value>) {
        let changes = self.input.corrected().map(|corrected| self.contact.details.changes(corrected));
        let (personal, open): (Vec<Change>, Vec<Change>) =
            changes.unwrap_or_default().into_iter().partition(|(field, ..)| field.is_personal());
        (as_json(&open), as_json(&personal))
    }

    /// What a closed contact says to its raiser beside the reason.
    fn remarks(&self) -> &str {
        if let Input::ResolveInvalid { remarks, .. } | Input::Withdraw(remarks) = self.input { remarks } else { "" }
    }

    /// Whether the contact goes first to the agent who asked: whether that stays as it is, else who that is now.
    fn asker(&self) -> (bool, Option<i64>) {
        match self.action() {
            Action::AnswerClarification | Action::AnswerVisit => (false, self.referral.asked_by),
            Action::Assign | Action::Reassign | Action::Return | Action::Release | Action::Undo | Action::Add => {
                (true, None)
            }
            Action::Log
            | Action::SendClarification
            | Action::Allocate
            | Action::SendVisit
            | Action::ResolveValid
            | Action::ResolveInvalid
            | Action::Withdraw
            | Action::CloseNoReply
            | Action::LogPsc
            | Action::Note => (false, None),
        }
    }
}

/// To the microsecond, as Postgres keeps it.
fn stamp(at: OffsetDateTime) -> String {
    let whole = at.replace_microsecond(at.microsecond()).unwrap_or(at);
    whole.format(&Rfc3339).unwrap_or_default()
}

fn as_json(changes: &[Change]) -> Option<Value> {
    let change = |(field, before, after): &Change| json!({"field": field.name(), "before": before, "after": after});
    (!changes.is_empty()).then(|| Value::Array(changes.iter().map(change).collect()))
}
