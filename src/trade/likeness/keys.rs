//! By what sites are compared and found: canonical words of their parts.

use super::canonical::{join, road, without_number};
use super::parts::Dwelling;
use super::site::Site;
use crate::trade::words::fold;

impl Site<'_> {
    /// What tells the dwelling from its neighbours, taken apart.
    pub fn parts(&self) -> Dwelling {
        Dwelling::of(self)
    }

    /// What tells the dwelling from its neighbours, in canonical words: "flat 3 kiln house 7", "plot 14".
    pub fn dwelling(&self) -> String {
        self.parts().to_string()
    }

    /// By what a house is known in its street, for finding it: the digits of its number, else its name, its unit or
    /// its plot.
    pub fn premises_key(&self) -> String {
        self.parts().premises_key()
    }

    /// Dependent street and street, in canonical words.
    pub fn road(&self) -> String {
        join(&[&road(self.dependent_street), &road(without_number(self.street))])
    }

    /// Equal for two ways of writing one address: postcode, street and dwelling.
    pub fn key(&self) -> String {
        format!("{}|{}|{}", self.code(), self.road(), self.dwelling())
    }

    /// The postcode without its space, in small letters.
    pub fn code(&self) -> String {
        fold(self.postcode).concat()
    }
}
