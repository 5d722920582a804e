//! Lists as they were when contacts were opened from them, so that one can walk them from there. Only in memory, since
//! looking at a page writes nothing: another instance, or this one after a start, shows a contact without its neighbours.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// Lists that are kept of one person, and of all; the oldest make room.
const OF_ONE: usize = 8;
const OF_ALL: usize = 2_000;

/// Where a contact stands in the list it was opened from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walk {
    /// the list's address
    pub list: String,
    /// the list in words
    pub title: String,
    pub previous: Option<String>,
    pub next: Option<String>,
}

/// A list round a contact, in its order.
#[derive(Debug)]
pub struct Kept {
    pub person: i64,
    /// of the data: after a reset a CRN may be another contact's
    pub epoch: i64,
    pub list: String,
    pub title: String,
    pub crns: Vec<String>,
}

#[derive(Debug, Default)]
pub struct Walks(Mutex<VecDeque<Kept>>);

impl Walks {
    /// Keeps a list, in the place of the same one as it was before.
    pub fn keep(&self, kept: Kept) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|old| (old.person, &old.list) != (kept.person, &kept.list));
        let theirs = all.iter().filter(|old| old.person == kept.person).count();
        let oldest = all.iter().position(|old| old.person == kept.person).filter(|_| theirs >= OF_ONE);
        if let Some(oldest) = oldest.or((all.len() >= OF_ALL).then_some(0)) {
            all.remove(oldest);
        }
        all.push_back(kept);
    }

    /// Of the lists of this person that have the contact, the one that was opened last.
    pub fn around(&self, person: i64, epoch: i64, crn: &str) -> Option<Walk> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut theirs = all.iter().rev().filter(|kept| (kept.person, kept.epoch) == (person, epoch));
        let (kept, at) = theirs.find_map(|kept| Some((kept, kept.crns.iter().position(|known| known == crn)?)))?;
        Some(Walk {
            list: kept.list.clone(),
            title: kept.title.clone(),
            previous: at.checked_sub(1).and_then(|at| kept.crns.get(at)).cloned(),
            next: kept.crns.get(at + 1).cloned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_few_lists_of_each_are_kept() {
        let walks = Walks::default();
        let keep = |person: i64, list: String| {
            let crns = vec!["A".to_owned(), list.clone(), "Z".to_owned()];
            walks.keep(Kept { person, epoch: 1, list, title: String::new(), crns });
        };
        for person in 1..=300 {
            for list in 0..20 {
                keep(person, list.to_string());
            }
        }
        let known = |person: i64, crn: &str| walks.around(person, 1, crn);
        assert_eq!((known(300, "11"), known(300, "12").unwrap().next), (None, Some("Z".to_owned())));
        assert_eq!(
            known(300, "A").unwrap(),
            Walk { list: "19".to_owned(), title: String::new(), previous: None, next: Some("19".to_owned()) }
        );
        assert_eq!((known(1, "A"), walks.around(300, 2, "A")), (None, None));
        assert_eq!(walks.0.lock().unwrap().len(), OF_ALL);
    }
}
