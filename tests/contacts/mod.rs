//! Rooms of a contact, and the law they follow.

mod act;
mod added;
mod duplicates;
mod duplicates_journey;
mod duplicates_walls;
mod fields;
mod journal;
mod journey;
mod lifecycle;
mod log;
mod notes;
mod stored;
mod time_by_party;
mod withdrawn;
