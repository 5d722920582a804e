//! Contacts: the record as its viewer may see it, the law of its life, and its only writer. The pages stand apart, in
//! `log/` (logging), `show/` (the contact's page) and `act/` (one room for each action).

pub mod act;
pub mod duplicates;
mod duplicates_near;
pub mod evidence;
pub mod fields;
pub mod history;
pub mod journal;
pub mod lifecycle;
pub mod log;
pub mod look_ups;
pub mod note;
mod own_part;
pub mod record;
pub mod referral;
pub mod show;
pub mod time_by_party;
pub mod types;
pub mod walk;
pub mod words;
pub mod zone;

pub use self::record::{Contact, ContactExtras, known_status, with_words};
