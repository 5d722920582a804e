//! A list of contacts as a value: from its address, to its address, and in words.

use time::{Date, OffsetDateTime};

use super::{Age, Due, Queue, SIZES, Sort, With, unreadable};
use crate::address::urlencode;
use crate::contacts::lifecycle::Status;
use crate::error::AppError;
use crate::trade::Ldz;
use crate::trade::dates::{parse_iso, show_words};

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
    /// CRN, MPRN, postcode or its first half, serial number, or words
    pub q: String,
    pub status: Option<Status>,
    pub with: With,
    /// the organisation's three characters
    pub raised_by: Option<String>,
    pub ldz: Option<Ldz>,
    pub due: Option<Due>,
    pub age: Option<Age>,
    /// received on or after, and on or before, these London days
    pub from: Option<Date>,
    pub to: Option<Date>,
    /// leaves out what is closed; queues of work never hold any
    pub open: bool,
    pub sort: Sort,
    pub descending: bool,
    /// rows a page: 25, 50 or 100
    pub size: i64,
    pub cursor: Option<Cursor>,
}

/// People and organisations that a filter may name, by id.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    pub colleagues: &'a [(i64, String)],
    pub raisers: &'a [(String, String)],
}

impl Names<'_> {
    fn of<K: PartialEq>(known: &[(K, String)], id: &K, else_called: &str) -> String {
        let found = known.iter().find(|(known, _)| known == id);
        found.map_or_else(|| else_called.to_owned(), |(_, name)| name.clone())
    }
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
            ldz: None,
            due: None,
            age: None,
            from: None,
            to: None,
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

    /// Reads a whole address, as forms send it to come back to.
    pub fn parse_path(path: &str) -> Result<Filter, AppError> {
        let rest = path.strip_prefix("/queues/").ok_or_else(|| unreadable("back"))?;
        let (slug, query) = rest.split_once('?').unwrap_or((rest, ""));
        Filter::parse(Queue::parse(slug).ok_or_else(|| unreadable("back"))?, query)
    }

    fn take(&mut self, name: &str, value: &str) -> Option<()> {
        match name {
            "q" if value.chars().count() <= 200 && !value.chars().any(char::is_control) => {
                value.clone_into(&mut self.q);
            }
            "status" => self.status = Some(Status::parse(value)?),
            "type" if value == "MNC" => {}
            // the whole queue, where a person's own default would narrow it
            "view" if value == "all" => {}
            "with" => {
                self.with = match value {
                    "anyone" => With::Anyone,
                    "nobody" => With::Nobody,
                    "me" => With::Me,
                    id => With::Person(id.parse().ok()?),
                };
            }
            "by" => self.raised_by = Some(organisation_code(value)?),
            "ldz" => self.ldz = Some(Ldz::from_code(value)?),
            "due" => self.due = Some(Due::ALL.into_iter().find(|due| due.slug() == value)?),
            "age" => self.age = Some(Age::ALL.into_iter().find(|age| age.slug() == value)?),
            "from" => self.from = Some(parse_iso(value)?),
            "to" => self.to = Some(parse_iso(value)?),
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

    /// The query of the address that means this list, beginning with its first row. Never empty: an address without
    /// one may open with a person's default filter.
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
        if let Some(code) = &self.raised_by {
            parts.push(("by", code.clone()));
        }
        if let Some(ldz) = self.ldz {
            parts.push(("ldz", ldz.code().to_owned()));
        }
        if let Some(due) = self.due {
            parts.push(("due", due.slug().to_owned()));
        }
        if let Some(age) = self.age {
            parts.push(("age", age.slug().to_owned()));
        }
        if let Some(day) = self.from {
            parts.push(("from", day.to_string()));
        }
        if let Some(day) = self.to {
            parts.push(("to", day.to_string()));
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
        if parts.is_empty() {
            parts.push(("view", "all".to_owned()));
        }
        parts.iter().map(|(name, value)| format!("{name}={}", urlencode(value))).collect::<Vec<_>>().join("&")
    }

    /// The address of this list.
    pub fn path(&self) -> String {
        format!("/queues/{}?{}", self.queue.slug(), self.to_query())
    }

    /// The address of the page that the cursor names.
    pub fn page_path(&self, cursor: &Cursor) -> String {
        let word = if cursor.backwards { "before" } else { "after" };
        format!("{}&{word}={}~{}", self.path(), urlencode(&cursor.key), cursor.id)
    }

    /// The address of the page that is in view.
    pub fn here(&self) -> String {
        self.cursor.as_ref().map_or_else(|| self.path(), |cursor| self.page_path(cursor))
    }

    /// The list whatever its order and page: under this what is ticked is kept.
    pub fn list(&self) -> String {
        let plain = Filter::of(self.queue);
        Filter { sort: plain.sort, descending: plain.descending, size: plain.size, cursor: None, ..self.clone() }.path()
    }

    /// Nothing but the queue itself is asked for; sort and size don't narrow it.
    pub fn is_whole(&self) -> bool {
        self.list() == Filter::of(self.queue).path()
    }

    /// The statuses to add up where the tally of contacts by status knows the number; else it has to be counted.
    pub fn tallied(&self) -> Option<Vec<Status>> {
        let by_status = Filter { status: None, with: With::Anyone, open: false, ..self.clone() };
        if !by_status.is_whole() || !matches!(self.with, With::Anyone | With::Nobody) || !self.queue.is_tallied() {
            return None;
        }
        let is_meant = |status: &Status| {
            self.status.is_none_or(|asked| asked == *status)
                && (self.with == With::Anyone || !(status.is_held() || status.is_closed()))
                && !(self.open && status.is_closed())
        };
        Some(Status::ALL.into_iter().filter(is_meant).collect())
    }

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
        let with = match self.with {
            With::Anyone => None,
            With::Nobody => Some("Unassigned".to_owned()),
            With::Me => Some("With me".to_owned()),
            With::Person(id) => Some(format!("With {}", Names::of(names.colleagues, &id, "somebody else"))),
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
            chosen.push((due.words().to_owned(), Filter { due: None, ..all.clone() }));
        }
        if let Some(age) = self.age {
            chosen.push((format!("{} old", age.words()), Filter { age: None, ..all.clone() }));
        }
        if let Some(day) = self.from {
            chosen.push((format!("Received from {}", show_words(day)), Filter { from: None, ..all.clone() }));
        }
        if let Some(day) = self.to {
            chosen.push((format!("Received to {}", show_words(day)), Filter { to: None, ..all.clone() }));
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

fn organisation_code(typed: &str) -> Option<String> {
    let code = typed.to_ascii_uppercase();
    (code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(code)
}

impl Cursor {
    /// The key as a time, for lists sorted by one.
    pub fn time(&self) -> Option<OffsetDateTime> {
        let microseconds: i64 = self.key.parse().ok()?;
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(microseconds) * 1_000).ok()
    }

    /// A cursor as an address names a row.
    pub fn parse(text: &str) -> Option<Cursor> {
        let (key, id) = text.rsplit_once('~')?;
        Some(Cursor { key: key.to_owned(), id: id.parse().ok()?, backwards: false })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_and_its_filter_are_the_same() {
        for query in [
            "",
            "view=all",
            "q=moss+lane&status=SVDN&with=nobody",
            "with=12&by=ALD&due=overdue&sort=-received&size=25",
            "with=me&due=today&open=yes&ldz=NE&age=2-5&from=2026-03-01&to=2026-03-31&due=",
        ] {
            let query = query.trim_end_matches("&due=");
            let filter = Filter::parse(Queue::Organisation, query).unwrap();
            assert_eq!(Filter::parse(Queue::Organisation, &filter.to_query()).unwrap(), filter, "{query}");
            assert_eq!(Filter::parse_path(&filter.here()).unwrap(), filter, "{query}");
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
            "age=old",
            "ldz=XX",
            "from=2026-02-30",
            "to=yesterday",
            "by=3",
        ] {
            assert!(Filter::parse(Queue::Mine, query).is_err(), "{query}");
        }
        for path in ["/", "/queues/none", "//queues/mine", "/queues/mine?page=2"] {
            assert!(Filter::parse_path(path).is_err(), "{path}");
        }
    }

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
