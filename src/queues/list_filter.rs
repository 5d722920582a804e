//! The filters of a list's page: what is chosen, what can be chosen, and those kept under a name.

use super::list::ListPage;
use super::rows::Saved;
use super::{Age, Due, Filter, Names, With};
use crate::contacts::lifecycle::Status;
use crate::trade::Ldz;

impl ListPage {
    pub fn chosen(&self) -> Vec<(String, String)> {
        let colleagues = self.listed.extras.named();
        let names = Names { colleagues: &colleagues, raisers: &self.listed.extras.raisers };
        self.filter.chosen(names).into_iter().map(|(words, without)| (words, without.path())).collect()
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

    pub fn statuses(&self) -> Vec<Status> {
        let seen = Status::ALL.into_iter();
        seen.filter(|status| !self.filter.queue.is_work() || !status.is_closed()).collect()
    }

    pub fn is_with(&self, id: &i64) -> bool {
        self.filter.with == With::Person(*id)
    }

    pub fn is_raiser(&self, code: &str) -> bool {
        self.filter.raised_by.as_deref() == Some(code)
    }
}
