//! The chips above a list: the few filters that are used all day, each a link that puts its filter on or takes it off.

use super::list::ListPage;
use super::{Due, Filter, Queue, With};
use crate::contacts::lifecycle::Status;

pub struct Chip {
    pub text: &'static str,
    pub is_on: bool,
    /// the list with it, or without it where it is on
    pub href: String,
}

impl ListPage {
    pub fn chips(&self) -> Vec<Chip> {
        let list = Filter { cursor: None, ..self.filter.clone() };
        let held = |with: With| {
            move |list: &mut Filter, on: bool| {
                list.with = if on { with.clone() } else { With::Anyone };
            }
        };
        let unassigned = || chip("Unassigned", &list, held(With::Nobody));
        let mine = || chip("Mine", &list, held(With::Me));
        let overdue = || chip("Overdue", &list, |list, on| list.due = on.then_some(Due::Overdue));
        let today = || chip("Due today", &list, |list, on| list.due = on.then_some(Due::Today));
        let answered = || chip("Answer back", &list, |list, on| list.answered = on);
        let by_me = || chip("Raised by me", &list, |list, on| list.raised_by_me = on);
        let open = || chip("Open", &list, |list, on| list.open = on);
        let invalid = || chip("Closed as invalid", &list, |list, on| list.status = on.then_some(Status::Cciv));
        let mut chips = match self.filter.queue {
            Queue::Organisation => vec![unassigned(), mine(), overdue()],
            Queue::Mine => vec![overdue(), today()],
            Queue::Raised => vec![by_me(), open(), overdue(), invalid()],
            Queue::All => vec![open(), unassigned(), overdue()],
            Queue::Seen => Vec::new(),
        };
        if self.viewer.is_cdsp() {
            chips.push(answered());
        }
        if self.viewer.raises() && self.filter.queue == Queue::Organisation {
            chips.push(by_me());
        }
        chips
    }
}

/// One chip: it is on where putting it on changes nothing.
fn chip(text: &'static str, list: &Filter, set: impl Fn(&mut Filter, bool)) -> Chip {
    let with = |on| {
        let mut list = list.clone();
        set(&mut list, on);
        list
    };
    let is_on = with(true) == *list;
    Chip { text, is_on, href: with(!is_on).path() }
}
