//! A filter from the query of an address, and back.

use super::{Age, Cursor, Due, Filter, Sort, With};
use crate::address::urlencode;
use crate::contacts::lifecycle::Status;
use crate::contacts::types::ContactType;
use crate::error::AppError;
use crate::queues::filter::{Queue, SIZES, unreadable};
use crate::trade::crn_in_text::crns_in;
use crate::trade::dates::parse_date;
use crate::trade::text::clean_line;
use crate::trade::{Crn, Ldz};

/// The longest text that is looked for, in characters.
const MOST_LOOKED_FOR: usize = 200;

impl Filter {
    /// Reads the query of an address; what it can't mean is refused with a sentence.
    pub fn parse(queue: Queue, query: &str) -> Result<Filter, AppError> {
        let mut filter = Filter::of(queue);
        let mut seen: Vec<String> = Vec::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if seen.iter().any(|known| *known == name) {
                return Err(unreadable(&name));
            }
            seen.push(name.to_string());
            // an address within an address was not cleaned as it came in
            if !value.is_empty() {
                filter.take(&name, &clean_line(&value)).ok_or_else(|| unreadable(&name))?;
            }
        }
        Ok(filter)
    }

    /// Reads a whole address, as forms send it to come back to.
    pub fn parse_path(path: &str) -> Result<Filter, AppError> {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let queue = Queue::ALL.into_iter().find(|queue| queue.path() == path);
        Filter::parse(queue.ok_or_else(|| unreadable("back"))?, query)
    }

    fn take(&mut self, name: &str, value: &str) -> Option<()> {
        match name {
            "q" => self.q = looked_for(value)?,
            "status" => self.status = Some(Status::parse(value)?),
            "type" => self.contact_type = Some(ContactType::from_code(value)?),
            // the whole queue, where a person's own default would narrow it
            "view" if value == "all" => {}
            "with" => {
                self.with = match value {
                    "anyone" => With::Anyone,
                    "nobody" => With::Nobody,
                    "me" => With::Me,
                    account => With::Person(account_name(account)?),
                };
            }
            "by" => self.raised_by = Some(organisation_code(value)?),
            "ldz" => self.ldz = Some(Ldz::from_code(value)?),
            "due" => self.due = Some(Due::from_code(value)?),
            "age" => self.age = Some(Age::from_code(value)?),
            "from" => self.from = Some(parse_date(value).ok()?),
            "to" => self.to = Some(parse_date(value).ok()?),
            "answered" => self.answered = (value == "yes").then_some(true)?,
            "logged" => self.raised_by_me = (value == "me").then_some(true)?,
            "open" => self.open = (value == "yes").then_some(true)?,
            "sort" => {
                let (slug, descending) = value.strip_prefix('-').map_or((value, false), |slug| (slug, true));
                self.sort = Sort::ALL.into_iter().find(|sort| sort.slug() == slug)?;
                self.descending = descending;
            }
            "size" => self.size = value.parse().ok().filter(|size| SIZES.contains(size))?,
            "after" | "before" if self.cursor.is_none() => {
                self.cursor = Some(Cursor::parse(value, name == "before")?);
            }
            "place" if self.cursor.is_some() => self.place = Some(value.parse().ok().filter(|place| *place > 0)?),
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
        if let Some(contact_type) = self.contact_type {
            parts.push(("type", contact_type.code().to_owned()));
        }
        match &self.with {
            With::Anyone => {}
            With::Nobody => parts.push(("with", "nobody".to_owned())),
            With::Me => parts.push(("with", "me".to_owned())),
            With::Person(account) => parts.push(("with", account.clone())),
        }
        if let Some(code) = &self.raised_by {
            parts.push(("by", code.clone()));
        }
        if let Some(ldz) = self.ldz {
            parts.push(("ldz", ldz.code().to_owned()));
        }
        if let Some(due) = self.due {
            parts.push(("due", due.code().to_owned()));
        }
        if let Some(age) = self.age {
            parts.push(("age", age.code().to_owned()));
        }
        if let Some(day) = self.from {
            parts.push(("from", day.to_string()));
        }
        if let Some(day) = self.to {
            parts.push(("to", day.to_string()));
        }
        if self.answered {
            parts.push(("answered", "yes".to_owned()));
        }
        if self.raised_by_me {
            parts.push(("logged", "me".to_owned()));
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
}

/// What is looked for as it was typed or pasted, on one line. Of a text that is too long its CRNs are looked for, if it
/// has any.
pub fn looked_for(typed: &str) -> Option<String> {
    let blank = |c: char| c.is_whitespace() || c.is_control();
    let line = typed.split(blank).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let crns = || crns_in(&line).iter().map(Crn::as_str).collect::<Vec<_>>().join(" ");
    let q = if line.chars().count() > MOST_LOOKED_FOR { crns() } else { line };
    (q.len() <= MOST_LOOKED_FOR * 4 && (!q.is_empty() || typed.chars().all(blank))).then_some(q)
}

fn account_name(typed: &str) -> Option<String> {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte);
    ((2..=64).contains(&typed.len()) && typed.bytes().all(is_plain)).then(|| typed.to_owned())
}

fn organisation_code(typed: &str) -> Option<String> {
    let code = typed.to_ascii_uppercase();
    (code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(code)
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
            "type=MNC&with=nobody",
            "with=amy.calder&by=ALD&due=overdue&sort=-received&size=25",
            "answered=yes&logged=me&after=5~6&place=51",
            "with=me&due=today&open=yes&ldz=NE&age=2-5&from=2026-03-01&to=2026-03-31&due=",
        ] {
            let query = query.trim_end_matches("&due=");
            let filter = Filter::parse(Queue::Organisation, query).unwrap();
            let whole = Filter { cursor: None, place: None, ..filter.clone() };
            assert_eq!(Filter::parse(Queue::Organisation, &filter.to_query()).unwrap(), whole, "{query}");
            assert_eq!(Filter::parse_path(&filter.here()).unwrap(), filter, "{query}");
        }
    }

    #[test]
    fn what_an_address_cannot_mean_is_refused() {
        for query in [
            "page=18446744073709551615",
            "status=XXXX",
            "type=XXX",
            "with=x",
            "size=7",
            "sort=crn%3Bdrop",
            "after=1",
            "q=a&q=b",
            "open=no",
            "answered=no",
            "logged=12",
            "place=51",
            "after=5~6&place=0",
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
}
