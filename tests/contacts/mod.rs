//! Rooms of a contact, and the law they follow.

mod act;
mod added;
pub mod duplicates;
mod duplicates_journey;
pub mod duplicates_walls;
mod fields;
mod journal;
mod journey;
mod lifecycle;
mod log;
mod notes;
mod stored;
mod time_by_party;
mod withdrawn;
