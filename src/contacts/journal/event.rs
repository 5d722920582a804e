//! A line of the history, as it is written.

use serde_json::{Value, json};
use sqlx::PgConnection;

use super::Hand;
use crate::contacts::field::Field;
use crate::contacts::lifecycle::{Action, Status};
use crate::session::Viewer;

/// A line of the history.
#[derive(Debug)]
pub struct Event {
    pub action: Action,
    pub version: i32,
    pub from: Option<Status>,
    pub to: Status,
    pub with_org: Option<i64>,
    pub holder: Option<i64>,
    pub former: Option<i64>,
    pub network: Option<i64>,
    pub referral: Option<String>,
    /// what a correction changed: field, before, after
    pub changes: Vec<(Field, String, String)>,
}

impl Default for Event {
    fn default() -> Self {
        Event {
            action: Action::Log,
            version: 1,
            from: None,
            to: Status::Aaca,
            with_org: None,
            holder: None,
            former: None,
            network: None,
            referral: None,
            changes: Vec::new(),
        }
    }
}

impl Event {
    /// Writes it, signed by whoever acts.
    pub async fn write(self, tx: &mut PgConnection, hand: &Hand<'_>, contact: i64) -> Result<(), sqlx::Error> {
        // what changed of the site contact is read by fewer than the rest
        let (personal, changes): (Vec<_>, Vec<_>) =
            self.changes.into_iter().partition(|(field, ..)| field.is_personal());
        sqlx::query!(
            r#"
            insert into contact_event (contact_id, version, action, from_status, to_status, at, actor, actor_org,
                sitting, with_org, holder, former, network, referral, changes)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
            "#,
            contact,
            self.version,
            self.action.slug(),
            self.from.map_or("NEW", Status::code),
            self.to.code(),
            hand.at,
            hand.viewer.map(|viewer| viewer.id),
            hand.viewer.and_then(Viewer::organisation_id),
            hand.viewer.map(|viewer| viewer.sitting.as_str()).unwrap_or_default(),
            self.with_org,
            self.holder,
            self.former,
            self.network,
            self.referral,
            as_json(&changes),
        )
        .execute(&mut *tx)
        .await?;
        if let Some(changes) = as_json(&personal) {
            sqlx::query!(
                "insert into site_contact_change (contact_id, version, changes) values ($1, $2, $3)",
                contact,
                self.version,
                changes
            )
            .execute(tx)
            .await?;
        }
        Ok(())
    }
}

fn as_json(changes: &[(Field, String, String)]) -> Option<Value> {
    let change = |(field, before, after): &(Field, String, String)| json!({"field": field.name(), "before": before, "after": after});
    (!changes.is_empty()).then(|| Value::Array(changes.iter().map(change).collect()))
}
