//! The pages that log a contact.

mod address;
mod form;
