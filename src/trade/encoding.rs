//! Which characters the bytes of a text are, where they are not UTF-8, and text that was read as the wrong ones.

use encoding_rs::{Encoding, ISO_8859_14, WINDOWS_1252};

/// In what the bytes are written that are not UTF-8, if it can be told: the Welsh ISO 8859-14, else Windows-1252.
pub fn of_bytes(bytes: &[u8]) -> Option<&'static Encoding> {
    let has_controls = bytes.iter().any(|byte| (0x80..0xa0).contains(byte));
    // ŵ and ŷ, where Windows-1252 has letters of Iceland
    if !has_controls && bytes.iter().any(|byte| matches!(byte, 0xd0 | 0xde | 0xf0 | 0xfe)) {
        return Some(ISO_8859_14);
    }
    let is_letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphabetic);
    let is_foreign = |(at, byte): (usize, &u8)| {
        let (before, after) = (is_letter(at.checked_sub(1).and_then(|at| bytes.get(at))), is_letter(bytes.get(at + 1)));
        match byte {
            // no characters at all
            0x81 | 0x8d | 0x8f | 0x90 | 0x9d => true,
            // an é of DOS or of an old Macintosh looks like a low quote or a Ž within a word
            0x82..=0x84 | 0x86..=0x8b | 0x8e | 0x98 | 0x9b | 0x9f => before,
            0x80 | 0x8c | 0x93..=0x95 | 0x99 => before && after,
            _ => false,
        }
    };
    (!bytes.iter().enumerate().any(is_foreign)).then_some(WINDOWS_1252)
}

/// Whether a word was UTF-8 and has been read as Windows-1252, such as `CafÃ©`, or a letter of it is lost.
pub fn is_garbled(text: &str) -> bool {
    text.contains('\u{fffd}') || !text.is_ascii() && text.split(' ').any(is_twice_encoded)
}

fn is_twice_encoded(word: &str) -> bool {
    if word.is_ascii() {
        return false;
    }
    let (bytes, _, is_unknown) = WINDOWS_1252.encode(word);
    !is_unknown && std::str::from_utf8(&bytes).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_read_as_what_they_are_or_not_at_all() {
        for (bytes, name) in [
            (&b"Caf\xe9 Lane"[..], Some("windows-1252")),
            (b"5 \x80, King\x92s \x93Old\x94 \x96 7", Some("windows-1252")),
            (b"Heol T\xfe Gwyn", Some("ISO-8859-14")),
            (b"Llyn G\xf0ydd, caf\xe9", Some("ISO-8859-14")),
            (b"Caf\x82 Lane", None),
            (b"Caf\x8e Lane", None),
            (b"c\x93t", None),
            (b"caf\x8f", None),
        ] {
            assert_eq!(of_bytes(bytes).map(Encoding::name), name, "{bytes:?}");
        }
    }

    #[test]
    fn what_was_read_wrongly_is_known() {
        for text in ["CafÃ©", "Heol TÅ· Gwyn", "Kingâ€™s", "Caf\u{fffd}"] {
            assert!(is_garbled(text), "{text}");
        }
        for text in ["", "Café", "Tŷ Gwyn", "Ã", "Â", "Łódź", "5 £", "São João", "½ Moss", "👍", "“A”"]
        {
            assert!(!is_garbled(text), "{text}");
        }
    }
}
