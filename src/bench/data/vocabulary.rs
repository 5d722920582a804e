//! The words of the addresses: thirty kinds of streets, six thousand names of streets and three thousand of towns, made up,
//! none of which is the beginning of another, each by Zipf's law.

use std::sync::LazyLock;

use fastrand::Rng;

use super::zipf::Zipf;

pub static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(Vocabulary::new);

#[derive(Debug)]
pub struct Vocabulary {
    /// the first in an eighth of all contacts
    pub kinds: Zipf,
    /// from three per cent down to a handful among two million
    pub streets: Zipf,
    pub towns: Zipf,
}

const KINDS: [&str; 30] = [
    "Road", "Street", "Close", "Lane", "Avenue", "Drive", "Way", "Court", "Gardens", "Place", "Crescent", "Terrace",
    "Grove", "Mews", "Hill", "Park", "Walk", "Green", "Rise", "View", "Square", "Row", "Croft", "Mount", "Parade",
    "Gate", "Fold", "Yard", "Wharf", "Chase",
];
const STREETS: [&[&str]; 5] = [
    &["B", "C", "D", "F", "G", "H", "K", "L", "M", "N", "P", "R", "S", "T", "W"],
    &["a", "e", "i", "o", "u"],
    &["l"],
    &["an", "en", "er", "in", "on", "ar", "el", "ow"],
    &["bury", "combe", "dale", "field", "ford", "ham", "ley", "stead", "thorpe", "worth"],
];
const TOWNS: [&[&str]; 5] = [
    &["Br", "Cr", "Dr", "Fl", "Gr", "Kn", "Pr", "Sh", "St", "Tr"],
    &["a", "e", "i", "o", "u"],
    &["n"],
    &["der", "mer", "ver", "ning", "sel", "ting"],
    &["borough", "by", "caster", "chester", "minster", "mouth", "port", "ton", "well", "wick"],
];

impl Vocabulary {
    fn new() -> Vocabulary {
        Vocabulary {
            kinds: Zipf::of(KINDS.map(str::to_owned).to_vec(), 1.0, 2.5),
            streets: Zipf::of(made_of(&STREETS), 1.3, 10.0),
            towns: Zipf::of(made_of(&TOWNS), 1.1, 8.0),
        }
    }
}

/// Every word that these parts make, in an order that has nothing to do with the alphabet.
fn made_of(parts: &[&[&str]]) -> Vec<String> {
    let mut words = vec![String::new()];
    for parts in parts {
        words = words.iter().flat_map(|begins| parts.iter().map(move |part| format!("{begins}{part}"))).collect();
    }
    Rng::with_seed(11).shuffle(&mut words);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_is_the_beginning_of_another() {
        let mut words: Vec<String> = made_of(&STREETS).into_iter().chain(made_of(&TOWNS)).collect();
        words.extend(KINDS.map(str::to_owned));
        assert_eq!(words.len(), 6_000 + 3_000 + 30);
        words.sort_unstable();
        for pair in words.windows(2) {
            assert!(!pair[1].starts_with(&pair[0]), "{pair:?}");
        }
    }
}
