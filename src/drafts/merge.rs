//! One form open in two pages: fields that were changed in different pages are both kept, and where both changed the
//! same field whoever is second is told.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::forms::Fields;

/// The latest change of a field: when it was kept, and which page sent it, by when that was drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub at: i64,
    pub tab: i64,
}

pub type Changes = BTreeMap<String, Change>;

/// Fields with what stands in them elsewhere; none for a tick that was taken away.
pub type Elsewhere = BTreeMap<String, Option<String>>;

/// What a page sends of its form.
#[derive(Debug)]
pub struct Sending<'a> {
    pub fields: &'a Fields,
    /// what was changed in it since it last heard of the draft; `None` if it does not say
    pub changed: Option<Vec<&'a str>>,
    /// when it was drawn, which also tells it from others
    pub tab: i64,
    /// when it last heard of the draft
    pub heard: i64,
    pub now: i64,
}

/// The draft afterwards, and what its page has to be told.
#[derive(Debug, PartialEq, Eq)]
pub struct Merged {
    pub fields: Fields,
    pub changes: Changes,
    /// changed elsewhere only: to be shown here
    pub news: Elsewhere,
    /// changed here and elsewhere: what stood there
    pub both: Elsewhere,
}

impl Sending<'_> {
    /// Puts the page's fields into the draft as it is kept.
    pub fn merge(&self, kept: &Fields, mut changes: Changes) -> Merged {
        let (mut fields, mut news, mut both) = (Fields::new(), Elsewhere::new(), Elsewhere::new());
        let others = kept.iter().filter(|(name, _)| value(self.fields, name).is_none());
        for name in self.fields.iter().chain(others).map(|(name, _)| name) {
            let (here, there) = (value(self.fields, name), value(kept, name));
            let elsewhere = changes.get(name).is_some_and(|change| change.tab != self.tab && change.at > self.heard);
            let is_mine = self.changed.as_ref().is_none_or(|changed| changed.contains(&name.as_str()));
            let stands = if here == there || is_mine {
                here
            } else if elsewhere {
                there
            } else {
                here.or(there)
            };
            if here != there && is_mine {
                if elsewhere {
                    both.insert(name.clone(), there.map(str::to_owned));
                }
                changes.insert(name.clone(), Change { at: self.now, tab: self.tab });
            } else if here != stands {
                news.insert(name.clone(), stands.map(str::to_owned));
            }
            fields.extend(stands.map(|text| (name.clone(), text.to_owned())));
        }
        Merged { fields, changes, news, both }
    }
}

fn value<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn sending<'a>(fields: &'a Fields, changed: &[&'a str], tab: i64, now: i64) -> Sending<'a> {
        Sending { fields, changed: Some(changed.to_vec()), tab, heard: tab, now }
    }

    #[test]
    fn what_two_pages_change_is_both_kept() {
        let first = fields(&[("why", "new house"), ("own_reference", "")]);
        let merged = sending(&first, &["why"], 1, 10).merge(&Fields::new(), Changes::new());
        let second = fields(&[("why", ""), ("own_reference", "R1")]);
        let merged = sending(&second, &["own_reference"], 2, 20).merge(&merged.fields, merged.changes);
        assert_eq!(merged.fields, fields(&[("why", "new house"), ("own_reference", "R1")]));
        assert_eq!(merged.news, Elsewhere::from([("why".into(), Some("new house".into()))]));
        assert_eq!(merged.both, Elsewhere::new());
        // the first goes on, and is told of the other's field
        let merged = sending(&first, &["why"], 1, 30).merge(&merged.fields, merged.changes);
        assert_eq!(merged.news, Elsewhere::from([("own_reference".into(), Some("R1".into()))]));
    }

    #[test]
    fn whoever_is_second_at_the_same_field_is_told() {
        let kept = fields(&[("why", "one")]);
        let changes = Changes::from([("why".into(), Change { at: 10, tab: 1 })]);
        let here = fields(&[("why", "two")]);
        let merged = sending(&here, &["why"], 2, 20).merge(&kept, changes.clone());
        assert_eq!((&merged.fields, merged.both), (&here, Elsewhere::from([("why".into(), Some("one".into()))])));
        // its own text, and what it has heard of, is no news
        let own = Sending { tab: 1, ..sending(&here, &["why"], 1, 20) };
        assert_eq!(own.merge(&kept, changes.clone()).both, Elsewhere::new());
        let heard = Sending { heard: 15, ..sending(&here, &["why"], 2, 20) };
        assert_eq!(heard.merge(&kept, changes).both, Elsewhere::new());
    }

    #[test]
    fn a_tick_that_is_taken_away_in_one_page_goes_from_the_other() {
        let changes = Changes::from([("supervisor".into(), Change { at: 10, tab: 1 })]);
        let here = fields(&[("name", "Amy"), ("supervisor", "yes")]);
        let merged = sending(&here, &["name"], 2, 20).merge(&fields(&[("name", "")]), changes);
        assert_eq!(merged.fields, fields(&[("name", "Amy")]));
        assert_eq!(merged.news, Elsewhere::from([("supervisor".into(), None)]));
    }
}
