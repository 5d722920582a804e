//! The words and numbers of the gas trade, each a small type that cannot hold a wrong value.
//!
//! Everything here is pure: no clock, no database, no web. Text typed by people comes in
//! through `parse` functions that forgive case, spaces and the like; what they refuse, they
//! refuse with a sentence (the error's `Display`) that a form can show at its field.

mod abbreviations;
pub mod address_limits;
mod bank_holidays;
pub mod chosen;
pub mod code_list;
pub mod crn;
pub mod crn_in_text;
pub mod dates;
pub mod day_words;
pub mod encoding;
pub mod ldz;
pub mod likeness;
mod london;
pub mod meter_point;
pub mod mprn;
pub mod msn;
pub mod numbers;
pub mod postcode;
pub mod reality;
pub mod search_words;
pub mod site_line;
pub mod spreadsheet;
pub mod text;
pub mod words;
pub mod working_time;

pub use crn::Crn;
pub use ldz::{Ldz, Network};
pub use meter_point::{ByHand, MarketSector, SiteFinding};
pub use mprn::Mprn;
pub use msn::Msn;
pub use postcode::Postcode;
