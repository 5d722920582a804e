//! The only writer of a contact's status: the move, its event in the history, its referral and its notices, all in
//! the caller's transaction. It asks the lifecycle first, and takes its clock from the caller.

use sqlx::PgConnection;
use time::OffsetDateTime;

mod correct;
mod destination;
mod input;
mod log;
mod moves;
mod note;
pub mod premises_keys;
mod refer;
mod refused;
mod tell;
mod transition;

use self::destination::{Destination, destination_of};
pub use self::input::{Act, Input};
pub use self::log::{Logged, log, log_many, made_of};
use self::moves::{Before, before, lawful};
pub use self::moves::{free, record_moves};
pub use self::note::{Note, note};
use self::refer::follow;
pub use self::refused::Refused;
use self::transition::Transition;
use super::lifecycle::{Action, Actor, Status};
use super::{Contact, evidence};
use crate::config::ServiceTerms;
use crate::contacts::fields::outcome::Closed;
use crate::contacts::types::ContactType;
use crate::session::Viewer;

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

/// Does one action to a contact as it was read, and everything that follows from it. Answers who holds it now.
pub async fn record<'a>(
    tx: &mut PgConnection,
    by: By<'_>,
    contact: &Contact,
    act: impl Into<Act<'a>>,
) -> Result<Option<i64>, Refused> {
    record_one(tx, by, contact, &act.into()).await
}

async fn record_one(
    tx: &mut PgConnection,
    by: By<'_>,
    contact: &Contact,
    Act { input, evidence, note }: &Act<'_>,
) -> Result<Option<i64>, Refused> {
    let before = if input.action() == Action::Undo { before(tx, &by, &[contact]).await? } else { Before::new() };
    let (to, former) = lawful(&by, contact, input, &before)?;
    let destination = destination_of(tx, &by, contact, to, input, former).await?;
    if let Some(corrected) = input.corrected() {
        correct::details(tx, contact, corrected).await?;
    }
    let referral = follow(tx, &by, contact, input).await?;
    let transition = Transition { contact, to, input, note, destination, referral };
    let written = transition::write(tx, &by, std::slice::from_ref(&transition)).await?.pop();
    let holder = written.unwrap_or(Err(Refused::Overtaken))?;
    if let Some(outcome) = input.outcome() {
        let closed = Closed {
            contact: contact.id,
            version: contact.version + 1,
            raised_by: contact.raised_by,
            ldz: &contact.ldz,
            details: &contact.details,
            at: by.at,
        };
        ContactType::settle(tx, &closed, outcome).await?;
    }
    let mut claimed = 0;
    if let Some(form) = evidence {
        claimed = evidence::claim(tx, contact.id, contact.version + 1, form).await?;
    }
    if input.action() == Action::Add && claimed == 0 && input.remark().is_none() {
        return Err(Refused::NothingAdded);
    }
    if input.action() == Action::SendClarification {
        allocate(tx, by, contact, &transition.destination).await?;
    }
    Ok(holder)
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
    match Box::pin(record_one(tx, system, &sent, &Input::Allocate.into())).await {
        Ok(_) | Err(Refused::NoSuchColleague) => Ok(()),
        Err(refused) => Err(refused),
    }
}
