//! The notices of an action.

use serde_json::{Value, json};

use super::By;
use super::transition::Transition;
use crate::contacts::lifecycle::Tell;

/// Whom the law names, as the statement reads it: a person, or who receives the contact, else the supervisors of an
/// organisation; or whoever was told of what is undone. Nobody of an own act, which saves asking.
pub fn told(transition: &Transition<'_>, by: &By<'_>) -> Value {
    let (contact, here) = (transition.contact, transition.destination.with_org);
    let mut told = Vec::new();
    for whom in transition.action().rule().tells {
        let (person, organisation) = match whom {
            Tell::NewHolder => {
                told.push(json!({"receiver": true, "organisation": here, "again": false}));
                continue;
            }
            Tell::FormerHolder | Tell::HolderElsewhere if contact.holder.is_none() => continue,
            Tell::HolderElsewhere if contact.with_org == Some(contact.raised_by) => continue,
            Tell::FormerHolder | Tell::HolderElsewhere => (contact.holder, contact.with_org),
            Tell::Originator => (Some(contact.originator), Some(contact.raised_by)),
            Tell::WhoAsked => (transition.referral.asked_by, here),
            Tell::NetworkSupervisors => (None, transition.referral.network),
            Tell::Supervisors => (None, contact.with_org),
            // a note has a writer of its own, which knows them
            Tell::Named => continue,
            Tell::WhoWasTold => {
                told.push(json!({"receiver": false, "again": true}));
                continue;
            }
        };
        if person.is_none() || person != by.viewer.map(|viewer| viewer.id) {
            told.push(json!({"receiver": false, "person": person, "organisation": organisation, "again": false}));
        }
    }
    Value::Array(told)
}
