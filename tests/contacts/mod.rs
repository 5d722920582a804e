//! Rooms of a contact, and the law they follow.

mod acts;
mod alike;
mod alike_journey;
mod alike_walls;
mod court;
mod journal;
mod lifecycle;
mod log;
mod rules;
mod stored;
