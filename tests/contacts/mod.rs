//! Rooms of a contact, and the law they follow.

mod act;
mod alike;
mod alike_journey;
mod alike_walls;
mod fields;
mod journal;
mod lifecycle;
mod log;
mod stored;
mod time_by_party;
