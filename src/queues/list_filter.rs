//! The filters of a list's page: what is chosen, what can be chosen, and those kept under a name.

use super::list::ListPage;
use super::rows::Saved;
use super::{Age, Due, Filter, Names, Queue, With};
use crate::contacts::lifecycle::{Party, Status};
use crate::trade::Ldz;

impl ListPage {
    /// What is chosen, in words, each with the list without it.
    pub fn chosen(&self) -> Vec<(String, String)> {
        let colleagues = self.listed.extras.named();
        let names = Names { colleagues: &colleagues, raisers: &self.listed.extras.raisers };
        self.filter.chosen(names).into_iter().map(|(words, without)| (words, without.path())).collect()
    }

    /// What is chosen and not said by a chip.
    pub fn tags(&self) -> Vec<(String, String)> {
        let chosen = self.chosen();
        if chosen.is_empty() {
            return chosen;
        }
        let chips = self.chips();
        let is_chip = |href: &String| chips.iter().any(|chip| chip.is_on && chip.href == *href);
        chosen.into_iter().filter(|(_, href)| !is_chip(href)).collect()
    }

    /// A filter that is kept, as the list it means.
    pub fn saved_path(&self, saved: &Saved) -> String {
        format!("/queues/{}?{}", self.filter.queue.slug(), saved.query)
    }

    pub fn is_saved(&self) -> bool {
        let query = self.filter.to_query();
        self.listed.extras.saved.iter().any(|saved| saved.query == query)
    }

    pub fn may_remove(&self, saved: &Saved) -> bool {
        !saved.shared || self.viewer.supervisor
    }

    pub fn is_due(&self, due: &Due) -> bool {
        self.filter.due == Some(*due)
    }

    pub fn is_age(&self, age: &Age) -> bool {
        self.filter.age == Some(*age)
    }

    /// In another order than the queue has of itself.
    pub fn is_sorted(&self) -> bool {
        let plain = Filter::of(self.filter.queue);
        (self.filter.sort, self.filter.descending) != (plain.sort, plain.descending)
    }

    /// As the address says the order, for a search to keep it.
    pub fn sort_query(&self) -> String {
        format!("{}{}", if self.filter.descending { "-" } else { "" }, self.filter.sort.slug())
    }

    /// There are few enough to choose from.
    pub fn offers_raisers(&self) -> bool {
        self.listed.extras.raisers.len() > 1
    }

    pub fn raiser(&self) -> &str {
        self.filter.raised_by.as_deref().unwrap_or_default()
    }

    pub fn is_ldz(&self, ldz: &Ldz) -> bool {
        self.filter.ldz == Some(*ldz)
    }

    pub fn day_from(&self) -> String {
        self.filter.from.map(|day| day.to_string()).unwrap_or_default()
    }

    pub fn day_to(&self) -> String {
        self.filter.to.map(|day| day.to_string()).unwrap_or_default()
    }

    pub fn cleared(&self) -> String {
        let Filter { sort, descending, size, .. } = self.filter;
        Filter { sort, descending, size, ..Filter::of(self.filter.queue) }.path()
    }

    /// Those that a contact of the queue can have.
    pub fn statuses(&self) -> Vec<Status> {
        let viewer = &self.viewer;
        let is_there = |status: &Status| match status.party() {
            Party::Cdsp => viewer.is_cdsp(),
            Party::Network => viewer.is_network(),
            Party::Raiser => viewer.raises(),
            Party::Nobody => false,
        };
        let can_be = |status: &Status| match self.filter.queue {
            Queue::Organisation => is_there(status),
            Queue::Mine => is_there(status) && status.is_held(),
            Queue::Raised | Queue::All | Queue::Seen => true,
        };
        Status::ALL.into_iter().filter(can_be).collect()
    }

    pub fn is_with(&self, account: &str) -> bool {
        matches!(&self.filter.with, With::Person(asked) if asked == account)
    }

    pub fn is_raiser(&self, code: &str) -> bool {
        self.filter.raised_by.as_deref() == Some(code)
    }
}
