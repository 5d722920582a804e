//! The words by which a contact is found: those that are kept of a line, and what is looked for in them.
//!
//! Both sides go by the same rules. Case and accents fall away. "King's" is king, s and kings; "Stoke-on-Trent" is its
//! three words and all of them as one, and so are initials ("J. R.") and a number with its letter ("7 A"). "&" is "and".
//! What is looked for stands for itself, for its abbreviation and for what it abbreviates.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::Postcode;
use super::abbreviations::ABBREVIATIONS;
use super::postcode::outcodes;
use super::text::is_dash;

/// Letters that no decomposition turns into plain ones.
const PLAIN: [(char, &str); 10] = [
    ('ł', "l"),
    ('ø', "o"),
    ('đ', "d"),
    ('ð', "d"),
    ('þ', "th"),
    ('ß', "ss"),
    ('æ', "ae"),
    ('œ', "oe"),
    ('ı', "i"),
    ('ħ', "h"),
];
/// The longest word that is kept or looked for.
const LONGEST: usize = 100;

/// A word of the text with what it is put together from: "king’s" of king and s, "7 a" of 7 and a.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Word {
    One(String),
    Of(Vec<Word>),
}

impl Word {
    fn of(mut parts: Vec<Word>) -> Option<Word> {
        if parts.len() > 1 { Some(Word::Of(parts)) } else { parts.pop() }
    }

    /// All of it as one.
    fn joined(&self) -> String {
        match self {
            Word::One(word) => word.clone(),
            Word::Of(parts) => parts.iter().map(Word::joined).collect(),
        }
    }

    fn keep(&self, kept: &mut BTreeSet<String>) {
        kept.insert(short(&self.joined()));
        if let Word::Of(parts) = self {
            for part in parts {
                part.keep(kept);
            }
        }
    }

    /// As Postgres looks for it.
    fn query(&self) -> String {
        match self {
            Word::One(word) => one(word),
            Word::Of(parts) => {
                let joined = self.joined();
                let parts = match Postcode::parse(&joined) {
                    Ok(postcode) => exactly(&[postcode.outcode(), postcode.incode()]),
                    Err(_) => parts.iter().map(Word::query).collect::<Vec<_>>().join(" & "),
                };
                format!("(({parts}) | '{}':*)", short(&joined))
            }
        }
    }

    fn is_letter(&self) -> bool {
        matches!(self, Word::One(word) if word.chars().count() == 1 && word.chars().all(char::is_alphabetic))
    }

    fn is_number(&self) -> bool {
        matches!(self, Word::One(word) if word.bytes().all(|byte| byte.is_ascii_digit()))
    }
}

/// The words to keep of a text, sorted.
pub fn kept(text: &str) -> Vec<String> {
    let mut kept = BTreeSet::new();
    for word in read(text) {
        word.keep(&mut kept);
    }
    kept.into_iter().collect()
}

/// What was typed, word by word as `tsquery`: all must be there, each as the beginning of one, house numbers whole. Nothing
/// typed is special.
pub fn looked_for(typed: &str) -> Vec<String> {
    let words = read(typed);
    if words.is_empty() {
        // only signs were typed: nothing has such a word
        return vec!["'\u{1}'".to_owned()];
    }
    let mut asked: Vec<String> = Vec::with_capacity(words.len());
    let mut at = 0;
    while let Some(word) = words.get(at) {
        at += 1;
        // "O Brien" and "Mc Donald" are written as one too
        let is_half_of_name = word.is_letter() || matches!(word, Word::One(word) if word == "mc");
        if let Some(next) = words.get(at).filter(|next| is_half_of_name && next.joined() != "and") {
            let joined = short(&(word.joined() + &next.joined()));
            asked.push(format!("(({} & {}) | '{joined}':*)", word.query(), next.query()));
            at += 1;
            continue;
        }
        // "LS1 4" is the beginning of a postcode, not a house
        let is_half = word.is_number() && at > 1 && outcodes(&words[at - 2].joined()).is_some();
        asked.push(if is_half { format!("'{}':*", short(&word.joined())) } else { word.query() });
    }
    asked
}

