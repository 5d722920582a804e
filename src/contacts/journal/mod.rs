//! The only writer of a contact's status: the move, its event in the history, its referral and its notices, all in
//! the caller's transaction. It asks the lifecycle first, and takes its clock from the caller.

use serde_json::Value;
use sqlx::PgConnection;
use time::OffsetDateTime;

mod correct;
mod destination;
mod log;
pub mod marks;
mod transition;

use self::destination::{Destination, destination_of};
pub use self::log::{Logged, log, log_many};
use self::transition::Transition;
use super::Contact;
use super::lifecycle::{Action, Actor, Latest, Refusal, Status, Tell, decide};
use super::types::mnc;
use crate::config::ServiceTerms;
use crate::contacts::fields::Details;
use crate::error::{AppError, constraint};
use crate::evidence;
use crate::session::Viewer;
use crate::trade::Mprn;

/// Who acts and when.
#[derive(Debug, Clone, Copy)]
pub struct By<'a> {
    /// `None`: the system
    pub viewer: Option<&'a Viewer>,
    pub at: OffsetDateTime,
    pub terms: &'a ServiceTerms,
}

impl By<'_> {
    fn actor(&self) -> Actor {
        self.viewer.map_or(Actor::System, Viewer::actor)
    }
}

/// What an action was given; each needs only its own.
#[derive(Debug, Clone, Default)]
pub struct Input<'a> {
    pub colleague: Option<i64>,
    pub network: Option<i64>,
    /// question, what to look at, answer, or remarks
    pub text: &'a str,
    /// the site visit form
    pub findings: Option<Value>,
    /// the details as the answer corrects them
    pub corrected: Option<&'a Details>,
    pub mprn: Option<&'a Mprn>,
    pub reason: &'a str,
    /// what a hand-over says beside each of its moves
    pub note: &'a str,
    /// address of the form, whose evidence the act takes with it
    pub evidence: Option<&'a str>,
}

/// Why nothing was done.
#[derive(Debug)]
pub enum Refused {
    /// the law says no
    Law(Refusal),
    /// somebody else was first
    Overtaken,
    WasReset,
    /// the colleague is not an active member of the organisation that has the contact, or has it already
    NoSuchColleague,
    /// the organisation to be asked has nobody to answer
    NobodyThere,
    /// the MPRN is in the register already
    MprnTaken,
    /// the contact has its PSC already
    HasPsc,
    /// the form has made its contact already
    LoggedAlready,
    Failed(AppError),
}

impl From<sqlx::Error> for Refused {
    fn from(error: sqlx::Error) -> Self {
        match constraint(&error) {
            Some("contact_event_pkey" | "referral_pkey" | "one_referral_is_open_at_a_time") => Refused::Overtaken,
            Some("mprn_is_in_the_register") => Refused::MprnTaken,
            Some("contact_has_its_psc_already") => Refused::HasPsc,
            Some("ten_files_a_contact" | "one_file_a_place") => Refused::Failed(AppError::Conflict(
                format!("A contact can have at most {} photos and documents, and others were added since. Go back, remove some, and send the form again.", evidence::limits::MOST_FILES).into(),
            )),
            Some("a_form_makes_one_contact") => Refused::LoggedAlready,
            _ => Refused::Failed(error.into()),
        }
    }
}

