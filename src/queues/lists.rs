//! The lists that a home page counts, and that the self-check compares.

use super::{Due, Filter, Queue, With};
use crate::contacts::lifecycle::Status;
use crate::session::Viewer;

/// The lists that matter to this person, by role and kind of organisation.
pub fn lists(viewer: &Viewer) -> Vec<(&'static str, Filter)> {
    let mine = Filter::of(Queue::Mine);
    let there = Filter::of(Queue::Organisation);
    let all = Filter { open: true, ..Filter::of(Queue::All) };
    let at = |filter: &Filter, status| Filter { status: Some(status), ..filter.clone() };
    let overdue = |filter: &Filter| Filter { due: Some(Due::Overdue), ..filter.clone() };
    let today = |filter: &Filter| Filter { due: Some(Due::Today), ..filter.clone() };
    let nobody = Filter { with: With::Nobody, ..there.clone() };
    let mut lists = Vec::new();
    if viewer.organisation.is_some() {
        lists.push(("Assigned to you", mine.clone()));
        lists.push(("Yours, due today", today(&mine)));
        lists.push(("Yours, overdue", overdue(&mine)));
        lists.push(("Waiting to be taken", nobody));
    }
    if viewer.supervisor {
        lists.push(("In your organisation’s queue", there.clone()));
        lists.push(("Your organisation’s, due today", today(&there)));
        lists.push(("Your organisation’s, overdue", overdue(&there)));
    }
    if viewer.is_network() {
        lists.push(("Site visits to give to an agent", at(&there, Status::Svdn)));
    }
    if viewer.raises() {
        lists.push(("Clarifications waiting for somebody", at(&there, Status::Dcrs)));
        lists.push(("Raised by you and open", Filter { raised_by_me: true, open: true, ..Filter::of(Queue::Raised) }));
        lists.push(("Raised by your organisation and open", Filter { open: true, ..Filter::of(Queue::Raised) }));
        lists.push(("Closed as invalid", at(&Filter::of(Queue::Raised), Status::Cciv)));
    }
    if viewer.is_cdsp() {
        lists.push(("Site visits not yet taken", at(&all, Status::Svdn)));
        lists.push(("Clarifications not yet taken", at(&all, Status::Dcrs)));
    }
    if viewer.sees_all() {
        lists.push(("Open contacts", all.clone()));
    }
    if viewer.facilitator {
        lists.push(("Overdue anywhere", overdue(&all)));
    }
    lists
}
