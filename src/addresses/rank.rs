//! Which addresses fit best what somebody typed, and in which order equals stand.
//!
//! Both sides are words in canonical form ("Rd" is "road"). Each word that was typed looks for its likest word in the
//! address: an equal one counts whole, one that it begins counts nine tenths, and one with slips as much as letters
//! agree, down to six tenths. Numbers must agree; "12" is half of "12a". Words that many addresses have, such as "road"
//! and "flat", weigh half. What fits is the mean, from 0 to 1; the postcode as typed adds a little, so that a near
//! postcode wins only where its words are clearly better.
//!
//! Of equals, numbers in the order typed go first, then the address with the fewest words that nobody typed ("7 Moss
//! Lane" before "Flat 7, 3 Moss Lane"), then street, number, building and flat as people count: Flat 2 before Flat 10.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::Address;
pub use super::natural::natural;
use super::word_likeness::{is_number, likeness};
use crate::trade::likeness::canonical;

/// What fits less is not shown.
const LEAST: f32 = 0.5;
/// Nor what fits so much less than the best.
const BEHIND: f32 = 0.25;
/// What the typed postcode adds.
const SAME_POSTCODE: f32 = 0.15;

/// Words that many addresses have.
#[rustfmt::skip]
const COMMON: &[&str] = &[
    "road", "street", "st", "lane", "close", "drive", "gardens", "way", "avenue", "terrace", "place", "court", "square",
    "crescent", "grove", "park", "flat", "unit", "house", "building", "estate", "trading",
];

