//! PDF: kept as it is sent, so it is looked through first, and only ever downloaded.
//!
//! Refused are files that do not begin and end as a PDF, that are encrypted, or that name what a page needs no more than
//! a photo does: scripts, programs to launch, forms with scripts, films, files inside. Names are read with their escapes
//! (`/J#53`), wherever they stand in the file, and in object streams, which are unpacked under a limit. What is not
//! looked into are other packed streams: they hold what a page looks like, and a reader takes no actions from there.

use std::io::Read;

use flate2::bufread::ZlibDecoder;

use super::refusal::FileRefusal;

/// Bytes that all object streams of a file may unpack to.
const MOST_UNPACKED: u64 = 64 * 1024 * 1024;
/// What unpacking one stream takes of these at least, however little is in it.
const LEAST_UNPACKED: u64 = 4 * 1024;
/// Names that have no place in evidence, wherever they stand.
const REFUSED: [&[u8]; 5] = [b"JavaScript", b"Launch", b"EmbeddedFile", b"EmbeddedFiles", b"RichMedia"];
/// As above, but so short that chance writes them in packed bytes.
const REFUSED_IN_THE_OPEN: [&[u8]; 2] = [b"JS", b"XFA"];

/// Refuses what should not be kept.
pub fn check(bytes: &[u8]) -> Result<(), FileRefusal> {
    let whole = bytes.trim_ascii_end();
    let tail = &whole[whole.len().saturating_sub(1024)..];
    if !(bytes.starts_with(b"%PDF-1.") || bytes.starts_with(b"%PDF-2.")) {
        return Err(FileRefusal::BrokenDocument);
    }
    if !whole.ends_with(b"%%EOF") || find(tail, b"startxref").is_none() {
        return Err(FileRefusal::BrokenDocument);
    }
    for name in names(bytes) {
        judge(&name, &REFUSED)?;
    }
    outside_of_streams(bytes)?;
    object_streams(bytes)
}

/// Short names count only where no packed bytes are.
fn outside_of_streams(bytes: &[u8]) -> Result<(), FileRefusal> {
    let mut at = 0;
    while at < bytes.len() {
        let head = find(&bytes[at..], b"stream").map_or(bytes.len(), |found| at + found);
        names(&bytes[at..head]).try_for_each(|name| judge(&name, &REFUSED_IN_THE_OPEN))?;
        at = find(&bytes[head..], b"endstream").map_or(bytes.len(), |found| head + found + b"endstream".len());
    }
    Ok(())
}

/// What an object has said so far about the stream that may follow.
#[derive(Default)]
struct Dictionary {
    holds_objects: bool,
    packings: usize,
    is_deflated: bool,
    has_more: bool,
}

impl Dictionary {
    fn hear(&mut self, name: &[u8]) {
        self.holds_objects |= name == b"ObjStm";
        self.packings += usize::from(name.ends_with(b"Decode"));
        self.is_deflated |= name == b"FlateDecode";
        self.has_more |= name == b"DecodeParms" || name == b"Predictor";
    }
}

/// Looks into every stream that might hold objects: wherever the word stands, lest a comment hide one. Each byte is
/// looked at once, and unpacked is no more than [`MOST_UNPACKED`], so that no file takes longer than its size says.
fn object_streams(bytes: &[u8]) -> Result<(), FileRefusal> {
    let (mut said, mut within, mut room) = (Dictionary::default(), false, MOST_UNPACKED);
    for at in 0..bytes.len() {
        let rest = &bytes[at..];
        let ends = bytes[..at].ends_with(b"end");
        if rest[0] == b'/' {
            let name = name(&rest[1..]);
            said.hear(&name);
            if within {
                judge(&name, &REFUSED_IN_THE_OPEN)?;
            }
        } else if rest.starts_with(b"obj") && !ends {
            said = Dictionary::default();
        } else if rest.starts_with(b"stream") && ends {
            within = false;
        } else if rest.starts_with(b"stream") && said.holds_objects {
            if said.packings == 0 {
                within = true;
            } else {
                unpack(&said, &rest[b"stream".len()..], &mut room)?;
            }
        }
    }
    // objects without an end are those of a file that was cut, or of one that nobody wrote in good faith
    if within { Err(FileRefusal::BrokenDocument) } else { Ok(()) }
}

