//! The trial's rooms and its sample data.

mod story;
