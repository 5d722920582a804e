//! The names that stand in a PDF's bytes outside of its streams, with their escapes (`/J#53`) undone: also those in parts that
//! the parser passes over, such as a trailer that is not the last.

/// Each name there, without its slash; of longer ones the first 128 bytes.
pub fn in_the_open(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    let mut at = 0;
    let parts = std::iter::from_fn(move || {
        let part = bytes.get(at..).filter(|rest| !rest.is_empty())?;
        let length = find(part, b"stream").unwrap_or(part.len());
        let end = find(&part[length..], b"endstream").map_or(part.len(), |end| length + end + b"endstream".len());
        at += end;
        Some(&part[..length])
    });
    parts.flat_map(|part| {
        let starts = part.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(start, _)| start + 1);
        starts.map(|start| name(&part[start..]))
    })
}

/// The name that stands here.
fn name(bytes: &[u8]) -> Vec<u8> {
    let bytes = &bytes[..bytes.len().min(128)];
    let length = bytes.iter().position(|byte| is_end(*byte)).unwrap_or(bytes.len());
    unescaped(&bytes[..length])
}

fn is_end(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | b' ' | b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

fn unescaped(name: &[u8]) -> Vec<u8> {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let mut plain = Vec::with_capacity(name.len());
    let mut at = 0;
    while at < name.len() {
        let escape = (name[at] == b'#').then(|| digit(name.get(at + 1)).zip(digit(name.get(at + 2)))).flatten();
        if let Some(byte) = escape.and_then(|(high, low)| u8::try_from(high * 16 + low).ok()) {
            plain.push(byte);
            at += 3;
        } else {
            plain.push(name[at]);
            at += 1;
        }
    }
    plain
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(bytes: &[u8]) -> Vec<String> {
        in_the_open(bytes).map(|name| String::from_utf8(name).unwrap()).collect()
    }

    #[test]
    fn names_are_read_with_their_escapes_and_not_in_streams() {
        assert_eq!(
            names(b"<< /J#53 (x) /Launch>> stream /Inside endstream /After[/Last"),
            ["JS", "Launch", "After", "Last"]
        );
        assert_eq!(names(b"stream /Inside"), Vec::<String>::new());
        assert_eq!(names(b"/#4 /#zz"), ["#4", "#zz"]);
    }

    #[test]
    fn no_bytes_take_longer_than_their_number_says() {
        for part in ["stream ", "endstream ", "/", "stream endstream /"] {
            assert!(in_the_open(part.repeat(8_000_000 / part.len()).as_bytes()).count() < 8_000_001);
        }
    }
}
