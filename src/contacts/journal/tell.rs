//! The notices of an action.

use sqlx::PgConnection;

use super::By;
use super::transition::Transition;
use crate::contacts::Contact;
use crate::contacts::lifecycle::Tell;

/// Tells whom the law names; nobody of an own act, which saves asking.
pub async fn tell(
    tx: &mut PgConnection,
    by: &By<'_>,
    contact: &Contact,
    transition: &Transition<'_>,
    holder: Option<i64>,
) -> Result<(), sqlx::Error> {
    let (action, version) = (transition.action(), contact.version + 1);
    // what one request does is told as one
    let act = by.viewer.map(|viewer| viewer.act.as_str()).unwrap_or_default();
    let (mut people, mut organisations) = (Vec::new(), Vec::new());
    for whom in action.rule().tells {
        let (person, organisation) = match whom {
            Tell::NewHolder => (holder, transition.destination.with_org),
            Tell::FormerHolder | Tell::HolderElsewhere if contact.holder.is_none() => continue,
            Tell::HolderElsewhere if contact.with_org == Some(contact.raised_by) => continue,
            Tell::FormerHolder | Tell::HolderElsewhere => (contact.holder, contact.with_org),
            Tell::Originator => (Some(contact.originator), Some(contact.raised_by)),
            Tell::WhoAsked => (transition.referral.asked_by, transition.destination.with_org),
            Tell::NetworkSupervisors => (None, transition.referral.network),
            Tell::Supervisors => (None, contact.with_org),
            // a note has a writer of its own, which knows them
            Tell::Named => continue,
            Tell::WhoWasTold => {
                sqlx::query!(
                    "select tell_again($1, $2, $3, $4, $5, nullif($6, '')::uuid)",
                    contact.id,
                    contact.version,
                    version,
                    action.slug(),
                    by.at,
                    act
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
        "select tell($1, $2, $3, $4, nullif(whom.person, 0), nullif(whom.organisation, 0), nullif($7, '')::uuid)
         from unnest($5::bigint[], $6::bigint[]) as whom (person, organisation)",
        contact.id,
        version,
        action.slug(),
        by.at,
        &people,
        &organisations,
        act
    )
    .execute(tx)
    .await?;
    Ok(())
}
