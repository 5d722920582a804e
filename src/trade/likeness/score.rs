//! How alike two sites are: 0 to 100, with the reasons in words.
//!
//! Each part of the two addresses is compared and comes out as one [`Trait`]; a trait costs points of the
//! hundred that two equal addresses have. What each costs was not chosen: a logistic regression over three
//! thousand pairs of addresses, of which it is known whether they are one site, gives the weights, scaled so that 100 is
//! "equal" and 50 is "as likely one site as not" ([`THRESHOLD`]). `tests/trade/likeness` makes the pairs, fits the weights
//! again and compares them with these, and reads precision and recall off pairs that the fit has not seen.

use super::compared::Compared;
use super::parts::Dwelling;
use super::reasons::reasons;
use super::site::Site;
use super::traits::{cost, traits};

/// From here on two sites look the same.
pub const THRESHOLD: u8 = 50;
/// What equal serial numbers are worth whatever the addresses say: makers repeat themselves, but seldom.
const SAME_SERIAL: u8 = 90;
/// A plot and a postal number of one street and postcode: nothing says which number the plot was given, so it stands
/// under the threshold, and whoever asks decides by how many there are.
const PLOT_AND_POSTAL: u8 = 40;

/// How alike, and why.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Score {
    /// 0 to 100
    pub points: u8,
    /// each a sentence's part, the weightiest first: "the same street and postcode"
    pub reasons: Vec<String>,
    /// one is known by its plot alone, the other by its postal number or name alone
    pub plot_and_postal: bool,
}

impl Score {
    pub fn looks_the_same(&self) -> bool {
        self.points >= THRESHOLD
    }

    /// The same with equal meter serial numbers.
    #[must_use]
    pub fn with_same_serial(mut self) -> Score {
        if !self.looks_the_same() {
            // what is alike about addresses that are not explains nothing
            self.reasons.clear();
            self.plot_and_postal = false;
        }
        self.points = self.points.max(SAME_SERIAL);
        self.reasons.insert(0, "the same meter serial number".to_owned());
        self
    }

    /// "the same meter serial number; the same address".
    pub fn words(&self) -> String {
        self.reasons.join("; ")
    }
}

/// How alike two sites are by their addresses.
pub fn likeness(one: &Site<'_>, other: &Site<'_>) -> Score {
    Compared::from(*one).likeness(&Compared::from(*other))
}

impl Compared<'_> {
    /// How alike two sites are by their addresses.
    pub fn likeness(&self, other: &Compared<'_>) -> Score {
        let (here, there) = (&self.dwelling, &other.dwelling);
        let same_street = !self.road.is_empty() && self.road == other.road;
        let same_code = !self.code.is_empty() && self.code == other.code;
        if same_street && same_code && is_plot_and_postal(here, there) {
            let (plot, postal) = if here.is_plot_alone() { (here, there) } else { (there, here) };
            let postal =
                if postal.number.is_empty() { postal.name.clone() } else { format!("number {}", postal.number) };
            let reason = format!("a plot on the same street: plot {} may be {postal}", plot.plot);
            return Score { points: PLOT_AND_POSTAL, reasons: vec![reason], plot_and_postal: true };
        }
        let found = traits(self, other);
        let cost: i32 = found.iter().map(|found| cost(*found)).sum();
        let points = u8::try_from((100 - cost).clamp(0, 100)).unwrap_or_default();
        let reasons = reasons(&self.site, &other.site, here, there, &found);
        Score { points, reasons, plot_and_postal: false }
    }
}

fn is_plot_and_postal(here: &Dwelling, there: &Dwelling) -> bool {
    let is_postal = |dwelling: &Dwelling| {
        dwelling.plot.is_empty() && dwelling.unit.is_empty() && !dwelling.premises_key().is_empty()
    };
    (here.is_plot_alone() && is_postal(there)) || (there.is_plot_alone() && is_postal(here))
}
