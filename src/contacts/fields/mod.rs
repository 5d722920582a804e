//! The engine of contact types: fields and how each is typed, rules over them, questions of a visit and of an outcome,
//! and [`Spec`], the value that says what a contact type is. It knows no type by name; those stand in `contacts/types`.

pub mod choice;
pub mod details;
pub mod field;
pub mod input;
pub mod outcome;
pub mod own;
pub mod question;
pub mod reason;
pub mod rule;
pub mod site;
pub mod slips;
pub mod spec;
pub mod visit;

pub use self::details::Details;
pub use self::field::Field;
pub use self::input::Input;
pub use self::spec::{Section, Spec};
