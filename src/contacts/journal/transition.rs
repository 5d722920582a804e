//! A transition: the contact's row as it stands afterwards and the event that says so, written in one statement.

use serde_json::{Value, json};
use sqlx::PgConnection;

use super::destination::Destination;
use super::refer::Followed;
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
    pub to: Status,
    pub input: &'a Input<'a>,
    pub note: &'a str,
    pub destination: &'a Destination,
    pub referral: &'a Followed,
}

impl Transition<'_> {
    pub fn action(&self) -> Action {
        self.input.action()
    }

    /// Writes it, signed by whoever acts, if the contact still stands where it was read. Answers who holds it now: the
    /// one who was meant, or their cover.
    pub async fn write(&self, tx: &mut PgConnection, by: &By<'_>, contact: &Contact) -> Result<Option<i64>, Refused> {
        let (destination, version) = (self.destination, contact.version + 1);
        let epoch = by.viewer.map(|viewer| viewer.epoch);
        let actor = by.viewer.map(|viewer| viewer.id);
        // undoing gives back to the very person, whoever covers for them
        let giver = if self.action() == Action::Undo { destination.holder } else { actor };
        let (keeps_asker, asker) = self.asker();
        let changes = self.input.corrected().map(|corrected| contact.details.changes(corrected)).unwrap_or_default();
        let (personal, open): (Vec<&Change>, Vec<&Change>) =
            changes.iter().partition(|(field, ..)| field.is_personal());
        let written = sqlx::query!(
            r#"
            with new as not materialized (
                select $4::integer as version, $5::text as status, $6::bigint as with_org, $7::bigint as meant,
                    $8::bigint as giver, $9::timestamptz as since, $10::timestamptz as due, $11::timestamptz as closed,
                    $12::text as outcome, $13::text as closed_reason, $14::text as closed_remarks,
                    $15::boolean as keeps_asker, $16::bigint as asker, $17::timestamptz as at, $27::boolean as stays
            ), who as materialized (
                select case when stays or meant is null then meant
                            else receiver(meant, with_org, giver, at) end as holder from new
            ), moved as (
                update contact c
                set status = new.status, version = new.version, with_org = new.with_org, holder = who.holder,
                    since = new.since, due = new.due, moved = new.at, closed = coalesce(c.closed, new.closed),
                    outcome = coalesce(c.outcome, new.outcome),
                    closed_reason = coalesce(c.closed_reason, new.closed_reason),
                    closed_remarks = case when new.closed is null then c.closed_remarks else new.closed_remarks end,
                    asker = case when new.keeps_asker then c.asker else new.asker end
                from new, who
                where c.id = $1 and c.version = $2 and ($3::bigint is null or (select epoch from installation) = $3)
                  and (new.stays or new.meant is null
                       or (who.holder is not null and who.holder is distinct from c.holder))
                returning c.id, c.version, c.status, c.moved, c.with_org, c.holder
            )
            insert into contact_event (contact_id, version, to_status, at, with_org, holder, action, from_status,
                actor, actor_org, used_by, former, network, referral, changes, remark)
            select id, version, status, moved, with_org, holder, $18, $19, $20, $21, $22, $23, $24, $25, $26, $28
            from moved
            returning holder
            "#,
            contact.id,
            contact.version,
            epoch,
            version,
            self.to.code(),
            destination.with_org,
            destination.holder,
            giver,
            destination.since,
            destination.due,
            destination.closed,
            self.input.outcome().map(Outcome::words),
            destination.reason,
            self.remarks(),
            keeps_asker,
            asker,
            by.at,
            self.action().slug(),
            contact.status.code(),
            actor,
            by.viewer.and_then(Viewer::organisation_id),
            by.viewer.map(|viewer| viewer.used_by.as_str()).unwrap_or_default(),
            contact.holder,
            self.referral.network,
            self.referral.name,
            as_json(&open),
            !self.action().moves(),
            self.input.remark(),
        )
        .fetch_optional(&mut *tx)
        .await?;
        let Some(written) = written else { return Err(self.why_not(tx, contact, epoch).await?) };
        if let Some(changes) = as_json(&personal) {
            // what changed of the site contact is read by fewer than the rest
            sqlx::query!(
                "insert into site_contact_change (contact_id, version, changes) values ($1, $2, $3)",
                contact.id,
                version,
                changes
            )
            .execute(&mut *tx)
            .await?;
        }
        if !self.note.is_empty() {
            sqlx::query!(
                "insert into event_note (contact_id, version, organisation_id, note) values ($1, $2, $3, $4)",
                contact.id,
                version,
                by.viewer.and_then(Viewer::organisation_id),
                self.note
            )
            .execute(tx)
            .await?;
        }
        Ok(written.holder)
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

    /// Nothing was written: the trial was reset, somebody was first, or nobody can receive it.
    async fn why_not(
        &self,
        tx: &mut PgConnection,
        contact: &Contact,
        epoch: Option<i64>,
    ) -> Result<Refused, sqlx::Error> {
        let now = sqlx::query!(
            r#"select epoch, exists (select from contact where id = $1 and version = $2) as "unmoved!" from installation"#,
            contact.id,
            contact.version
        )
        .fetch_one(tx)
        .await?;
        Ok(match epoch {
            Some(epoch) if epoch != now.epoch => Refused::WasReset,
            _ if now.unmoved && self.destination.holder.is_some() => Refused::NoSuchColleague,
            _ => Refused::Overtaken,
        })
    }
}

fn as_json(changes: &[&Change]) -> Option<Value> {
    let change = |(field, before, after): &&Change| json!({"field": field.name(), "before": before, "after": after});
    (!changes.is_empty()).then(|| Value::Array(changes.iter().map(change).collect()))
}
