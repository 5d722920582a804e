//! The one list of forms that are kept: the address to which each is sent, the address that opens it again, and what it
//! is called where drafts are listed.
//!
//! Not kept: passwords; the word that confirms a reset, which has to be typed each time; and single buttons and ticks.

use super::Fields;
use crate::contacts::lifecycle::Action;
use crate::contacts::types::ContactType;
use crate::secret::is_token;
use crate::trade::Crn;
use crate::trade::site_line::first_line;

/// A form that is kept.
#[derive(Debug, PartialEq, Eq)]
pub struct Form {
    /// opens it again; on a page of several forms with the form's anchor
    pub address: String,
    pub title: String,
    /// is for typing, and so is kept before it is looked at; a mere choice only if it was not done
    pub is_text: bool,
    /// goes on to a page of its own before it is done, so its room says when it is
    pub in_steps: bool,
}

impl Form {
    /// Goes with its contact when a trial is reset.
    pub fn is_about_a_contact(&self) -> bool {
        self.address.starts_with("/contacts/C") || self.address.contains("/alike?key=")
    }
}

/// Fields that say nothing by themselves: keys, places, choices that are made beforehand, and the address finder's.
#[rustfmt::skip]
const NOTHING: &[&str] = &[
    "key", "psc_of", "rows", "go", "count_field", "page", "back", "shown", "was", "seen", "from", "how_many", "find",
    "find_postcode", "find_words", "find_choice",
];

/// Whether nothing stands in the form that anybody typed or chose.
pub fn is_empty(fields: &Fields) -> bool {
    fields.iter().all(|(name, value)| value.trim().is_empty() || NOTHING.contains(&name.as_str()))
}

/// The form that is sent to this path, if it is one that is kept.
pub fn sent_to(path: &str, fields: &Fields) -> Option<Form> {
    let parts: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
    let text = |address: String, title: String| Some(Form { address, title, is_text: true, in_steps: false });
    let choice = |address: String, title: String| Some(Form { address, title, is_text: false, in_steps: false });
    match parts[..] {
        ["contacts", "new", slug] | ["contacts", "new", slug, "find"] => Some(Form {
            address: ContactType::from_slug(slug)?.form(Some(value(fields, "key")).filter(|key| is_token(key))?),
            title: log_title(fields),
            is_text: true,
            in_steps: true,
        }),
        ["contacts", "new", slug, "alike"] => {
            let key = Some(value(fields, "key")).filter(|key| is_token(key))?;
            let title = "Reason to log what looks the same".to_owned();
            Some(Form { address: ContactType::from_slug(slug)?.duplicates(key), title, is_text: true, in_steps: true })
        }
        ["contacts", crn, slug] => {
            use Action::{
                AnswerClarification, AnswerVisit, Assign, Reassign, ResolveInvalid, ResolveValid, SendClarification,
                SendVisit,
            };
            let crn = Crn::parse(crn).ok()?;
            let action = Action::parse(slug)?;
            let (address, title) = (format!("/contacts/{crn}/{slug}"), format!("{}, contact {crn}", action.label()));
            match action {
                AnswerClarification | AnswerVisit | ResolveInvalid | ResolveValid | SendClarification | SendVisit => {
                    text(address, title)
                }
                Assign | Reassign => choice(address, title),
                _ => None,
            }
        }
        ["bulk", "form"] => Some(Form {
            address: Some(value(fields, "key")).filter(|key| is_token(key)).map(bulk_form)?,
            title: bulk_title(fields),
            is_text: true,
            in_steps: true,
        }),
        ["feedback"] => text("/feedback".to_owned(), "Your feedback".to_owned()),
        ["people", "new"] => text("/people/new".to_owned(), "Add an account".to_owned()),
        ["people", account] => text(format!("/people/{account}"), format!("Account {account}")),
        ["trial", "announcements"] => text("/trial#announcement".to_owned(), "Announcement".to_owned()),
        ["trial", "top-up"] => choice("/trial#top-up".to_owned(), "Top up a queue".to_owned()),
        ["queues", queue, "filters"] => text(format!("/queues/{queue}#save-filter"), "Save a filter".to_owned()),
        ["workload", account, "hand-over"] => {
            text(format!("/workload/{account}#hand-over"), format!("Hand over the work of {account}"))
        }
        ["workload", account, "move"] => choice(format!("/workload/{account}#move"), format!("Move work of {account}")),
        _ => None,
    }
    .filter(|form| crate::address::is_ours(&form.address))
}

/// The address of the form for several sites that has this key.
pub fn bulk_form(key: &str) -> String {
    format!("/bulk/form?key={key}")
}

/// What that form is called where drafts are listed.
pub fn bulk_title(fields: &Fields) -> String {
    let place = [value(fields, "street"), value(fields, "postcode")].join(" ");
    let whole = if place.trim().is_empty() { String::new() } else { format!(": {}", place.trim()) };
    format!("Log several sites{whole}").chars().take(120).collect()
}

/// The most bytes that the form sent to this path may have.
pub fn longest(path: &str) -> usize {
    if path == "/bulk/form" { crate::bulk::form::LONGEST } else { crate::site::LONGEST_FORM }
}

fn log_title(fields: &Fields) -> String {
    let old = value(fields, "psc_of");
    let what = if old.is_empty() { Action::Log.label().to_owned() } else { format!("Log PSC of {old}") };
    let parts = ["sub_building_name", "building_name", "building_number", "plot_number", "street"];
    let site = first_line(&parts.map(|name| value(fields, name)));
    let site: String = [site.as_str(), value(fields, "postcode")]
        .into_iter()
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(", ");
    let whole = if site.is_empty() { what } else { format!("{what}: {site}") };
    whole.chars().take(120).collect()
}

fn value<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_form_is_known_by_the_address_that_opens_it() {
        let key = "0123456789abcdef0123456789abcdef";
        let form =
            sent_to("/contacts/new/mnc", &fields(&[("key", key), ("street", "Moss Lane"), ("building_number", "7")]));
        let form = form.unwrap();
        assert_eq!(
            (form.address, form.title),
            (format!("/contacts/new/mnc?key={key}"), "Log a contact: 7 Moss Lane".into())
        );
        assert_eq!(sent_to("/contacts/new/mnc", &fields(&[("key", "x")])), None);
        assert_eq!(sent_to("/contacts/C123456782/return", &fields(&[])), None);
        assert_eq!(sent_to("/account/password", &fields(&[])), None);
        assert_eq!(sent_to("//evil/hand-over", &fields(&[])), None);
    }
}
