//! The history of a contact as sentences, newest first: each event the viewer may see, said once, here.

use serde::Deserialize;
use sqlx::PgConnection;
use time::OffsetDateTime;

use super::Contact;
use super::details::Field;
use super::lifecycle::{Action, Status};
use crate::error::AppError;
use crate::session::Viewer;
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
}

/// A corrected field, before and after, as a reader sees them.
#[derive(Debug, Deserialize)]
pub struct Change {
    pub field: String,
    pub before: String,
    pub after: String,
}

impl Change {
    pub fn label(&self) -> &str {
        Field::parse(&self.field).map_or(&self.field, |field| field.label())
    }

    /// Personal data of the site contact: shown to whom the contact's own page shows it.
    fn is_personal(&self) -> bool {
        matches!(Field::parse(&self.field), Some(Field::ContactName | Field::ContactPhone | Field::ContactEmail))
    }
}

struct Row {
    version: i32,
    action: String,
    to_status: String,
    at: OffsetDateTime,
    actor_name: Option<String>,
    actor_org: Option<String>,
    actor_kind: Option<String>,
    same_org: bool,
    sitting: String,
    holder_name: Option<String>,
    with_name: Option<String>,
    network_name: Option<String>,
    referral: Option<String>,
    changes: Option<serde_json::Value>,
}

/// The events after `since` that this viewer may see; 0 for all of them.
pub async fn of(tx: &mut PgConnection, viewer: &Viewer, contact: &Contact, since: i32) -> Result<Vec<Line>, AppError> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        select e.version as "version!", e.action as "action!", e.to_status as "to_status!", e.at as "at!", ap.name as "actor_name?", ao.name as "actor_org?",
               ao.kind as "actor_kind?", coalesce(e.actor_org = $3, false) as "same_org!", e.sitting as "sitting!",
               hp.name as "holder_name?", w.name as "with_name?", n.name as "network_name?", e.referral, e.changes
        from contact_event e
        left join organisation ao on ao.id = e.actor_org
        left join person ap on ap.id = e.actor and ap.organisation_id = $3
        left join person hp on hp.id = e.holder and hp.organisation_id = $3
        left join organisation w on w.id = e.with_org
        left join organisation n on n.id = e.network
        where e.contact_id = $1 and e.version > $2
          and ($4 or $5::bigint = $3 or e.network = $3
               or e.action in ('log', 'resolve-valid', 'resolve-invalid', 'close-no-reply'))
        order by e.version desc
        "#,
        contact.id,
        since,
        viewer.organisation_id(),
        viewer.sees_all(),
        contact.raised_by,
    )
    .fetch_all(tx)
    .await?;
    rows.into_iter().map(|row| line(row, contact)).collect()
}

fn line(row: Row, contact: &Contact) -> Result<Line, AppError> {
    let action = Action::parse(&row.action)
        .ok_or_else(|| AppError::Broken(format!("action {} is not in the lifecycle", row.action).into()))?;
    let changes: Vec<Change> = row.changes.clone().and_then(|changes| serde_json::from_value(changes).ok()).unwrap_or_default();
    Ok(Line {
        version: row.version,
        title: sentence(action, &row, contact),
        by: author(&row),
        when: show_time(row.at),
        status: super::known_status(&row.to_status)?,
        changes: changes.into_iter().filter(|change| contact.site_contact_seen || !change.is_personal()).collect(),
    })
}

/// Who did it: colleagues by name, others by their organisation.
fn author(row: &Row) -> String {
    let Some(organisation) = &row.actor_org else { return "The system".to_owned() };
    let name = match (&row.actor_name, row.actor_kind.as_deref()) {
        (Some(name), _) => name.as_str(),
        (None, Some("CDSP")) => "CDSP agent",
        (None, _) => return organisation.clone(),
    };
    let sitting = if row.same_org && !row.sitting.is_empty() { format!(" (used by {})", row.sitting) } else { String::new() };
    format!("{name}{sitting}, {organisation}")
}

/// What was done, in one sentence. A new action does not compile until it has one.
fn sentence(action: Action, row: &Row, contact: &Contact) -> String {
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
            format!("Data clarification allocated to {}", holder.map_or_else(|| "the originator".to_owned(), str::to_owned))
        }
        Action::AnswerClarification => format!("Data clarification {referral} answered"),
        Action::SendVisit => format!("Site visit {referral} sent to {}", row.network_name.as_deref().unwrap_or(with)),
        Action::AnswerVisit => format!("Site visit {referral} answered"),
        Action::ResolveValid => match &contact.mprn_created {
            Some(mprn) => format!("Resolved as valid: MPRN {mprn} created"),
            None => "Resolved as valid".to_owned(),
        },
        Action::ResolveInvalid => {
            format!("Resolved as invalid: {}", contact.closed_reason.as_deref().map_or("no reason kept", super::reason))
        }
        Action::CloseNoReply => format!("Closed as invalid: data clarification {referral} had no reply"),
        Action::Release => format!("Released to the organisation queue of {with}, since its holder was disabled"),
        Action::LogPsc => match &contact.psc {
            Some(new) => format!("Logged again as PSC {new}"),
            None => "Logged again as a PSC".to_owned(),
        },
    }
}
