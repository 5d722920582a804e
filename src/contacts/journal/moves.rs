//! Many contacts moved from one person to another, or back to their queue, at once: decided one by one, and written by the
//! same statements for all.

use std::collections::BTreeMap;

use sqlx::PgConnection;

use super::destination::destination_of;
use super::refer::follow;
use super::transition::{Transition, write};
use super::{By, Input, Refused};
use crate::contacts::Contact;
use crate::contacts::lifecycle::{Action, Latest, Position, Status, decide};

/// What happened last to contacts, and who held each before it, by id.
pub type Before = BTreeMap<i64, (Option<Latest>, Option<i64>)>;

/// Moves them, each with what came of it: who holds it now, or why nothing was done. `note` stands beside each move.
pub async fn record_moves(
    tx: &mut PgConnection,
    by: By<'_>,
    moves: &[(&Contact, &Input<'_>)],
    note: &str,
) -> Result<Vec<Result<Option<i64>, Refused>>, Refused> {
    let undone: Vec<&Contact> =
        moves.iter().filter(|(_, input)| input.action() == Action::Undo).map(|(contact, _)| *contact).collect();
    let before = if undone.is_empty() { Before::new() } else { before(tx, &by, &undone).await? };
    let (mut outcomes, mut transitions) = (Vec::with_capacity(moves.len()), Vec::with_capacity(moves.len()));
    for (contact, input) in moves {
        debug_assert!(input.is_move());
        let (to, former) = match lawful(&by, contact, input, &before) {
            Ok(lawful) => lawful,
            Err(refused) => {
                outcomes.push(Some(Err(refused)));
                continue;
            }
        };
        let destination = destination_of(tx, &by, contact, to, input, former).await?;
        let referral = follow(tx, &by, contact, input).await?;
        transitions.push(Transition { contact, to, input, note, destination, referral });
        outcomes.push(None);
    }
    lock(tx, transitions.iter().map(|transition| transition.contact.id).collect()).await?;
    let mut written = write(tx, &by, &transitions).await?.into_iter();
    let outcomes = outcomes.into_iter().map(|refused| refused.or_else(|| written.next()));
    Ok(outcomes.map(|outcome| outcome.unwrap_or(Err(Refused::Overtaken))).collect())
}

/// In the order of their ids, so that two who act on the same contacts wait for one another and never in a circle.
async fn lock(tx: &mut PgConnection, ids: Vec<i64>) -> Result<(), sqlx::Error> {
    sqlx::query_scalar!("select id from contact where id = any($1) order by id for no key update", &ids)
        .fetch_all(tx)
        .await?;
    Ok(())
}

/// Which of these contacts nobody else acts on in this moment; they are held until the transaction ends.
pub async fn free(tx: &mut PgConnection, ids: &[i64]) -> Result<Vec<i64>, sqlx::Error> {
    sqlx::query_scalar!("select id from contact where id = any($1) order by id for no key update skip locked", ids)
        .fetch_all(tx)
        .await
}

/// The status to which the input leads, and who held the contact before what it undoes.
pub fn lawful(
    by: &By<'_>,
    contact: &Contact,
    input: &Input<'_>,
    before: &Before,
) -> Result<(Status, Option<i64>), Refused> {
    let (latest, former) = before.get(&contact.id).copied().unwrap_or_default();
    let position = Position { latest, ..contact.position() };
    Ok((decide(input.action(), &position, by.actor()).map_err(Refused::Law)?, former))
}

/// Looks up the latest events of contacts that are to be put back as before.
pub async fn before(tx: &mut PgConnection, by: &By<'_>, contacts: &[&Contact]) -> Result<Before, Refused> {
    let (ids, versions): (Vec<i64>, Vec<i32>) = contacts.iter().map(|contact| (contact.id, contact.version)).unzip();
    let rows = sqlx::query!(
        "select e.contact_id, e.action, e.actor, e.from_status, e.at, e.former
         from unnest($1::bigint[], $2::integer[]) as w (id, version)
         join contact_event e on e.contact_id = w.id and e.version = w.version",
        &ids,
        &versions
    )
    .fetch_all(tx)
    .await?;
    let read = rows.into_iter().map(|row| {
        let latest = Action::parse(&row.action).map(|action| Latest {
            action,
            actor: row.actor,
            from: Status::parse(&row.from_status),
            seconds_ago: (by.at - row.at).whole_seconds(),
        });
        (row.contact_id, (latest, row.former))
    });
    Ok(read.collect())
}
