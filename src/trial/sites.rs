//! Where contacts of the story lie: in streets of the sample register.

use fastrand::Rng;
use time::Date;

use super::cases::Case;
use super::sample::register::Street;
use super::sample::site::StorySite;

/// Hands out streets of the register, each once.
#[derive(Debug)]
pub struct Sites {
    streets: Vec<Street>,
}

impl Sites {
    pub fn new(rng: &mut Rng, mut streets: Vec<Street>) -> Sites {
        rng.shuffle(&mut streets);
        Sites { streets }
    }

    /// A site on this network for a contact logged on this day.
    pub fn site(&mut self, rng: &mut Rng, network: &str, case: Case, raiser: &str, logged: Date) -> StorySite {
        let of_network = |street: &Street| street.network == network;
        let fits = |street: &Street| of_network(street) && case.fits(street);
        let at = self.streets.iter().position(fits).or_else(|| self.streets.iter().position(of_network));
        let street = self.streets.swap_remove(at.unwrap_or_default());
        case.site(rng, &street, raiser, logged)
    }
}
