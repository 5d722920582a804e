//! The list from which a contact was opened.

use axum::http::HeaderMap;
use axum::http::header::REFERER;

pub use crate::walks::Walk;

impl Walk {
    /// Whether a contact that is opened from the page `before` is walked to: from the list, from a neighbour in it, or from
    /// its own pages. Who comes from elsewhere, or by an address, looks at no list.
    pub fn goes_on(&self, before: &str, crn: &str) -> bool {
        let plain = |address: &str| address.split('?').next().unwrap_or_default().to_owned();
        if plain(before) == plain(&self.list) {
            return true;
        }
        let there = before.strip_prefix("/contacts/").and_then(|rest| rest.split(['/', '?', '#']).next());
        let known = [Some(crn), self.previous.as_deref(), self.next.as_deref()];
        there.is_some() && known.contains(&there)
    }
}

/// The page from which this one was opened, as the browser says: its path and query. Empty if it doesn't.
pub fn page_before(headers: &HeaderMap) -> String {
    let referer = headers.get(REFERER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let rest = referer.split_once("://").map_or("", |(_, rest)| rest);
    rest.find('/').map_or_else(String::new, |at| rest[at..].to_owned())
}

/// A page to which a contact leads back that was opened from it: its address and name.
pub fn way_back(before: &str) -> Option<(&'static str, &'static str)> {
    let path = before.split('?').next();
    let known = [("/", "Home"), ("/notifications", "Notifications"), ("/workload", "Workload")];
    known.into_iter().find(|(address, _)| path == Some(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_walked_from_itself_its_neighbours_and_the_contact() {
        let walk = Walk {
            list: "/search?q=heron".to_owned(),
            title: "Search".to_owned(),
            previous: Some("C1".to_owned()),
            next: Some("C3".to_owned()),
        };
        for (before, goes_on) in [
            ("/search?q=heron&after=1~1", true),
            ("/contacts/C1", true),
            ("/contacts/C2/resolve-valid", true),
            ("/contacts/C3?x#history", true),
            ("/contacts/C4", false),
            ("/contacts/", false),
            ("/queues/mine?view=all", false),
            ("/notifications", false),
            ("/", false),
            ("", false),
        ] {
            assert_eq!(walk.goes_on(before, "C2"), goes_on, "{before}");
        }
    }
}
