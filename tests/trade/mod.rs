//! The words and numbers of the trade, by property tests.

mod bank_holidays;
mod crn;
mod likeness;
mod mprn;
mod postcode;
mod working_time;
