//! Small helpers for text: numbers as people write them, and typed text without its separators.

use unicode_normalization::UnicodeNormalization;

use super::text::{clean, is_dash};

/// "1 contact", "3 contacts", "12,000 contacts". For nouns that take an s.
pub fn plural(count: u64, noun: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{} {noun}{s}", thousands(count))
}

/// "A, B or C".
pub fn one_of(words: &[&str]) -> String {
    match words {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        _ => words.concat(),
    }
}

/// "12,000".
pub fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Words in lower case without accents: what is searched, and what is searched for.
pub fn fold(text: &str) -> Vec<String> {
    let plain: String = text.nfkd().filter(|c| !unicode_normalization::char::is_combining_mark(*c)).collect();
    plain
        .to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// What is left when blanks are dropped, also the invisible ones that come with pasted text.
pub(super) fn without_spaces(typed: &str) -> String {
    clean(typed).chars().filter(|c| !c.is_whitespace()).collect()
}

/// As `without_spaces`, and without hyphens and dashes of any kind.
pub(super) fn without_separators(typed: &str) -> String {
    without_spaces(typed).chars().filter(|&c| !is_dash(c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular_and_thousands_are_grouped() {
        assert_eq!(plural(0, "contact"), "0 contacts");
        assert_eq!(plural(1, "contact"), "1 contact");
        assert_eq!(plural(999, "day"), "999 days");
        assert_eq!(plural(12_000, "day"), "12,000 days");
        assert_eq!(thousands(2_000_000), "2,000,000");
    }

    #[test]
    fn separators_are_dropped() {
        assert_eq!(without_separators(" 39\u{a0}38-42\u{2013}44\u{200b}03\t"), "3938424403");
        assert_eq!(without_spaces(" a-b c "), "a-bc");
    }

    #[test]
    fn words_are_folded() {
        assert_eq!(fold("Ty’r Wên, LLANFÔR"), ["ty", "r", "wen", "llanfor"]);
    }
}
