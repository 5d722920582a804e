//! Contact types: which there are, and what each is. A type is one folder here and one member of [`ContactType`]; the
//! compiler names what a new one still lacks.

pub mod mnc;

use super::fields::reason::NO_REPLY;
use super::fields::{Details, Spec};
use crate::typed::Typed;

/// What kind of question a contact is. The codes are the industry's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ContactType {
    Mnc,
}

impl ContactType {
    pub const ALL: &[ContactType] = &[ContactType::Mnc];

    pub const fn spec(self) -> &'static Spec {
        match self {
            ContactType::Mnc => &mnc::SPEC,
        }
    }

    pub const fn code(self) -> &'static str {
        self.spec().code
    }

    /// As addresses have it.
    pub const fn slug(self) -> &'static str {
        self.spec().slug
    }

    /// From its code, as it is stored.
    pub fn from_code(code: &str) -> Option<ContactType> {
        Self::ALL.iter().copied().find(|known| known.code() == code)
    }

    /// From an address.
    pub fn from_slug(slug: &str) -> Option<ContactType> {
        Self::ALL.iter().copied().find(|known| known.slug() == slug)
    }

    /// The path at which one is logged.
    pub fn path(self) -> String {
        format!("/contacts/new/{}", self.slug())
    }

    /// The address of the form that has this key.
    pub fn form(self, key: &str) -> String {
        format!("{}?key={key}", self.path())
    }

    /// The address of its check answers.
    pub fn check(self, key: &str) -> String {
        format!("{}/check?key={key}", self.path())
    }

    /// The address of the page that asks why it is logged although there are possible duplicates.
    pub fn duplicates(self, key: &str) -> String {
        format!("{}/alike?key={key}", self.path())
    }

    /// One with nothing given yet.
    pub fn details(self) -> Details {
        Details::empty(self.spec())
    }

    /// From a form as typed.
    pub fn typed(self, typed: &Typed) -> Details {
        Details::from_typed(self.spec(), typed)
    }
}

/// The words of a reason for closing a contact as invalid, of whatever type; an unknown code as it is.
pub fn reason(code: &str) -> &str {
    let known = ContactType::ALL.iter().flat_map(|known| known.spec().reasons).chain([&NO_REPLY]);
    known.into_iter().find(|(known, _)| *known == code).map_or(code, |(_, words)| words)
}
