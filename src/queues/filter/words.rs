//! A filter in words.

use super::{Filter, With};
use crate::trade::dates::show_words;

/// People and organisations that a filter may name, by their accounts and codes.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    /// account and name
    pub colleagues: &'a [(String, String)],
    pub raisers: &'a [(String, String)],
}

impl Names<'_> {
    fn of<K: PartialEq, N: AsRef<str>>(known: &[(K, N)], id: &K, else_called: &str) -> String {
        let found = known.iter().find(|(known, _)| known == id);
        found.map_or_else(|| else_called.to_owned(), |(_, name)| name.as_ref().to_owned())
    }
}

impl Filter {
    /// What narrows the list, each in words and with the list without it.
    pub fn chosen(&self, names: Names<'_>) -> Vec<(String, Filter)> {
        let all = Filter { cursor: None, ..self.clone() };
        let mut chosen = Vec::new();
        if !self.q.is_empty() {
            chosen.push((format!("“{}”", self.q), Filter { q: String::new(), ..all.clone() }));
        }
        if let Some(status) = self.status {
            chosen.push((format!("{} {}", status.code(), status.name()), Filter { status: None, ..all.clone() }));
        }
        if let Some(contact_type) = self.contact_type {
            chosen.push((contact_type.spec().title(), Filter { contact_type: None, ..all.clone() }));
        }
        let with = match &self.with {
            With::Anyone => None,
            With::Nobody => Some("Unassigned".to_owned()),
            With::Me => Some("With me".to_owned()),
            With::Person(account) => Some(format!("With {}", Names::of(names.colleagues, account, "somebody else"))),
        };
        if let Some(with) = with {
            chosen.push((with, Filter { with: With::Anyone, ..all.clone() }));
        }
        if let Some(code) = &self.raised_by {
            let words = format!("Raised by {}", Names::of(names.raisers, code, code));
            chosen.push((words, Filter { raised_by: None, ..all.clone() }));
        }
        if let Some(ldz) = self.ldz {
            chosen.push((format!("LDZ {} {}", ldz.code(), ldz.name()), Filter { ldz: None, ..all.clone() }));
        }
        if let Some(due) = self.due {
            chosen.push((due.text().to_owned(), Filter { due: None, ..all.clone() }));
        }
        if let Some(age) = self.age {
            chosen.push((format!("{} old", age.text()), Filter { age: None, ..all.clone() }));
        }
        if let Some(day) = self.from {
            chosen.push((format!("Received from {}", show_words(day)), Filter { from: None, ..all.clone() }));
        }
        if let Some(day) = self.to {
            chosen.push((format!("Received to {}", show_words(day)), Filter { to: None, ..all.clone() }));
        }
        if self.answered {
            chosen.push(("Answer back".to_owned(), Filter { answered: false, ..all.clone() }));
        }
        if self.raised_by_me {
            chosen.push(("Raised by me".to_owned(), Filter { raised_by_me: false, ..all.clone() }));
        }
        if self.open {
            chosen.push(("Open".to_owned(), Filter { open: false, ..all }));
        }
        chosen
    }

    /// The list in words: "Organisation queue: unassigned, overdue, “SW1”".
    pub fn words(&self, names: Names<'_>) -> String {
        let chosen: Vec<String> = self.chosen(names).into_iter().map(|(words, _)| words).collect();
        if chosen.is_empty() {
            return self.queue.title().to_owned();
        }
        format!("{}: {}", self.queue.title(), chosen.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queues::filter::Queue;

    #[test]
    fn a_list_says_itself_in_words() {
        let query = "status=SVDN&with=nobody&due=overdue&q=SW1&by=ald&ldz=NT&age=6-10";
        let filter = Filter::parse(Queue::Organisation, query).unwrap();
        let names = Names { colleagues: &[], raisers: &[("ALD".to_owned(), "Alder Energy".to_owned())] };
        assert_eq!(
            filter.words(names),
            "Organisation queue: “SW1”, SVDN Site visit sent to Distribution Network, Unassigned, \
             Raised by Alder Energy, LDZ NT North Thames, Overdue, 6 to 10 working days old"
        );
        assert_eq!(Filter::of(Queue::Mine).words(names), "My queue");
    }
}
