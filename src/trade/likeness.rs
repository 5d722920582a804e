//! Addresses written differently that mean the same place: one canonical form for comparing them.
//!
//! Case, accents and punctuation fall away, abbreviations are written out ("Rd" is "road", "Apt" is "flat"), and
//! "7 A" is "7a". The abbreviations are ours, from ordinary English usage.

use super::words::fold;

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
    ("apt", "flat"), ("apartment", "flat"), ("flt", "flat"), ("bldg", "building"), ("est", "estate"), ("mt", "mount"),
    ("nth", "north"), ("sth", "south"), ("upr", "upper"), ("lwr", "lower"), ("gt", "great"), ("lt", "little"),
];

/// Words that say nothing.
const EMPTY: &[&str] = &["the", "no", "number", "at"];

impl Site<'_> {
    /// What tells the dwelling from its neighbours, in canonical words: "flat 3 kiln house 7", "plot 14".
    pub fn dwelling(&self) -> String {
        let sub = canonical(self.sub_building);
        // "3" as a sub-building is a flat
        let sub = if is_number(&sub) { format!("flat {sub}") } else { sub };
        let plot = canonical(self.plot);
        let plot = if plot.is_empty() || plot.starts_with("plot ") { plot } else { format!("plot {plot}") };
        join(&[&sub, &canonical(self.building), &canonical(self.number), &plot])
    }

    /// Street and dependent street, in canonical words.
    pub fn road(&self) -> String {
        join(&[&road(self.dependent_street), &road(self.street)])
    }

    /// Equal for two ways of writing one address: postcode, street and dwelling.
    pub fn key(&self) -> String {
        let postcode: String = fold(self.postcode).concat();
        format!("{postcode}|{}|{}", self.road(), self.dwelling())
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
fn road(name: &str) -> String {
    let words = canonical(name);
    match words.strip_suffix(" st") {
        Some(rest) => format!("{} street", saint(rest)),
        None => saint(&words),
    }
}

fn saint(words: &str) -> String {
    words.split(' ').map(|word| if word == "st" { "saint" } else { word }).collect::<Vec<_>>().join(" ")
}

fn long(word: String) -> String {
    SHORT.iter().find(|(short, _)| *short == word).map_or(word, |(_, long)| (*long).to_owned())
}

fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit()) && !word.contains(' ')
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
        for (one, other) in [
            (site("Flat 3", "7", "Moss Lane"), site("apt 3", "7", "MOSS LN")),
            (site("3", "7 A", "St. John’s Rd"), site("Flat 3", "7a", "Saint Johns Road")),
            (site("", "12", "High St"), site("", "No 12", "High Street")),
        ] {
            assert_eq!(one.key(), other.key());
        }
        assert_ne!(site("Flat 3", "7", "Moss Lane").key(), site("Flat 4", "7", "Moss Lane").key());
    }
}
