//! Where an action leads a contact: to whom, since when, due when.

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::{By, Input, Refused};
use crate::contacts::Contact;
use crate::contacts::fields::reason::{NO_REPLY, WITHDRAWN};
use crate::contacts::lifecycle::Status;
use crate::trade::working_time::add_working_days;

/// The organisation and the person who have the contact afterwards, and its times.
#[derive(Debug, Clone, Default)]
pub struct Destination {
    pub with_org: Option<i64>,
    pub holder: Option<i64>,
    pub since: Option<OffsetDateTime>,
    pub due: Option<OffsetDateTime>,
    pub closed: Option<OffsetDateTime>,
    pub reason: Option<String>,
}

/// Where this action leads, or why the organisation to be asked can't have the contact. `former` is who held it before
/// what is to be undone.
pub async fn destination_of(
    tx: &mut PgConnection,
    by: &By<'_>,
    contact: &Contact,
    to: Status,
    input: &Input<'_>,
    former: Option<i64>,
) -> Result<Destination, Refused> {
    let here = Destination {
        with_org: contact.with_org,
        holder: None,
        since: Some(contact.since),
        due: contact.due,
        closed: None,
        reason: None,
    };
    let sent = |organisation: i64, days: u32| Destination {
        with_org: Some(organisation),
        since: Some(by.at),
        due: Some(add_working_days(by.at, days)),
        ..Destination::default()
    };
    let closed = |reason: Option<&str>| Destination {
        since: Some(by.at),
        closed: Some(by.at),
        reason: reason.map(str::to_owned),
        ..Destination::default()
    };
    Ok(match input {
        // who gets it in the end, a cover perhaps, Postgres says when it is written
        Input::Assign(colleague) | Input::Reassign(colleague) => Destination { holder: Some(*colleague), ..here },
        Input::Allocate => Destination { holder: Some(contact.originator), ..here },
        Input::Undo => Destination { holder: former, ..here },
        Input::Return | Input::Release => here,
        Input::Add(_) => Destination { holder: contact.holder, ..here },
        Input::SendClarification(_) => {
            someone_at(tx, contact.raised_by).await?;
            sent(contact.raised_by, by.terms.days_clarification)
        }
        Input::SendVisit { network, .. } => {
            someone_at(tx, *network).await?;
            sent(*network, by.terms.days_network)
        }
        Input::AnswerClarification { .. } | Input::AnswerVisit(_) => {
            let cdsp = sqlx::query_scalar!("select id from organisation where kind = 'CDSP'").fetch_one(tx).await?;
            sent(cdsp, by.terms.days_cdsp)
        }
        Input::ResolveValid(_) => closed(None),
        Input::ResolveInvalid { reason, .. } => closed(Some(*reason)),
        Input::Withdraw(_) => closed(Some(WITHDRAWN.0)),
        Input::CloseNoReply => closed(Some(NO_REPLY.0)),
        Input::LogPsc(_) => Destination { since: Some(contact.since), ..Destination::default() },
    })
    .inspect(|destination: &Destination| debug_assert_eq!(destination.holder.is_some(), to.is_held()))
}

async fn someone_at(tx: &mut PgConnection, organisation: i64) -> Result<(), Refused> {
    let someone = sqlx::query_scalar!(r#"select has_active_people($1) as "some!""#, organisation).fetch_one(tx).await?;
    if someone { Ok(()) } else { Err(Refused::NobodyThere) }
}
