//! Where contacts of the story lie: in streets of the sample register.

use std::collections::HashSet;

use fastrand::Rng;
use time::Date;

use super::addresses::samples;
use super::cases::Case;
use super::sample::register::Street;
use super::sample::site::StorySite;
use crate::addresses::is_among;
use crate::contacts::fields::{Details, Field};
use crate::trade::ByHand;

/// Hands out streets of the register, each once.
#[derive(Debug)]
pub struct Sites {
    streets: Vec<Street>,
    /// by which the trial's address finder knows its addresses
    keys: HashSet<String>,
}

impl Sites {
    /// The streets of the register and the addresses of the finder, both of this seed.
    pub fn new(rng: &mut Rng, mut streets: Vec<Street>, seed: u64) -> Sites {
        rng.shuffle(&mut streets);
        Sites { streets, keys: samples(seed).into_iter().map(|address| address.key).collect() }
    }

    /// A site on this network for a contact logged on this day.
    pub fn site(&mut self, rng: &mut Rng, network: &str, case: Case, raiser: &str, logged: Date) -> StorySite {
        let of_network = |street: &Street| street.network == network;
        let fits = |street: &Street| of_network(street) && case.fits(street);
        let at = self.streets.iter().position(fits).or_else(|| self.streets.iter().position(of_network));
        let street = self.streets.swap_remove(at.unwrap_or_default());
        let mut site = case.site(rng, &street, raiser, logged);
        self.say_why_by_hand(&mut site.details);
        site
    }

    /// The same site logged again, with what a new case says of it.
    pub fn again(&self, rng: &mut Rng, case: Case, before: &StorySite, new: &StorySite) -> StorySite {
        let mut site = case.again(rng, before, new);
        self.say_why_by_hand(&mut site.details);
        site
    }

    /// As the form asks of whoever logs it: an address that the finder does not have needs a reason.
    fn say_why_by_hand(&self, details: &mut Details) {
        let reason = match details.get(Field::PlotNumber) {
            _ if is_among(&self.keys, details) => "",
            "" => ByHand::NotListed.code(),
            _ => ByHand::NewBuild.code(),
        };
        details.set(Field::ByHand, reason);
    }
}
