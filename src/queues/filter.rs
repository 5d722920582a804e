//! A list of contacts as a value: from its address, to its address, and in words.

use time::OffsetDateTime;

use super::{Due, Queue, SIZES, Sort, With, unreadable};
use crate::address::urlencode;
use crate::contacts::lifecycle::Status;
use crate::error::AppError;

/// Where a page begins: after or before a row, named by its sort key and id. Times are microseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    pub key: String,
    pub id: i64,
    pub backwards: bool,
}

/// A list of contacts as its address says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    pub queue: Queue,
    /// CRN, MPRN or words
    pub q: String,
    pub status: Option<Status>,
    pub with: With,
    pub raised_by: Option<i64>,
    pub due: Option<Due>,
    /// leaves out what is closed; queues of work never hold any
    pub open: bool,
    pub sort: Sort,
    pub descending: bool,
    /// rows a page: 25, 50 or 100
    pub size: i64,
    pub cursor: Option<Cursor>,
}

impl Filter {
    /// The list that a queue shows when nothing is asked: work by due time, the rest by the latest.
    pub fn of(queue: Queue) -> Filter {
        Filter {
            queue,
            q: String::new(),
            status: None,
            with: With::Anyone,
            raised_by: None,
            due: None,
            open: false,
            sort: if queue.is_work() { Sort::Due } else { Sort::Received },
            descending: !queue.is_work(),
            size: 50,
            cursor: None,
        }
    }

