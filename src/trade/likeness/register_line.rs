//! A register's address, which is one line, taken apart into fields.

use super::canonical::is_number;
use super::site::Site;

/// An address of one line, such as the register's "Flat 3, Kiln House, 7 Moss Lane, LEEDS", in its fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RegisterLine<'a> {
    /// "Flat 3" or "Rose Cottage"
    sub_building: &'a str,
    building: &'a str,
    number: &'a str,
    street: &'a str,
}

impl<'a> RegisterLine<'a> {
    /// The last part is the post town, the one before it number and street.
    pub fn parse(address: &'a str) -> RegisterLine<'a> {
        let address = address.trim();
        let up_to_street = address.rsplit_once(',').map_or(address, |(rest, _)| rest);
        let (before, own) = up_to_street.rsplit_once(',').unwrap_or(("", up_to_street));
        let (sub_building, building) = before.split_once(',').unwrap_or((before, ""));
        let (sub_building, building, own) = (sub_building.trim(), building.trim(), own.trim());
        let (number, street) = match own.split_once(' ') {
            Some((number, street)) if is_number(&number.to_lowercase()) => (number, street.trim()),
            _ => ("", own),
        };
        RegisterLine { sub_building, building, number, street }
    }

    pub fn site(&self, postcode: &'a str) -> Site<'a> {
        let RegisterLine { sub_building, building, number, street } = *self;
        Site { sub_building, building, number, street, postcode, ..Site::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_register_means_what_its_fields_mean() {
        let line = |text| RegisterLine::parse(text).site("LS1 4DY").key();
        let site = |sub_building, building, number, plot| {
            Site { sub_building, building, number, plot, street: "Moss Lane", postcode: "LS1 4DY", ..Site::default() }
                .key()
        };
        for (address, fields) in [
            ("Flat 3, Kiln House, 7 Moss Lane, LEEDS", site("Flat 3", "Kiln House", "7", "")),
            ("Plot 14, 7A Moss Lane, LEEDS", site("", "", "7A", "14")),
            ("Unit 9, Moss Lane, LEEDS", site("Unit 9", "", "", "")),
            ("7-9 Moss Lane, LEEDS", site("", "", "7-9", "")),
            ("Rose Cottage, Moss Lane, LEEDS", site("", "Rose Cottage", "", "")),
        ] {
            assert_eq!(line(address), fields, "{address}");
        }
    }
}
