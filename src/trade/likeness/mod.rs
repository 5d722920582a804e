//! Addresses written differently that mean the same place: one canonical form for comparing them, and how alike two
//! of them are.
//!
//! Case, accents and punctuation fall away, abbreviations are written out ("Rd" is "road", "Apt" is "flat"), and
//! "7 A" is "7a". It does not matter into which field something was typed: "Flat 3, 7" is a flat and a number
//! ([`parts`]). The abbreviations are ours, from ordinary English usage. [`score`] compares two sites.

pub mod parts;
pub mod score;

use self::parts::{Dwelling, is_number};
use super::words::fold;

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

/// Abbreviations and what they stand for.
#[rustfmt::skip]
const SHORT: &[(&str, &str)] = &[
    ("rd", "road"), ("ave", "avenue"), ("av", "avenue"), ("ln", "lane"), ("cl", "close"), ("dr", "drive"),
    ("gdns", "gardens"), ("gdn", "gardens"), ("ct", "court"), ("crt", "court"), ("cres", "crescent"), ("pl", "place"),
    ("sq", "square"), ("terr", "terrace"), ("ter", "terrace"), ("hse", "house"), ("pk", "park"), ("gr", "grove"),
    ("apt", "flat"), ("apartment", "flat"), ("flt", "flat"), ("bldg", "building"), ("bldgs", "buildings"),
    ("est", "estate"), ("mt", "mount"), ("cott", "cottage"), ("str", "street"), ("wy", "way"), ("gff", "ground floor flat"),
    ("fff", "first floor flat"), ("tff", "top floor flat"), ("1st", "first"), ("2nd", "second"), ("3rd", "third"),
    ("nth", "north"), ("sth", "south"), ("upr", "upper"), ("lwr", "lower"), ("gt", "great"), ("lt", "little"),
];

/// Words that say nothing.
const EMPTY: &[&str] = &["the", "no", "number", "at"];

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

/// Canonical words of a text that is not a street's name.
pub fn canonical(text: &str) -> String {
    // "John's" is one word
    let text = text.replace(['\'', '\u{2019}'], "");
    let words: Vec<String> = fold(&text).into_iter().filter(|word| !EMPTY.contains(&word.as_str())).map(long).collect();
    let mut joined: Vec<String> = Vec::new();
    for word in words {
        // "7 a" is "7a"
        let is_letter = word.len() == 1 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
        match joined.last_mut() {
            Some(last) if is_letter && last.bytes().all(|byte| byte.is_ascii_digit()) => last.push_str(&word),
            _ => joined.push(word),
        }
    }
    joined.join(" ")
}

/// As [`canonical`], where "St" at the end is a street and elsewhere a saint.
pub fn road(name: &str) -> String {
    let words = canonical(name);
    match words.strip_suffix(" st") {
        Some(rest) => format!("{} street", saint(rest)),
        None => saint(&words),
    }
}

/// "12 Moss Lane" without its number, which belongs to the dwelling.
fn without_number(street: &str) -> &str {
    match street.trim().split_once([' ', ',']) {
        Some((number, rest)) if is_number(&number.to_lowercase()) => rest,
        _ => street,
    }
}

fn saint(words: &str) -> String {
    words.split(' ').map(|word| if word == "st" { "saint" } else { word }).collect::<Vec<_>>().join(" ")
}

fn long(word: String) -> String {
    SHORT.iter().find(|(short, _)| *short == word).map_or(word, |(_, long)| (*long).to_owned())
}

fn join(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ")
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
