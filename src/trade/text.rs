//! Text as it comes in, from whoever sent it: cleaned once, before anything looks at it.
//!
//! Kept, it holds nothing that can't be seen: control characters are blanks or line breaks, marks without a width and
//! marks of direction are gone, every blank is the plain one, and what can be written in two ways is written in one
//! (NFC, and plain letters for those as wide as a Chinese one). What is left says whether anything was typed.

use memchr::memchr2_iter;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The text as it is kept: compared, drafted and shown again.
pub fn clean(text: &str) -> String {
    if text.bytes().all(|byte| byte == b'\n' || (b' '..=b'~').contains(&byte)) {
        return text.to_owned();
    }
    let mut kept = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\r' => {
                rest.next_if_eq(&'\n');
                kept.push('\n');
            }
            '\n' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => kept.push('\n'),
            '\t' => kept.push('\t'),
            // joins two pictures into one, and the letters of a flag
            '\u{200d}' => {
                if kept.chars().next_back().is_some_and(is_picture) && rest.peek().copied().is_some_and(is_picture) {
                    kept.push(c);
                }
            }
            '\u{e0020}'..='\u{e007f}' => {
                if kept.chars().next_back().is_some_and(|last| last == '\u{1f3f4}' || is_tag(last)) {
                    kept.push(c);
                }
            }
            // how the character before it is drawn
            '\u{fe00}'..='\u{fe0f}' => {
                if kept.chars().next_back().is_some_and(|last| !last.is_whitespace() && !is_variation(last)) {
                    kept.push(c);
                }
            }
            _ if is_unseen(c) => {}
            // an accent on nothing
            _ if is_combining_mark(c) && kept.chars().next_back().is_none_or(char::is_whitespace) => {}
            '\u{ff01}'..='\u{ff5e}' => kept.push(char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c)),
            _ if c.is_control() || c.is_whitespace() || c == '\u{2800}' => kept.push(' '),
            _ => kept.push(c),
        }
    }
    kept.nfc().collect()
}

/// As [`clean`], for what has one line: a number, a name, what is looked for.
pub fn clean_line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether nothing can be seen of it.
pub fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| !byte.is_ascii_graphic()) && clean(text).trim().is_empty()
}

/// Without marks that turn the direction of what follows: text may be kept from before they were dropped as it came in.
pub fn without_turns(text: String) -> String {
    let bytes = text.as_bytes();
    // their first byte in UTF-8 is that of quotation marks too
    let may_turn = memchr2_iter(0xe2, 0xd8, bytes).any(|at| {
        matches!(
            bytes[at..],
            [0xe2, 0x80, 0x8e | 0x8f | 0xaa..=0xae, ..] | [0xe2, 0x81, 0xa6..=0xa9, ..] | [0xd8, 0x9c, ..]
        )
    });
    if may_turn { text.chars().filter(|c| !is_turn(*c)).collect() } else { text }
}

fn is_turn(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether anything is said: dashes, stops and other signs alone stand where nothing is known.
pub fn says_something(text: &str) -> bool {
    text.chars().any(|c| !(c.is_whitespace() || c.is_ascii_punctuation() || is_mark(c)))
}

/// Signs between words that are no ASCII.
fn is_mark(c: char) -> bool {
    is_dash(c)
        || is_combining_mark(c)
        || matches!(
            c,
            '\u{2010}'
                ..='\u{205e}'
                    | '¡'
                    | '¦'
                    | '¨'
                    | '¬'
                    | '¯'
                    | '´'
                    | '·'
                    | '¸'
                    | '¿'
                    | '«'
                    | '»'
                    | '\u{3001}'
                    | '\u{3002}'
        )
}

/// Every hyphen, dash and minus as "-", where the text is a number or a code.
pub fn plain_dashes(text: &str) -> String {
    text.chars().map(|c| if is_dash(c) { '-' } else { c }).collect()
}

/// How many characters a text has, wherever that is said or judged: those of Unicode, a line break as one.
pub fn length(text: &str) -> usize {
    text.chars().count()
}

/// Marks that take no place and are no letter, sign or accent: they come along when text is copied.
fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fdd0}'..='\u{fdef}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffc}' | '\u{fffe}' | '\u{ffff}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e001f}' | '\u{e0080}'..='\u{e0fff}')
}

