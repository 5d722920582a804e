//! Logging a contact: finder, form, possible duplicates, check answers, done; and the PSC of a closed one.

pub mod check;
pub mod done;
pub mod duplicates;
pub mod finder;
pub mod form;
pub mod psc;
