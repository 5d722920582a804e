//! Names of files: made plain for people to recognise. None becomes a path, and none becomes a header.

use unicode_normalization::UnicodeNormalization;

/// Characters that a name keeps at most.
const LONGEST: usize = 100;

/// What is left of a name that a browser sent: no folders, no control characters, nothing that turns text round, at
/// most 100 characters with its ending kept.
pub fn plain(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.nfc().filter(|c| !c.is_control() && !turns(*c)).collect();
    let kept = kept.trim_matches(|c: char| c == '.' || c.is_whitespace());
    if kept.is_empty() {
        return "file".to_owned();
    }
    let length = kept.chars().count();
    if length <= LONGEST {
        return kept.to_owned();
    }
    let ending = kept.rsplit_once('.').map_or("", |(_, ending)| ending);
    let ending: String = if ending.chars().count() <= 5 { format!("….{ending}") } else { "…".to_owned() };
    let room = LONGEST - ending.chars().count();
    kept.chars().take(room).chain(ending.chars()).collect()
}

/// Invisible characters, and those that change the direction of what follows, so that an ending reads backwards.
fn turns(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{061c}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_plain() {
        for (sent, kept) in [
            ("meter.jpg", "meter.jpg"),
            ("../../etc/passwd", "passwd"),
            ("C:\\photos\\meter.jpg", "meter.jpg"),
            ("..%5c..%5cmeter.jpg", "%5c..%5cmeter.jpg"),
            ("a\r\nSet-Cookie: x.jpg", "aSet-Cookie: x.jpg"),
            ("\"meter\".jpg", "\"meter\".jpg"),
            ("Zähler 表.png", "Zähler 表.png"),
            ("photo\u{202e}gpj.exe", "photogpj.exe"),
            ("", "file"),
            ("../..", "file"),
        ] {
            assert_eq!(plain(sent), kept, "{sent:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_sent_becomes_one_short_line(sent in "\\PC{0,400}|.{0,400}") {
            let kept = plain(&sent);
            let length = kept.chars().count();
            proptest::prop_assert!((1..=LONGEST).contains(&length), "{kept}");
            proptest::prop_assert!(!kept.contains(['/', '\\', '\r', '\n', '\0']), "{kept}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let kept = plain(&format!("{}.jpeg", "x".repeat(300)));
        assert!(kept.chars().count() == 100 && kept.ends_with("….jpeg"), "{kept}");
    }
}