fn is_picture(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2bff}' | '\u{3030}'..='\u{303d}' | '\u{1f000}'..='\u{1faff}') || is_variation(c)
}

fn is_tag(c: char) -> bool {
    ('\u{e0020}'..='\u{e007f}').contains(&c)
}

fn is_variation(c: char) -> bool {
    ('\u{fe00}'..='\u{fe0f}').contains(&c)
}

/// A hyphen, a dash or a minus.
pub fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_cannot_be_seen_is_a_blank_a_line_break_or_gone() {
        for (sent, kept) in [
            ("Copied:\u{b}meter found.", "Copied:\nmeter found."),
            ("a\u{c}b\u{85}c\u{2028}d\u{2029}e\r\nf\rg", "a\nb\nc\nd\ne\nf\ng"),
            ("a\0b\u{1b}[31mc\u{7f}d\u{9f}e", "a b [31mc d e"),
            ("\u{200b}", ""),
            ("\u{feff}\u{2060}\u{ad}\u{200c}\u{200d}\u{fe0f}\u{3164}\u{e0041}\u{fffc}", ""),
            ("\u{202a}01632 960001\u{202c}", "01632 960001"),
            ("Abbey \u{202e}enaL dlO", "Abbey enaL dlO"),
            ("\u{2066}7\u{2069}\u{200e}\u{200f}\u{61c}", "7"),
            ("12\u{a0}345\u{2009}6\u{3000}7\u{2800}8", "12 345 6 7 8"),
            ("Ty\u{302} Gwyn, Cafe\u{301}", "T\u{177} Gwyn, Caf\u{e9}"),
            ("a\tb", "a\tb"),
            // a family, a woman at a desk, a flag of Wales, a heart and a key keep what joins them
            (
                "👨\u{200d}👩\u{200d}👧 👩🏽\u{200d}💻 ❤\u{fe0f} 1\u{fe0f}\u{20e3}",
                "👨\u{200d}👩\u{200d}👧 👩🏽\u{200d}💻 ❤\u{fe0f} 1\u{fe0f}\u{20e3}",
            ),
            (
                "\u{1f3f4}\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}",
                "\u{1f3f4}\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}",
            ),
            ("a\u{200d}b 👍\u{200d}", "ab 👍"),
            ("\u{301}\u{302}", ""),
            ("\u{301}a \u{20dd}b\n\u{308}", "a b\n"),
            ("１２Ａ Ｍｏｓｓ（ｅｎｄ）＠＝", "12A Moss(end)@="),
        ] {
            assert_eq!(clean(sent), kept, "{sent:?}");
        }
        assert_eq!(clean_line(" 2-4\tFerry\u{b}Lane\u{200b} "), "2-4 Ferry Lane");
        assert_eq!(plain_dashes("1\u{2013}2\u{2014}3\u{2010}4\u{2011}5\u{2212}6"), "1-2-3-4-5-6");
        for nothing in ["", " ", "-", ".", "…", "- –", "?!", "//", "\u{a0}*", "n".trim_matches('n')] {
            assert!(!says_something(nothing), "{nothing}");
        }
        for something in ["7", "a", "👍", "£", "é", "½", "漢"] {
            assert!(says_something(something), "{something}");
        }
        assert_eq!(without_turns("“A” \u{202e}b\u{2066}c\u{61c}d\u{200f}".to_owned()), "“A” bcd");
        assert_eq!((length("👍🏽"), length(&clean("e\u{301}\r\n"))), (2, 2));
    }

    proptest! {
        #[test]
        fn what_is_clean_stays_as_it_is(text in "[\\PC\\p{C}]{0,40}") {
            let kept = clean(&text);
            prop_assert_eq!(&clean(&kept), &kept);
            prop_assert!(kept.chars().all(|c| !c.is_control() || c == '\n' || c == '\t'));
        }
    }
}
