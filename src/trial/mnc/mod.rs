//! Sample MNCs: their cases, their lives in the story, their sites, and what is found at them.

mod findings;
mod lives;
mod site;
mod words;

pub use self::findings::findings;
pub use self::lives::LIVES;
pub use self::site::{again, corrected, fits, site};
pub use self::words::Case;
use super::sample::register::spare_mprn;
use crate::contacts::fields::outcome::Outcome;

/// Cases of those that fill a queue, the commoner ones twice.
pub const FRESH: &[Case] = &[Case::NewBuild, Case::NewBuild, Case::Found, Case::Found, Case::Flat, Case::Unit];

/// What the n-th life comes to if it is valid.
pub fn outcome(n: u64) -> Outcome {
    Outcome::Created(spare_mprn(n))
}