fn judge(name: &[u8], refused: &[&[u8]]) -> Result<(), FileRefusal> {
    if name == b"Encrypt" {
        return Err(FileRefusal::Encrypted);
    }
    if refused.contains(&name) { Err(FileRefusal::Active) } else { Ok(()) }
}

/// Looks through the objects that are packed here.
fn unpack(said: &Dictionary, packed: &[u8], room: &mut u64) -> Result<(), FileRefusal> {
    // packed in a way that no program we know of packs objects: it can't be looked into
    if said.packings > 1 || !said.is_deflated || said.has_more {
        return Err(FileRefusal::BrokenDocument);
    }
    let mut objects = Vec::new();
    let mut unpacked = ZlibDecoder::new(packed.trim_ascii_start()).take(*room);
    let read = unpacked.read_to_end(&mut objects);
    let zip = unpacked.into_inner();
    *room = room.saturating_sub(zip.total_in().max(zip.total_out()).max(LEAST_UNPACKED));
    if read.is_err() || *room == 0 {
        return Err(FileRefusal::BrokenDocument);
    }
    names(&objects).try_for_each(|name| judge(&name, &REFUSED).and_then(|()| judge(&name, &REFUSED_IN_THE_OPEN)))
}

/// The names in these bytes, without their slash, escapes undone; of longer ones the first 128 bytes.
fn names(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    let starts = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at + 1);
    starts.map(|start| name(&bytes[start..]))
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
    let first = *wanted.first()?;
    let last = bytes.len().checked_sub(wanted.len())?;
    (0..=last).find(|at| bytes[*at] == first && bytes[*at..].starts_with(wanted))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;

    use super::*;

    const LARGE: usize = 8_000_000;

    fn document(parts: &[&[u8]]) -> Vec<u8> {
        [b"%PDF-1.4 ", parts.concat().as_slice(), b" startxref 0 %%EOF"].concat()
    }

    fn packed(objects: &[u8]) -> Vec<u8> {
        let mut zip = ZlibEncoder::new(Vec::new(), Compression::best());
        zip.write_all(objects).unwrap();
        [b"obj /ObjStm /FlateDecode stream\n".as_slice(), &zip.finish().unwrap(), b" endstream "].concat()
    }

    /// Each took hours, or as much memory as there is, when its streams were looked at one by one.
    #[test]
    fn no_file_takes_longer_than_its_size_says() {
        let streams = b"obj/ObjStm stream ".repeat(LARGE / 18);
        let names = b"/".repeat(LARGE);
        let many = b"stream ".repeat(LARGE / 7);
        assert_eq!(check(&document(&[&streams])), Err(FileRefusal::BrokenDocument));
        assert_eq!(check(&document(&[&streams, b"/JS endstream"])), Err(FileRefusal::Active));
        assert_eq!(check(&document(&[b"obj ", &names, &b" stream ".repeat(64)])), Ok(()));
        assert_eq!(check(&document(&[b"obj /ObjStm ", &many])), Err(FileRefusal::BrokenDocument));
    }

    #[test]
    fn what_is_unpacked_is_bounded_over_all_streams() {
        assert_eq!(check(&document(&[&packed(b"1 0 << /Type /Font >>")])), Ok(()));
        let empty = packed(b"").repeat(20_000);
        assert_eq!(check(&document(&[&empty])), Err(FileRefusal::BrokenDocument));
        let bomb = packed(&vec![b' '; 40 << 20]).repeat(2);
        assert_eq!(check(&document(&[&bomb])), Err(FileRefusal::BrokenDocument));
    }

    #[test]
    fn objects_are_looked_into_up_to_the_end_of_their_stream() {
        let hidden: [&[u8]; 3] = [
            b"obj /ObjStm stream 5 0 obj << /J#53 (x) >> endstream",
            b"obj << % stream\n/ObjStm >> stream << /JS (x) >> endstream",
            b"obj << /ObjStm >> stream stream << /XFA 1 0 R >> endstream",
        ];
        for objects in hidden {
            assert_eq!(check(&document(&[objects])), Err(FileRefusal::Active), "{}", String::from_utf8_lossy(objects));
        }
        let chance = b"obj << /DCTDecode >> stream /JS endstream endobj obj /ObjStm stream 1 0 endstream";
        assert_eq!(check(&document(&[chance])), Ok(()));
    }
}
