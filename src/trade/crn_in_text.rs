//! CRNs as they come with whatever stands around them: a sentence, brackets, the address of a page, a column of cells.

use unicode_normalization::UnicodeNormalization;

use super::crn::{Crn, CrnError};
use super::text::is_dash;

/// Every CRN in a text, once each, in the order of the text. Blanks, dashes and stops may stand between its digits.
pub fn crns_in(text: &str) -> Vec<Crn> {
    let mut found: Vec<Crn> = Vec::new();
    for crn in shapes(text).iter().filter_map(|shape| Crn::parse(shape).ok()) {
        if !found.contains(&crn) {
            found.push(crn);
        }
    }
    found
}

/// What has the shape of a CRN, but a wrong digit.
pub fn mistyped_in(text: &str) -> Option<String> {
    shapes(text).into_iter().find(|shape| Crn::parse(shape) == Err(CrnError::Mistyped))
}

/// A C and nine digits, neither in a longer word nor before more digits.
fn shapes(text: &str) -> Vec<String> {
    // an address inside another one has its slashes written so
    let letters: Vec<char> = text.replace("%2F", "/").replace("%2f", "/").nfkc().collect();
    let mut found = Vec::new();
    for (at, _) in letters.iter().enumerate().filter(|(_, letter)| matches!(letter, 'C' | 'c')) {
        let begins = at == 0 || !letters[at - 1].is_alphanumeric();
        let mut shape = String::from("C");
        let mut rest = letters[at + 1..].iter().peekable();
        while shape.len() < 10
            && let Some(letter) =
                rest.next_if(|letter| letter.is_ascii_digit() || letter.is_whitespace() || is_between(**letter))
        {
            shape.extend(letter.is_ascii_digit().then_some(*letter));
        }
        if begins && shape.len() == 10 && !rest.peek().is_some_and(|letter| letter.is_alphanumeric()) {
            found.push(shape);
        }
    }
    found
}

/// Signs that stand between groups of its digits.
fn is_between(c: char) -> bool {
    is_dash(c) || matches!(c, '.' | '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crn_is_found_in_whatever_stands_around_it() {
        for text in [
            "C371598927",
            "c371598927.",
            " “C371598927” ",
            "'C371598927',",
            "CRN: C371598927.",
            "CRN:C371598927",
            "(C371598927)",
            "[c371598927]",
            "C 3715 98927",
            "C371-598-927",
            "C371.598_927",
            "C\u{a0}371598927\u{200b}",
            "Ｃ３７１５９８９２７",
            "Contact C371598927 was assigned to you",
            "https://cms.example/contacts/C371598927",
            "https://cms.example/contacts/C371598927/answer-visit?list=%2Fqueues%2Fmine#history",
            "https://mail.example/go?to=%2Fcontacts%2FC371598927",
            "C371598927\tMNC\tATCA\tFlat 6, 42 Withyholt Terrace",
            "C371598927’s visit",
            "<C371598927>",
            "C371598927 C371598927",
        ] {
            assert_eq!(crns_in(text).iter().map(Crn::as_str).collect::<Vec<_>>(), ["C371598927"], "{text}");
        }
    }

    #[test]
    fn several_are_all_found_and_what_only_looks_like_one_is_not() {
        assert_eq!(crns_in("C371598927, C000000000 and C371598927").len(), 2);
        for text in ["", "C", "ABC371598927", "C3715989271", "C371598927A", "C37159892", "371598927", "C371598928"] {
            assert!(crns_in(text).is_empty(), "{text}");
        }
        assert_eq!(mistyped_in("CRN c3715-98928."), Some("C371598928".to_owned()));
        assert_eq!(mistyped_in("C371598927"), None);
    }
}
