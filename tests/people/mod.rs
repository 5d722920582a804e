//! Coming in and going out, and the accounts of an organisation.

mod account;
mod command;
mod officer;
mod sign_in;
mod throttle;
