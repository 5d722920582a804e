//! Coming in and going out, and the accounts of an organisation.

mod sign_in;
