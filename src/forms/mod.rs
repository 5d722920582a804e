//! The one list of our forms in which something is typed or chosen: where each is sent, the address that opens it again,
//! what it is called, and how it is kept. Drafts, evidence and the trial's question about invented data ask it.
//!
//! Not listed, since never kept: passwords; the word that confirms a reset, which has to be typed each time; and single
//! buttons and ticks.

mod fields;
pub mod labels;
pub mod once;

pub use self::fields::{
    Fields, TypedField, holds_mprns, input, is_empty, is_free_text, only_known_fields, says_something,
};
use self::fields::{log_title, sites_title, value};
pub use self::labels::{label, typed};
use crate::address::{is_ours, urlencode};
use crate::contacts::lifecycle::Action;
use crate::contacts::types::ContactType;
use crate::secret::is_token;
use crate::trade::Crn;

/// The most bytes that a form may have.
pub const LONGEST: usize = 64 * 1024;
/// The most bytes of the form for several sites: 200 rows of eight cells, and their names.
pub const LONGEST_TABLE: usize = 512 * 1024;

/// One of our forms, and what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// logs a contact of this type; the form's key
    Log(ContactType, String),
    /// the reason to log it although others look the same
    LogReason(ContactType, String),
    /// on the contact with this CRN
    Act(Action, String),
    /// several sites of this type at one address block; the form's key
    Sites(ContactType, String),
    Feedback,
    NewAccount,
    Account(String),
    Announcement,
    TopUp,
    NewText,
    /// the saved text with this key
    Text(String),
    /// of what is ticked in this list: queue, action, and the list's address
    Ticked(String, Action, String),
    /// a filter of this queue, to be saved under a name
    SaveFilter(String),
    /// everything that this account holds
    HandOver(String),
    /// some of what this account holds
    MoveWork(String),
}

/// How a form is kept and named.
#[derive(Debug)]
struct Entry {
    /// opens it again; on a page of several forms with the form's anchor
    address: String,
    title: String,
    /// it is for typing, and so is kept before it is looked at; a mere choice only if it was not done
    is_text: bool,
    /// it goes on to a page of its own before it is done, so its room says when it is
    in_steps: bool,
    takes_evidence: bool,
}

impl Form {
    /// The form that is sent to this path.
    pub fn sent_to(path: &str, fields: &[(String, String)]) -> Option<Form> {
        let parts: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
        let key = || Some(value(fields, "key").to_owned()).filter(|key| is_token(key));
        let form = match parts[..] {
            ["contacts", "new", slug] | ["contacts", "new", slug, "find"] => {
                Form::Log(ContactType::from_slug(slug)?, key()?)
            }
            ["contacts", "new", slug, "alike"] => Form::LogReason(ContactType::from_slug(slug)?, key()?),
            ["contacts", crn, slug] => {
                let action = Action::parse(slug).filter(|action| has_form(*action))?;
                Form::Act(action, Crn::parse(crn).ok()?.as_str().to_owned())
            }
            ["bulk", "form"] => Form::Sites(ContactType::chosen(value(fields, "type"))?, key()?),
            ["feedback"] => Form::Feedback,
            ["people", "new"] => Form::NewAccount,
            ["people", account] => Form::Account(account.to_owned()),
            ["texts", "new"] => Form::NewText,
            ["texts", key] if is_token(key) => Form::Text(key.to_owned()),
            ["trial", "announcements"] => Form::Announcement,
            ["trial", "top-up"] => Form::TopUp,
            ["queues", queue, "ticked", slug] => {
                Form::Ticked(queue.to_owned(), Action::parse(slug)?, value(fields, "back").to_owned())
            }
            ["queues", queue, "filters"] => Form::SaveFilter(queue.to_owned()),
            ["workload", account, "hand-over"] => Form::HandOver(account.to_owned()),
            ["workload", account, "move"] => Form::MoveWork(account.to_owned()),
            _ => return None,
        };
        is_ours(&form.address()).then_some(form)
    }

    /// The form that evidence can be added to and that this address opens.
    pub fn with_evidence(address: &str) -> Option<Form> {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let fields: Fields = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Form::sent_to(path, &fields).filter(|form| form.entry(&[]).takes_evidence && form.address() == address)
    }

    /// Opens the form again, and names it where drafts and evidence are kept.
    pub fn address(&self) -> String {
        self.entry(&[]).address
    }

    /// What it is called where drafts are listed.
    pub fn title(&self, fields: &[(String, String)]) -> String {
        self.entry(fields).title.chars().take(120).collect()
    }

    /// The type of what it logs; none where it is about something that is there.
    pub fn contact_type(&self) -> Option<ContactType> {
        match self {
            Form::Log(contact_type, _) | Form::LogReason(contact_type, _) | Form::Sites(contact_type, _) => {
                Some(*contact_type)
            }
            Form::Act(..)
            | Form::Feedback
            | Form::NewAccount
            | Form::Account(_)
            | Form::Announcement
            | Form::TopUp
            | Form::NewText
            | Form::Text(_)
            | Form::Ticked(..)
            | Form::SaveFilter(_)
            | Form::HandOver(_)
            | Form::MoveWork(_) => None,
        }
    }

    pub fn is_text(&self) -> bool {
        self.entry(&[]).is_text
    }

    pub fn in_steps(&self) -> bool {
        self.entry(&[]).in_steps
    }