/// Does one action to a contact as it was read, and everything that follows from it. Answers who holds it now.
pub async fn record(
    tx: &mut PgConnection,
    by: By<'_>,
    contact: &Contact,
    action: Action,
    given: &Input<'_>,
) -> Result<Option<i64>, Refused> {
    let mut position = contact.position();
    let mut former = None;
    if action == Action::Undo {
        (position.latest, former) = latest(tx, contact, by.at).await?;
    }
    let to = decide(action, &position, by.actor()).map_err(Refused::Law)?;
    let destination = destination_of(tx, &by, contact, action, to, given, former).await?;
    if let Some(corrected) = given.corrected {
        correct::details(tx, contact, corrected).await?;
    }
    let referral = super::referral::follow(tx, &by, contact, action, given).await.map_err(|error| match error {
        // answered or closed in the same moment
        sqlx::Error::RowNotFound => Refused::Overtaken,
        error => error.into(),
    })?;
    let changes = given.corrected.map(|corrected| contact.details.changes(corrected)).unwrap_or_default();
    let transition = Transition { action, to, given, destination: &destination, referral: &referral };
    let holder = transition.write(tx, &by, contact, &changes).await?;
    if let (Action::ResolveValid, Some(mprn)) = (action, given.mprn) {
        mnc::store::settle(tx, contact, mprn, by.at).await?;
    }
    if let Some(form) = given.evidence {
        evidence::claim(tx, contact.id, contact.version + 1, form).await?;
    }
    tell(tx, &by, contact, &transition, holder).await?;
    if action == Action::SendClarification {
        allocate(tx, by, contact, &destination).await?;
    }
    Ok(holder)
}

/// The latest event, and who held the contact before it.
async fn latest(
    tx: &mut PgConnection,
    contact: &Contact,
    now: OffsetDateTime,
) -> Result<(Option<Latest>, Option<i64>), Refused> {
    let row = sqlx::query!(
        "select action, actor, from_status, at, former from contact_event where contact_id = $1 and version = $2",
        contact.id,
        contact.version
    )
    .fetch_optional(tx)
    .await?;
    let Some(row) = row else { return Ok((None, None)) };
    let latest = Action::parse(&row.action).map(|action| Latest {
        action,
        actor: row.actor,
        from: Status::parse(&row.from_status),
        seconds_ago: (now - row.at).whole_seconds(),
    });
    Ok((latest, row.former))
}

/// Tells whom the law names; nobody of an own act, which saves asking.
async fn tell(
    tx: &mut PgConnection,
    by: &By<'_>,
    contact: &Contact,
    transition: &Transition<'_>,
    holder: Option<i64>,
) -> Result<(), sqlx::Error> {
    let (action, version) = (transition.action, contact.version + 1);
    let (mut people, mut organisations) = (Vec::new(), Vec::new());
    for whom in action.rule().tells {
        let (person, organisation) = match whom {
            Tell::NewHolder => (holder, transition.destination.with_org),
            Tell::FormerHolder if contact.holder.is_none() => continue,
            Tell::FormerHolder => (contact.holder, contact.with_org),
            Tell::Originator => (Some(contact.originator), Some(contact.raised_by)),
            Tell::WhoAsked => (transition.referral.asked_by, transition.destination.with_org),
            Tell::NetworkSupervisors => (None, transition.referral.network),
            Tell::Supervisors => (None, contact.with_org),
            Tell::WhoWasTold => {
                sqlx::query!(
                    "select tell_again($1, $2, $3, $4, $5)",
                    contact.id,
                    contact.version,
                    version,
                    action.slug(),
                    by.at
                )
                .execute(&mut *tx)
                .await?;
                continue;
            }
        };
        if person.is_none() || person != by.viewer.map(|viewer| viewer.id) {
            people.push(person.unwrap_or_default());
            organisations.push(organisation.unwrap_or_default());
        }
    }
    if people.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "select tell($1, $2, $3, $4, nullif(whom.person, 0), nullif(whom.organisation, 0))
         from unnest($5::bigint[], $6::bigint[]) as whom (person, organisation)",
        contact.id,
        version,
        action.slug(),
        by.at,
        &people,
        &organisations
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// A clarification goes on to who logged the contact, at once, if they, or their cover, are there.
async fn allocate(
    tx: &mut PgConnection,
    by: By<'_>,
    contact: &Contact,
    destination: &Destination,
) -> Result<(), Refused> {
    let sent = Contact {
        status: Status::Dcrs,
        version: contact.version + 1,
        with_org: destination.with_org,
        holder: None,
        since: destination.since.unwrap_or(by.at),
        due: destination.due,
        ..contact.clone()
    };
    let system = By { viewer: None, ..by };
    match Box::pin(record(tx, system, &sent, Action::Allocate, &Input::default())).await {
        Ok(_) | Err(Refused::NoSuchColleague) => Ok(()),
        Err(refused) => Err(refused),
    }
}