fn one(word: &str) -> String {
    if let Ok(postcode) = Postcode::parse(word) {
        return format!("(({}) | '{word}':*)", exactly(&[postcode.outcode(), postcode.incode()]));
    }
    let word = &short(word);
    let is_house = word.len() <= 3 && word.bytes().all(|byte| byte.is_ascii_digit());
    let itself = if is_house || word == "and" { format!("'{word}'") } else { format!("'{word}':*") };
    let others = ABBREVIATIONS.iter().chain(&[("st", "saint"), ("st", "street")]).filter_map(|(short, long)| {
        let other = if word == short { long } else { (word == long).then_some(short)? };
        Some(format!("('{}')", other.replace(' ', "' & '")))
    });
    let all: Vec<String> = std::iter::once(itself).chain(others).collect();
    if all.len() > 1 { format!("({})", all.join(" | ")) } else { all.concat() }
}

fn exactly(words: &[&str]) -> String {
    words.iter().map(|word| format!("'{}'", word.to_lowercase())).collect::<Vec<_>>().join(" & ")
}

fn short(word: &str) -> String {
    word.chars().take(LONGEST).collect()
}

/// The words of a text.
fn read(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    for chunk in plain(text).split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '-' | '.' | '/'))) {
        let dashed = chunk.split(['-', '.', '/']).filter_map(|part| {
            Word::of(part.split('\'').filter(|bit| !bit.is_empty()).map(|bit| Word::One(bit.to_owned())).collect())
        });
        let Some(word) = Word::of(dashed.collect()) else { continue };
        // initials, and a number with its letter
        match words.last_mut() {
            Some(last) if word.is_letter() && (last.is_letter() || last.is_number()) => {
                *last = Word::Of(vec![last.clone(), word]);
            }
            Some(Word::Of(parts)) if word.is_letter() && parts.iter().all(Word::is_letter) => parts.push(word),
            _ => words.push(word),
        }
    }
    words
}

/// Small letters without accents; one kind of apostrophe and of dash.
fn plain(text: &str) -> String {
    let unified = text.chars().filter(|c| !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'));
    let unified: String = unified
        .map(|c| match c {
            '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2bc}' | '\u{2b9}' | '\u{2032}' | '\u{ff07}' | '`' | '\u{b4}' => {
                '\''
            }
            dash if is_dash(dash) => '-',
            other => other,
        })
        .collect();
    let mut plain = String::with_capacity(unified.len());
    for c in unified.nfkd().flat_map(char::to_lowercase).nfkd().filter(|c| !is_combining_mark(*c)) {
        match PLAIN.iter().find(|(letter, _)| *letter == c) {
            Some((_, letters)) => plain.push_str(letters),
            None if c == '&' => plain.push_str(" and "),
            None => plain.push(c),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_kept_apart_and_as_one() {
        for (text, words) in [
            ("King’s Cross Rd", "cross king kings rd s"),
            ("St. John's-in-the-Vale", "in john johns johnsinthevale s st the vale"),
            ("J. R. Smith", "j jr r smith"),
            ("Plot 12, Heron Rise", "12 heron plot rise"),
            ("7 A Møss & Łódź", "7 7a a and lodz moss"),
            ("Tŷ’r Wên, LLANFÔR", "llanfor r ty tyr wen"),
            ("G4A/01-2", "01 2 g4a g4a012"),
            ("\u{200b}", ""),
        ] {
            assert_eq!(kept(text).join(" "), words, "{text}");
        }
    }

    #[test]
    fn what_is_looked_for_is_a_query() {
        for (typed, query) in [
            ("plot 1 heron", "'plot':* & '1' & 'heron':*"),
            ("Moss Rd", "'moss':* & ('rd':* | ('road'))"),
            ("LS114DY", "(('ls11' & '4dy') | 'ls114dy':*)"),
            ("moss LS11 4", "'moss':* & 'ls11':* & '4':*"),
            ("King's", "(('king':* & 's':*) | 'kings':*)"),
            ("a & 'b", "'a':* & 'and' & 'b':*"),
            ("unit a 1", "'unit':* & (('a':* & '1') | 'a1':*)"),
            ("o brien", "(('o':* & 'brien':*) | 'obrien':*)"),
            ("7 mc donald", "'7' & (('mc':* & 'donald':*) | 'mcdonald':*)"),
            ("%_!(", "'\u{1}'"),
        ] {
            assert_eq!(looked_for(typed).join(" & "), query, "{typed}");
        }
    }
}
