//! A step of a contact: the row as it stands afterwards and the event that says so, written in one statement.

use serde_json::{Value, json};
use sqlx::PgConnection;

use super::destination::Destination;
use super::{By, Input, Refused};
use crate::contacts::Contact;
use crate::contacts::fields::Field;
use crate::contacts::lifecycle::{Action, Status};
use crate::contacts::referral::Followed;
use crate::session::Viewer;

/// A field that an answer corrects, before and after.
type Change = (Field, String, String);

#[derive(Debug)]
pub struct Transition<'a> {
    pub action: Action,
    pub to: Status,
    pub given: &'a Input<'a>,
    pub destination: &'a Destination,
    pub referral: &'a Followed,
}

impl Transition<'_> {
    /// Writes it, signed by whoever acts, if the contact still stands where it was read. Answers who holds it now: the
    /// one who was meant, or their cover.
    pub async fn write(
        &self,
        tx: &mut PgConnection,
        by: &By<'_>,
        contact: &Contact,
        changes: &[Change],
    ) -> Result<Option<i64>, Refused> {
        let (destination, given, version) = (self.destination, self.given, contact.version + 1);
        let epoch = by.viewer.map(|viewer| viewer.epoch);
        let actor = by.viewer.map(|viewer| viewer.id);
        // undoing gives back to the very person, whoever covers for them
        let on_behalf_of = if self.action == Action::Undo { destination.holder } else { actor };
        let (personal, open): (Vec<&Change>, Vec<&Change>) =
            changes.iter().partition(|(field, ..)| field.is_personal());
        let written = sqlx::query!(
            r#"
            with who as materialized (
                select case when $6::bigint is not null then receiver($6, $5, $24, $20) end as holder
            ), moved as (
                update contact c
                set status = $3, version = $4, with_org = $5, holder = who.holder, since = $7, due = $8, moved = $20,
                    closed = coalesce(closed, $9), outcome = coalesce(outcome, $10),
                    closed_reason = coalesce(closed_reason, $11),
                    closed_remarks = case when $9::timestamptz is null then closed_remarks else $12 end,
                    asker = case $15 when 'keep' then asker when 'ask' then $14 end
                from who
                where c.id = $1 and c.version = $2 and ($13::bigint is null or (select epoch from house) = $13)
                  and ($6::bigint is null or (who.holder is not null and who.holder is distinct from c.holder))
                returning c.id, c.holder
            )
            insert into contact_event (contact_id, version, action, from_status, to_status, at, actor, actor_org,
                sitting, with_org, holder, former, network, referral, changes)
            select id, $4, $16, $17, $3, $20, $18, $19, $21, $5, holder, $22, $23, $25, $26 from moved
            returning holder
            "#,
            contact.id,
            contact.version,
            self.to.code(),
            version,
            destination.with_org,
            destination.holder,
            destination.since,
            destination.due,
            destination.closed,
            given.mprn.map(|mprn| format!("MPRN {} created", mprn.as_str())),
            destination.reason,
            given.text,
            epoch,
            self.referral.asked_by,
            self.asker(),
            self.action.slug(),
            contact.status.code(),
            actor,
            by.viewer.and_then(Viewer::organisation_id),
            by.at,
            by.viewer.map(|viewer| viewer.sitting.as_str()).unwrap_or_default(),
            contact.holder,
            self.referral.network,
            on_behalf_of,
            self.referral.name,
            as_json(&open),
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
        if !given.note.is_empty() {
            sqlx::query!(
                "insert into event_note (contact_id, version, organisation_id, note) values ($1, $2, $3, $4)",
                contact.id,
                version,
                by.viewer.and_then(Viewer::organisation_id),
                given.note
            )
            .execute(tx)
            .await?;
        }
        Ok(written.holder)
    }

    /// What becomes of the mark that the answer is back for who asked.
    fn asker(&self) -> &'static str {
        match self.action {
            Action::AnswerClarification | Action::AnswerVisit => "ask",
            Action::Assign | Action::Reassign | Action::Return | Action::Release | Action::Undo => "keep",
            _ => "none",
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
            r#"select epoch, exists (select from contact where id = $1 and version = $2) as "unmoved!" from house"#,
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