    /// Reads the query of an address; what it can't mean is refused with a sentence.
    pub fn parse(queue: Queue, query: &str) -> Result<Filter, AppError> {
        let mut filter = Filter::of(queue);
        let mut seen: Vec<String> = Vec::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if seen.iter().any(|known| *known == name) {
                return Err(unreadable(&name));
            }
            seen.push(name.to_string());
            if !value.is_empty() {
                filter.take(&name, value.trim()).ok_or_else(|| unreadable(&name))?;
            }
        }
        Ok(filter)
    }

    fn take(&mut self, name: &str, value: &str) -> Option<()> {
        match name {
            "q" if value.chars().count() <= 200 && !value.chars().any(char::is_control) => {
                value.clone_into(&mut self.q);
            }
            "status" => self.status = Some(Status::parse(value)?),
            "type" if value == "MNC" => {}
            "with" => {
                self.with = match value {
                    "anyone" => With::Anyone,
                    "nobody" => With::Nobody,
                    "me" => With::Me,
                    id => With::Person(id.parse().ok()?),
                };
            }
            "by" => self.raised_by = Some(value.parse().ok()?),
            "due" => {
                self.due = Some(match value {
                    "overdue" => Due::Overdue,
                    "today" => Due::Today,
                    _ => return None,
                });
            }
            "open" => self.open = (value == "yes").then_some(true)?,
            "sort" => {
                let (slug, descending) = value.strip_prefix('-').map_or((value, false), |slug| (slug, true));
                self.sort = Sort::ALL.into_iter().find(|sort| sort.slug() == slug)?;
                self.descending = descending;
            }
            "size" => self.size = value.parse().ok().filter(|size| SIZES.contains(size))?,
            "after" | "before" if self.cursor.is_none() => {
                let (key, id) = value.rsplit_once('~')?;
                self.cursor = Some(Cursor { key: key.to_owned(), id: id.parse().ok()?, backwards: name == "before" });
            }
            _ => return None,
        }
        Some(())
    }

    /// The query of the address that means this list, beginning with its first row.
    pub fn to_query(&self) -> String {
        let plain = Filter::of(self.queue);
        let mut parts: Vec<(&str, String)> = Vec::new();
        if !self.q.is_empty() {
            parts.push(("q", self.q.clone()));
        }
        if let Some(status) = self.status {
            parts.push(("status", status.code().to_owned()));
        }
        match self.with {
            With::Anyone => {}
            With::Nobody => parts.push(("with", "nobody".to_owned())),
            With::Me => parts.push(("with", "me".to_owned())),
            With::Person(id) => parts.push(("with", id.to_string())),
        }
        if let Some(id) = self.raised_by {
            parts.push(("by", id.to_string()));
        }
        match self.due {
            None => {}
            Some(Due::Overdue) => parts.push(("due", "overdue".to_owned())),
            Some(Due::Today) => parts.push(("due", "today".to_owned())),
        }
        if self.open {
            parts.push(("open", "yes".to_owned()));
        }
        if (self.sort, self.descending) != (plain.sort, plain.descending) {
            parts.push(("sort", format!("{}{}", if self.descending { "-" } else { "" }, self.sort.slug())));
        }
        if self.size != plain.size {
            parts.push(("size", self.size.to_string()));
        }
        parts.iter().map(|(name, value)| format!("{name}={}", urlencode(value))).collect::<Vec<_>>().join("&")
    }

    /// The address of this list.
    pub fn path(&self) -> String {
        let query = self.to_query();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("/queues/{}{mark}{query}", self.queue.slug())
    }

    /// The address of the page that the cursor names.
    pub fn page_path(&self, cursor: &Cursor) -> String {
        let query = self.to_query();
        let mark = if query.is_empty() { "" } else { "&" };
        let word = if cursor.backwards { "before" } else { "after" };
        format!("/queues/{}?{query}{mark}{word}={}~{}", self.queue.slug(), urlencode(&cursor.key), cursor.id)
    }

    /// Nothing but the queue itself is asked for; sort and size don't narrow it.
    pub fn is_whole(&self) -> bool {
        let plain = Filter::of(self.queue);
        Filter { sort: plain.sort, descending: plain.descending, size: plain.size, cursor: None, ..self.clone() }
            == plain
    }

    /// What narrows the list, each in words and with the list without it.
    pub fn chosen(&self, colleagues: &[(i64, String)], raisers: &[(i64, String)]) -> Vec<(String, Filter)> {
        let named = |known: &[(i64, String)], id: i64| {
            known
                .iter()
                .find(|(known, _)| *known == id)
                .map_or_else(|| "somebody else".to_owned(), |(_, name)| name.clone())
        };
        let all = Filter { cursor: None, ..self.clone() };
        let mut chosen = Vec::new();
        if !self.q.is_empty() {
            chosen.push((format!("“{}”", self.q), Filter { q: String::new(), ..all.clone() }));
        }
        if let Some(status) = self.status {
            chosen
                .push((format!("Status: {} {}", status.code(), status.name()), Filter { status: None, ..all.clone() }));
        }
        let with = match self.with {
            With::Anyone => None,
            With::Nobody => Some("nobody yet".to_owned()),
            With::Me => Some("me".to_owned()),
            With::Person(id) => Some(named(colleagues, id)),
        };
        if let Some(with) = with {
            chosen.push((format!("With: {with}"), Filter { with: With::Anyone, ..all.clone() }));
        }
        if let Some(id) = self.raised_by {
            chosen.push((format!("Raised by: {}", named(raisers, id)), Filter { raised_by: None, ..all.clone() }));
        }
        if let Some(due) = self.due {
            let words = if due == Due::Overdue { "Overdue" } else { "Due today" };
            chosen.push((words.to_owned(), Filter { due: None, ..all.clone() }));
        }
        if self.open {
            chosen.push(("Open".to_owned(), Filter { open: false, ..all }));
        }
        chosen
    }
}

impl Cursor {
    /// The key as a time, for lists sorted by one.
    pub fn time(&self) -> Option<OffsetDateTime> {
        let microseconds: i64 = self.key.parse().ok()?;
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(microseconds) * 1_000).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_and_its_filter_are_the_same() {
        for query in [
            "",
            "q=moss+lane&status=SVDN&with=nobody",
            "with=12&by=3&due=overdue&sort=-received&size=25",
            "with=me&due=today&open=yes",
        ] {
            let filter = Filter::parse(Queue::Organisation, query).unwrap();
            assert_eq!(Filter::parse(Queue::Organisation, &filter.to_query()).unwrap(), filter, "{query}");
        }
    }

    #[test]
    fn what_an_address_cannot_mean_is_refused() {
        for query in [
            "page=18446744073709551615",
            "status=XXXX",
            "with=x",
            "size=7",
            "sort=crn%3Bdrop",
            "after=1",
            "after=1~x",
            "q=a&q=b",
            "open=no",
            "due=now",
        ] {
            assert!(Filter::parse(Queue::Mine, query).is_err(), "{query}");
        }
    }
}
