//! Coming in and going out, and the accounts of an organisation.

mod account;
mod command;
mod confirm;
mod edit;
mod former_names;
mod officer;
mod passwords;
mod renewal;
mod right_password;
mod rights;
mod roles;
mod second_yes;
mod sessions;
mod sign_in;
mod throttle;
