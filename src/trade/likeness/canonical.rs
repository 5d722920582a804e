//! One canonical form of words: small letters, without accents and punctuation, abbreviations written out.

use crate::trade::abbreviations::ABBREVIATIONS;
use crate::trade::words::fold;

/// Words that say nothing.
const EMPTY: &[&str] = &["the", "no", "number", "at"];

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
pub fn without_number(street: &str) -> &str {
    match street.trim().split_once([' ', ',']) {
        Some((number, rest)) if is_number(&number.to_lowercase()) => rest,
        _ => street,
    }
}

fn saint(words: &str) -> String {
    words.split(' ').map(|word| if word == "st" { "saint" } else { word }).collect::<Vec<_>>().join(" ")
}

fn long(word: String) -> String {
    ABBREVIATIONS.iter().find(|(short, _)| *short == word).map_or(word, |(_, long)| (*long).to_owned())
}

pub fn join(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ")
}

/// "12", "12a" or "12-14", in small letters.
pub fn is_number(word: &str) -> bool {
    let (first, second) = word.split_once('-').unwrap_or((word, "1"));
    let is_one = |part: &str| {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit());
        rest.len() < part.len() && rest.len() <= 1 && rest.bytes().all(|byte| byte.is_ascii_lowercase())
    };
    is_one(first) && is_one(second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_from_words() {
        for (word, is) in [("7", true), ("7a", true), ("7-9", true), ("a7", false), ("7th", false), ("", false)] {
            assert_eq!(is_number(word), is, "{word}");
        }
    }
}