/// The words of a text as addresses are compared by.
pub fn words(text: &str) -> Vec<String> {
    canonical(text).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The letters' part of what was typed, by which streets and buildings are looked up.
pub fn names(asked: &[String]) -> String {
    asked.iter().filter(|word| !is_number(word)).cloned().collect::<Vec<_>>().join(" ")
}

/// The addresses that fit, best first, each with its fit. Without words all fit, in their natural order.
pub fn best(asked: &[String], postcode: Option<&str>, addresses: Vec<Address>) -> Vec<(f32, Address)> {
    let mut known = Memo::default();
    let mut scored: Vec<Scored> =
        addresses.into_iter().map(|address| score(asked, postcode, address, &mut known)).collect();
    let top = scored.iter().map(|scored| scored.fit).fold(0.0, f32::max);
    scored.retain(|scored| asked.is_empty() || (scored.words >= LEAST && scored.fit >= top - BEHIND));
    scored.sort_by(Scored::before);
    scored.into_iter().map(|scored| (scored.words, scored.address)).collect()
}

struct Scored {
    /// of the words alone
    words: f32,
    fit: f32,
    in_order: bool,
    unasked: usize,
    address: Address,
}

impl Scored {
    fn before(&self, other: &Scored) -> Ordering {
        (other.fit.total_cmp(&self.fit))
            .then(other.in_order.cmp(&self.in_order))
            .then(self.unasked.cmp(&other.unasked))
            .then_with(|| natural(&self.address, &other.address))
    }
}

/// What was found out already while scoring: likeness of a typed word and a word, and words of a text.
#[derive(Default)]
struct Memo {
    like: HashMap<(usize, String), f32>,
    words: HashMap<String, Vec<String>>,
}

impl Memo {
    fn words(&mut self, text: &str) -> Vec<String> {
        if let Some(known) = self.words.get(text) {
            return known.clone();
        }
        let found = words(text);
        self.words.insert(text.to_owned(), found.clone());
        found
    }

    fn likest(&mut self, at: usize, asked: &str, has: &[String]) -> f32 {
        let mut best = 0.0_f32;
        for word in has {
            let like = *self.like.entry((at, word.clone())).or_insert_with(|| likeness(asked, word));
            best = best.max(like);
        }
        best
    }
}

fn score(asked: &[String], postcode: Option<&str>, address: Address, known: &mut Memo) -> Scored {
    // the key is canonical already: postcode, street and dwelling
    let mut parts = address.key.split('|').skip(1).map(|part| part.split(' ').filter(|word| !word.is_empty()));
    let mut has: Vec<String> = parts.next().map(|road| road.map(str::to_owned).collect()).unwrap_or_default();
    let dwelling: Vec<String> = parts.next().map(|words| words.map(str::to_owned).collect()).unwrap_or_default();
    has.extend(dwelling.iter().cloned());
    for text in [&address.organisation, &address.double_locality, &address.locality, &address.town] {
        has.extend(known.words(text));
    }
    let (mut sum, mut whole) = (0.0, 0.0);
    for (at, word) in asked.iter().enumerate() {
        let weight = if COMMON.contains(&word.as_str()) { 0.5 } else { 1.0 };
        sum += weight * known.likest(at, word, &has);
        whole += weight;
    }
    let words = if whole > 0.0 { sum / whole } else { 1.0 };
    let bonus = if postcode == Some(address.postcode.as_str()) { SAME_POSTCODE } else { 0.0 };
    let mut numbers = asked.iter().filter(|word| is_number(word)).peekable();
    for word in &dwelling {
        numbers.next_if(|number| *number == word);
    }
    Scored {
        words,
        fit: words + bonus,
        in_order: numbers.peek().is_none(),
        unasked: dwelling.iter().filter(|word| !asked.contains(word)).count(),
        address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(sub_building: &str, building: &str, number: &str, street: &str) -> Address {
        let text = str::to_owned;
        Address {
            sub_building: text(sub_building),
            building: text(building),
            number: text(number),
            street: text(street),
            town: text("LEEDS"),
            postcode: text("LS11 4DY"),
            ..Address::default()
        }
        .keyed()
    }

    fn order(asked: &str, addresses: &[Address]) -> Vec<String> {
        best(&words(asked), None, addresses.to_vec()).into_iter().map(|(_, found)| found.first_line()).collect()
    }

    #[test]
    fn flats_are_counted_as_people_count() {
        let flats: Vec<Address> = ["Flat 10", "Flat 2", "Flat 1", "Flat 2A"]
            .iter()
            .map(|sub| address(sub, "Kiln House", "7", "Moss Lane"))
            .collect();
        let found = order("", &flats);
        let subs: Vec<&str> = found.iter().map(|line| line.split(',').next().unwrap()).collect();
        assert_eq!(subs, ["Flat 1", "Flat 2", "Flat 2A", "Flat 10"]);
    }

    #[test]
    fn the_address_with_nothing_unasked_goes_first() {
        let both = [address("Flat 7", "", "3", "Moss Lane"), address("", "", "7", "Moss Lane")];
        assert_eq!(order("7 moss ln", &both)[0], "7 Moss Lane");
        assert_eq!(order("flat 7 3 moss lane", &both)[0], "Flat 7, 3 Moss Lane");
        let crossed = [address("Flat 7", "", "2", "Moss Lane"), address("Flat 2", "", "7", "Moss Lane")];
        assert_eq!(order("flat 2 7 moss lane", &crossed)[0], "Flat 2, 7 Moss Lane");
    }

    #[test]
    fn slips_are_forgiven_in_words_and_not_in_numbers() {
        let streets = [address("", "", "12", "Alderbeck Lane"), address("", "", "12", "Moss Lane")];
        for asked in ["12 alderbek lane", "12 Aldrebeck Ln", "12 alder", "alderbexk lane 12", "12a alderbeck"] {
            assert_eq!(order(asked, &streets)[0], "12 Alderbeck Lane", "{asked}");
        }
        assert!(order("14 zzz", &streets).is_empty());
    }

    #[test]
    fn the_postcode_as_typed_wins_unless_words_are_clearly_better() {
        let mut near = address("", "", "12", "Alderbeck Lane");
        near.postcode = "LS11 9ZZ".to_owned();
        let typed = address("", "", "12", "Moss Lane");
        let first = |asked: &str| {
            best(&words(asked), Some("LS11 4DY"), vec![near.clone(), typed.clone()])[0].1.postcode.clone()
        };
        assert_eq!(first("12"), "LS11 4DY");
        assert_eq!(first("12 alderbeck lane"), "LS11 9ZZ");
    }
}
