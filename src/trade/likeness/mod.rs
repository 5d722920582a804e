//! Addresses written differently that mean the same place: one canonical form for comparing them, and how alike two
//! of them are.
//!
//! Case, accents and punctuation fall away, abbreviations are written out ("Rd" is "road", "Apt" is "flat"), and
//! "7 A" is "7a". It does not matter into which field something was typed: "Flat 3, 7" is a flat and a number
//! ([`parts`]). The abbreviations are ours, from ordinary English usage. [`score`] compares two sites.

mod canonical;
mod compared;
mod keys;
pub mod parts;
mod reasons;
mod register_line;
pub mod score;
mod site;
pub mod traits;

pub use self::canonical::canonical;
pub use self::compared::Compared;
pub use self::register_line::RegisterLine;
pub use self::score::{Score, likeness};
pub use self::site::Site;

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
        let key = |sub_building, building, number, plot| {
            Site { sub_building, building, number, plot, street: "Moss Lane", ..Site::default() }.premises_key()
        };
        assert_eq!(key("Flat 3", "Kiln House", "12A", ""), "12");
        assert_eq!(key("Flat 3", "Kiln House", "", ""), "kiln house");
        assert_eq!((key("Unit 4", "", "", ""), key("", "", "", "Plot 14")), ("4".to_owned(), "14".to_owned()));
        assert_eq!(Site { street: "12 Moss Lane", ..Site::default() }.premises_key(), "12");
    }
}
