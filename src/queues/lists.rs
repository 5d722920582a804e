//! The lists that a home page counts, and that the self-check compares.

use super::{Due, Filter, Queue, With};
use crate::contacts::lifecycle::Status;
use crate::session::Viewer;

/// The lists that matter to this person, by role and kind of organisation; none of them twice.
pub fn lists(viewer: &Viewer) -> Vec<(&'static str, Filter)> {
    let mine = Filter::of(Queue::Mine);
    let there = Filter::of(Queue::Organisation);
    let all = Filter { open: true, ..Filter::of(Queue::All) };
    let at = |filter: &Filter, status| Filter { status: Some(status), ..filter.clone() };
    let overdue = |filter: &Filter| Filter { due: Some(Due::Overdue), ..filter.clone() };
    let today = |filter: &Filter| Filter { due: Some(Due::Today), ..filter.clone() };
    let mut lists = Vec::new();
    if viewer.organisation.is_some() {
        lists.push(("With you", mine.clone()));
        lists.push(("With you and overdue", overdue(&mine)));
    }
    if viewer.is_cdsp() {
        lists.push(("Nobody has taken yet", Filter { with: With::Nobody, ..there.clone() }));
    }
    if viewer.is_network() {
        lists.push(("Site visits nobody has taken yet", at(&there, Status::Svdn)));
    }
    if viewer.raises() {
        lists.push(("Questions nobody has taken yet", at(&there, Status::Dcrs)));
    }
    if viewer.supervisor {
        lists.push(("With your organisation", there.clone()));
        lists.push(("With your organisation, due today", today(&there)));
        lists.push(("With your organisation and overdue", overdue(&there)));
    }
    if viewer.raises() {
        lists.push(("Raised by you and open", Filter { raised_by_me: true, open: true, ..Filter::of(Queue::Raised) }));
        lists.push(("Raised by your organisation and open", Filter { open: true, ..Filter::of(Queue::Raised) }));
        lists.push(("Raised by your organisation, closed as invalid", at(&Filter::of(Queue::Raised), Status::Cciv)));
    }
    if viewer.is_cdsp() {
        lists.push(("Site visits that networks have not taken", at(&all, Status::Svdn)));
        lists.push(("Questions that raisers have not taken", at(&all, Status::Dcrs)));
    }
    if viewer.sees_all() {
        lists.push(("Open, wherever they are", all.clone()));
    }
    if viewer.facilitator {
        lists.push(("Overdue, wherever they are", overdue(&all)));
    }
    lists
}

/// Something waits in this person's organisation that they can take.
pub fn can_take(lists: &[(&'static str, Filter)], counts: &[i64]) -> bool {
    let waits = |filter: &Filter| {
        let waiting = [Status::Svdn, Status::Dcrs].map(Some).contains(&filter.status) || filter.with == With::Nobody;
        filter.queue == Queue::Organisation && waiting
    };
    lists.iter().zip(counts).any(|((_, filter), count)| waits(filter) && *count > 0)
}
