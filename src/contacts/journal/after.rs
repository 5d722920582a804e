//! Where a move leaves a contact: with whom, since when, due when.

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::{Given, Hand, Refused};
use crate::contacts::Contact;
use crate::contacts::lifecycle::{Action, Status};
use crate::contacts::reasons::NO_REPLY;
use crate::trade::working_time::add_working_days;

/// Where the move leaves the contact.
#[derive(Debug, Clone, Default)]
pub struct After {
    pub with_org: Option<i64>,
    pub holder: Option<i64>,
    pub since: Option<OffsetDateTime>,
    pub due: Option<OffsetDateTime>,
    pub closed: Option<OffsetDateTime>,
    pub reason: Option<String>,
}

/// Where this action leads, or why the organisation to be asked can't have the contact. `former` is who held it before
/// what is to be undone.
pub async fn after(
    tx: &mut PgConnection,
    hand: &Hand<'_>,
    contact: &Contact,
    action: Action,
    to: Status,
    given: &Given<'_>,
    former: Option<i64>,
) -> Result<After, Refused> {
    let here = After {
        with_org: contact.with_org,
        holder: None,
        since: Some(contact.since),
        due: contact.due,
        closed: None,
        reason: None,
    };
    let sent = |organisation: i64, days: u32| After {
        with_org: Some(organisation),
        since: Some(hand.at),
        due: Some(add_working_days(hand.at, days)),
        ..After::default()
    };
    let closed = |reason: Option<&str>| After {
        since: Some(hand.at),
        closed: Some(hand.at),
        reason: reason.map(str::to_owned),
        ..After::default()
    };
    Ok(match action {
        // who gets it in the end, a cover perhaps, Postgres says when it is written
        Action::Assign | Action::Reassign => {
            After { holder: Some(given.colleague.ok_or(Refused::NoSuchColleague)?), ..here }
        }
        Action::Allocate => After { holder: Some(contact.originator), ..here },
        Action::Undo => After { holder: former.filter(|_| to.is_held()), ..here },
        Action::Return | Action::Release => here,
        Action::SendClarification => {
            someone_at(tx, contact.raised_by).await?;
            sent(contact.raised_by, hand.house.days_clarification)
        }
        Action::SendVisit => {
            let network = given.network.ok_or(Refused::NobodyThere)?;
            someone_at(tx, network).await?;
            sent(network, hand.house.days_network)
        }
        Action::AnswerClarification | Action::AnswerVisit | Action::Log => {
            let cdsp = sqlx::query_scalar!("select id from organisation where kind = 'CDSP'").fetch_one(tx).await?;
            sent(cdsp, hand.house.days_cdsp)
        }
        Action::ResolveValid => closed(None),
        Action::ResolveInvalid => closed(Some(given.reason)),
        Action::CloseNoReply => closed(Some(NO_REPLY.0)),
        Action::LogPsc => After { since: Some(contact.since), ..After::default() },
    })
    .inspect(|after: &After| debug_assert_eq!(after.holder.is_some(), to.is_held()))
}

async fn someone_at(tx: &mut PgConnection, organisation: i64) -> Result<(), Refused> {
    let someone = sqlx::query_scalar!(r#"select has_active_people($1) as "some!""#, organisation).fetch_one(tx).await?;
    if someone { Ok(()) } else { Err(Refused::NobodyThere) }
}
