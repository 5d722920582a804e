//! Addresses written differently that mean the same place: one canonical form for comparing them, and how alike two
//! of them are.
//!
//! Case, accents and punctuation fall away, abbreviations are written out ("Rd" is "road", "Apt" is "flat"), and
//! "7 A" is "7a". It does not matter into which field something was typed: "Flat 3, 7" is a flat and a number
//! ([`parts`]). The abbreviations are ours, from ordinary English usage. [`score`] compares two sites.

mod canonical;
pub mod parts;
mod reasons;
mod register_line;
pub mod score;
pub mod traits;

use self::canonical::{join, road, without_number};
use self::parts::Dwelling;
use super::words::fold;

pub use self::canonical::canonical;
pub use self::register_line::RegisterLine;
pub use self::score::{Score, likeness};

/// The parts of an address that tell one site from the next, as typed or stored.
#[derive(Debug, Clone, Copy, Default)]
pub struct Site<'a> {
    pub sub_building: &'a str,
    pub building: &'a str,
    pub number: &'a str,
    pub plot: &'a str,
    pub dependent_street: &'a str,
    pub street: &'a str,
    pub postcode: &'a str,
}

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
    pub fn mark(&self) -> String {
        self.parts().mark()
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
    fn code(&self) -> String {
        fold(self.postcode).concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_of_writing_one_address_are_equal() {
        let site = |sub_building, number, street| Site {
            sub_building,
            number,
            street,
            postcode: "LS1 4DY",
            ..Site::default()
        };
        let named = |sub_building, building| Site { sub_building, building, street: "Moss Lane", ..Site::default() };
        for (one, other) in [
            (site("Flat 3", "7", "Moss Lane"), site("apt 3", "7", "MOSS LN")),
            (site("3", "7 A", "St. John’s Rd"), site("Flat 3", "7a", "Saint Johns Road")),
            (site("", "12", "High St"), site("", "No 12", "High Street")),
            (site("", "", "12 High Street"), site("", "12", "High Street")),
            (site("Flat 2/1", "12", "Moss Lane"), site("2/1", "12", "Moss Lane")),
            (site("GFF", "12", "Moss Lane"), site("Ground Floor Flat", "12", "Moss Lane")),
            (named("Flat 3", "Kiln House"), named("", "Flat 3, Kiln Hse")),
            (named("", "Kiln House 7"), named("", "7 Kiln House")),
        ] {
            assert_eq!(one.key(), other.key());
        }
        assert_ne!(site("Flat 3", "7", "Moss Lane").key(), site("Flat 4", "7", "Moss Lane").key());
    }

    #[test]
    fn a_house_is_found_by_its_number_else_by_its_name() {
        let mark = |sub_building, building, number, plot| {
            Site { sub_building, building, number, plot, street: "Moss Lane", ..Site::default() }.mark()
        };
        assert_eq!(mark("Flat 3", "Kiln House", "12A", ""), "12");
        assert_eq!(mark("Flat 3", "Kiln House", "", ""), "kiln house");
        assert_eq!((mark("Unit 4", "", "", ""), mark("", "", "", "Plot 14")), ("4".to_owned(), "14".to_owned()));
        assert_eq!(Site { street: "12 Moss Lane", ..Site::default() }.mark(), "12");
    }
}
