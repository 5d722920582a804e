//! Coming in and going out, and the accounts of an organisation.

mod account;
mod command;
mod officer;
mod rights;
mod sign_in;
mod throttle;