    fn entry(&self, fields: &[(String, String)]) -> Entry {
        let text = |address: String, title: String| Entry {
            address,
            title,
            is_text: true,
            in_steps: false,
            takes_evidence: false,
        };
        let choice = |address, title| Entry { is_text: false, ..text(address, title) };
        let stepped = |address, title| Entry { in_steps: true, ..text(address, title) };
        match self {
            Form::Log(contact_type, key) => {
                Entry { takes_evidence: true, ..stepped(contact_type.form(key), log_title(fields)) }
            }
            Form::LogReason(contact_type, key) => {
                stepped(contact_type.duplicates(key), "Reason to log what looks the same".to_owned())
            }
            Form::Act(action, crn) => {
                let entry =
                    text(format!("/contacts/{crn}/{}", action.slug()), format!("{}, contact {crn}", action.label()));
                let is_text = !matches!(action, Action::Assign | Action::Reassign);
                Entry { is_text, takes_evidence: action.takes_evidence(), ..entry }
            }
            Form::Sites(contact_type, key) => stepped(sites_form(*contact_type, key), sites_title(fields)),
            Form::Feedback => text("/feedback".to_owned(), "Your feedback".to_owned()),
            Form::NewAccount => text("/people/new".to_owned(), "Add an account".to_owned()),
            Form::Account(account) => text(format!("/people/{account}"), format!("Account {account}")),
            Form::Ticked(queue, action, list) => text(
                format!("/queues/{queue}/ticked/{}?back={}", action.slug(), urlencode(list)),
                format!("{}, several contacts", action.label()),
            ),
            Form::NewText => text("/texts/new".to_owned(), "Add a text".to_owned()),
            Form::Text(key) => text(format!("/texts/{key}"), "Change a text".to_owned()),
            Form::Announcement => text("/trial#announcement".to_owned(), "Announcement".to_owned()),
            Form::TopUp => choice("/trial#top-up".to_owned(), "Top up a queue".to_owned()),
            Form::SaveFilter(queue) => text(format!("/queues/{queue}#save-filter"), "Save a filter".to_owned()),
            Form::HandOver(account) => {
                text(format!("/workload/{account}#hand-over"), format!("Hand over the work of {account}"))
            }
            Form::MoveWork(account) => choice(format!("/workload/{account}#move"), format!("Move work of {account}")),
        }
    }
}

/// Whether an action asks for something on a page of its own.
fn has_form(action: Action) -> bool {
    match action {
        Action::Assign
        | Action::Reassign
        | Action::SendClarification
        | Action::AnswerClarification
        | Action::SendVisit
        | Action::AnswerVisit
        | Action::ResolveValid
        | Action::ResolveInvalid
        | Action::Withdraw
        | Action::Add
        | Action::Note => true,
        Action::Log
        | Action::Return
        | Action::Allocate
        | Action::CloseNoReply
        | Action::Release
        | Action::Undo
        | Action::LogPsc => false,
    }
}

/// Whether the form at this address goes with its contact when a trial is reset. Postgres asks the same of a draft with
/// `is_of_a_contact`.
pub fn is_about_a_contact(address: &str) -> bool {
    address.starts_with("/contacts/C")
        || ContactType::ALL.iter().any(|known| address.starts_with(&known.duplicates("")))
}

/// The address of the form for several sites of this type that has this key.
pub fn sites_form(contact_type: ContactType, key: &str) -> String {
    contact_type.at("/bulk/form", &format!("key={key}"))
}

/// The most bytes that the form sent to this path may have.
pub fn longest(path: &str) -> usize {
    if path == "/bulk/form" { LONGEST_TABLE } else { LONGEST }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef";

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_form_is_known_by_the_address_that_opens_it() {
        let fields = fields(&[("key", KEY), ("street", "Moss Lane"), ("building_number", "7")]);
        let form = Form::sent_to("/contacts/new/mnc", &fields).unwrap();
        assert_eq!(form.address(), format!("/contacts/new/mnc?key={KEY}"));
        assert_eq!(form.title(&fields), "Log a contact: 7 Moss Lane");
        assert_eq!(Form::sent_to("/contacts/new/xyz", &fields), None);
        // a form of several sites says its type, unless it is the first
        let sites = Form::sent_to("/bulk/form", &fields).unwrap();
        assert_eq!(
            (&sites, sites.address()),
            (&Form::Sites(ContactType::Mnc, KEY.into()), format!("/bulk/form?key={KEY}"))
        );
        let named = |slug| Form::sent_to("/bulk/form", &self::fields(&[("key", KEY), ("type", slug)]));
        assert_eq!((named("mnc"), named("xyz")), (Some(sites), None));
        assert_eq!(Form::sent_to("/contacts/new/mnc", &[]), None);
        assert_eq!(Form::sent_to("/contacts/C123456782/return", &[]), None);
        assert_eq!(Form::sent_to("/account/password", &[]), None);
        assert_eq!(Form::sent_to("//evil/hand-over", &[]), None);
    }

    #[test]
    fn an_address_takes_evidence_or_is_none() {
        let crn = Crn::from_digits(12_345_678).as_str().to_owned();
        for address in [
            format!("/contacts/new/mnc?key={KEY}"),
            format!("/contacts/{crn}/answer-visit"),
            format!("/contacts/{crn}/answer-clarification"),
        ] {
            assert_eq!(Form::with_evidence(&address).unwrap().address(), address);
        }
        for address in [
            "",
            "/",
            "/contacts/new/mnc",
            "/contacts/new/mnc?key=1",
            "/contacts/new/mnc?key=0123456789ABCDEF0123456789ABCDEF",
            &format!("/contacts/new/mnc?key={KEY}&x=1"),
            &format!("/contacts/new/mnc/alike?key={KEY}"),
            &format!("/bulk/form?key={KEY}"),
            &format!("/contacts/{crn}/resolve-valid"),
            &format!("https://evil.example/contacts/{crn}/answer-visit"),
            "/contacts/C123/answer-visit",
            &format!("/contacts/{}/answer-visit", crn.to_lowercase()),
        ] {
            assert_eq!(Form::with_evidence(address), None, "{address}");
        }
    }
}
