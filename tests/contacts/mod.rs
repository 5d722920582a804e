//! Rooms of a contact, and the law they follow.

mod journal;
mod lifecycle;
