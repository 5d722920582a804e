//! The engine of contact types.

mod rule;
