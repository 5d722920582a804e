//! The pages that log a contact.

mod form;
