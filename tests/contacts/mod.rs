//! Rooms of a contact, and the law they follow.

mod acts;
mod court;
mod journal;
mod lifecycle;
mod log;
mod rules;
