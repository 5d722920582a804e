//! Contact types: which there are, and what each is. A type is one folder here and one member of [`ContactType`]; the
//! compiler names what a new one still lacks.

pub mod mnc;

use serde_json::{Value, json};
use sqlx::PgConnection;

use super::fields::outcome::{Closed, Outcome};
use super::fields::reason::OF_THE_LAW;
use super::fields::{Details, Field, Spec};
use crate::typed::Typed;

/// Declares the types, each with its folder, whose `SPEC` says what it is.
macro_rules! contact_types {
    ($($name:ident $folder:ident,)*) => {
        /// What kind of question a contact is. The codes are the industry's.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ContactType { $($name,)* }

        impl ContactType {
            pub const ALL: &[ContactType] = &[$(ContactType::$name,)*];

            pub const fn spec(self) -> &'static Spec {
                match self { $(ContactType::$name => &$folder::SPEC,)* }
            }
        }
    };
}

contact_types! {
    Mnc mnc,
}

impl ContactType {
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

    /// Chosen by the field `type` of a form or an address; the first where there is none.
    pub fn chosen(slug: &str) -> Option<ContactType> {
        if slug.is_empty() { Some(Self::ALL[0]) } else { Self::from_slug(slug) }
    }

    /// The address of a page that goes by [`ContactType::chosen`]; the first type goes without saying.
    pub fn at(self, path: &str, query: &str) -> String {
        let own = if self == Self::ALL[0] { String::new() } else { format!("type={}", self.slug()) };
        let query: Vec<&str> = [own.as_str(), query].into_iter().filter(|part| !part.is_empty()).collect();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
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

/// What is stored of a type beside what every contact stores: each has its statements in its own folder.
impl ContactType {
    /// Puts the body of one, as the view `contact_body` has it, into its details.
    pub fn read(self, body: &Value, details: &mut Details) -> Result<(), serde_json::Error> {
        match self {
            ContactType::Mnc => mnc::store::read(body, details),
        }
    }

    /// Adds the bodies of contacts of this type that were just logged.
    pub async fn insert(self, tx: &mut PgConnection, logged: &[(i64, &Details)]) -> Result<(), sqlx::Error> {
        match self {
            ContactType::Mnc => mnc::store::insert(tx, logged).await,
        }
    }

    /// Puts corrected details in place of the old ones.
    pub async fn correct(self, tx: &mut PgConnection, contact: i64, details: &Details) -> Result<(), sqlx::Error> {
        match self {
            ContactType::Mnc => mnc::store::correct(tx, contact, details).await,
        }
    }

    /// Does what the outcome of a contact that is valid means: to the contact, and to the register.
    pub async fn settle(tx: &mut PgConnection, closed: &Closed<'_>, outcome: &Outcome) -> Result<(), sqlx::Error> {
        match outcome {
            Outcome::Created(mprn) => mnc::store::settle(tx, closed, mprn).await,
        }
    }
}

/// The MPRNs that a contact is logged with, by role and place.
pub fn mprns(details: &Details) -> Vec<Value> {
    let neighbour = |(place, mprn): (i32, String)| json!({"role": "neighbour", "place": place, "mprn": mprn});
    if details.spec.has(Field::Neighbours) {
        (1..).zip(details.neighbours()).map(neighbour).collect()
    } else {
        Vec::new()
    }
}

/// The words of a reason for closing a contact as invalid, of whatever type; an unknown code as it is.
pub fn reason(code: &str) -> &str {
    let known = ContactType::ALL.iter().flat_map(|known| known.spec().reasons).chain(&OF_THE_LAW);
    known.into_iter().find(|(known, _)| *known == code).map_or(code, |(_, words)| words)
}
