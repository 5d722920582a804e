//! PDF: kept as it is sent, so it is looked through first, and only ever downloaded.
//!
//! Refused are files that do not begin and end as a PDF, that are encrypted, or that name what a page needs no more than
//! a photo does: scripts, programs to launch, forms with scripts, films, files inside. Names are read with their escapes
//! (`/J#53`), wherever they stand in the file, and in object streams, which are unpacked under a limit. What is not
//! looked into are other packed streams: they hold what a page looks like, and a reader takes no actions from there.

use std::io::Read;

use flate2::read::ZlibDecoder;

use super::refusal::Refusal;

/// Bytes that all object streams of a file may unpack to.
const MOST_UNPACKED: u64 = 64 * 1024 * 1024;
/// Times that the word "stream" may stand in one object; it has one, and chance may write some more.
const MOST_STREAMS: usize = 64;
/// Names that have no place in evidence, wherever they stand.
const REFUSED: [&[u8]; 5] = [b"JavaScript", b"Launch", b"EmbeddedFile", b"EmbeddedFiles", b"RichMedia"];
/// As above, but so short that chance writes them in packed bytes.
const REFUSED_IN_THE_OPEN: [&[u8]; 2] = [b"JS", b"XFA"];

/// Refuses what should not be kept.
pub fn check(bytes: &[u8]) -> Result<(), Refusal> {
    let whole = bytes.trim_ascii_end();
    let tail = &whole[whole.len().saturating_sub(1024)..];
    if !(bytes.starts_with(b"%PDF-1.") || bytes.starts_with(b"%PDF-2.")) {
        return Err(Refusal::BrokenDocument);
    }
    if !whole.ends_with(b"%%EOF") || find(tail, b"startxref").is_none() {
        return Err(Refusal::BrokenDocument);
    }
    for name in names(bytes) {
        judge(&name, &REFUSED)?;
    }
    outside_of_streams(bytes)?;
    object_streams(bytes)
}

/// Short names count only where no packed bytes are.
fn outside_of_streams(bytes: &[u8]) -> Result<(), Refusal> {
    let mut at = 0;
    while at < bytes.len() {
        let head = find(&bytes[at..], b"stream").map_or(bytes.len(), |found| at + found);
        names(&bytes[at..head]).try_for_each(|name| judge(&name, &REFUSED_IN_THE_OPEN))?;
        at = find(&bytes[head..], b"endstream").map_or(bytes.len(), |found| head + found + b"endstream".len());
    }
    Ok(())
}

/// Looks into every stream that might hold objects: wherever the word stands, lest a comment hide one.
fn object_streams(bytes: &[u8]) -> Result<(), Refusal> {
    let (mut object, mut streams, mut room) = (0, 0, MOST_UNPACKED);
    for at in 0..bytes.len() {
        let rest = &bytes[at..];
        if rest.starts_with(b"obj") && !bytes[..at].ends_with(b"end") {
            (object, streams) = (at, 0);
        } else if rest.starts_with(b"stream") && !bytes[..at].ends_with(b"end") {
            streams += 1;
            if streams > MOST_STREAMS {
                return Err(Refusal::BrokenDocument);
            }
            look_into(&bytes[object..at], &rest[b"stream".len()..], &mut room)?;
        }
    }
    Ok(())
}

fn judge(name: &[u8], refused: &[&[u8]]) -> Result<(), Refusal> {
    if name == b"Encrypt" {
        return Err(Refusal::Encrypted);
    }
    if refused.contains(&name) { Err(Refusal::Active) } else { Ok(()) }
}

/// Looks through a stream if it holds objects. `dictionary` is what its object says before it.
fn look_into(dictionary: &[u8], packed: &[u8], room: &mut u64) -> Result<(), Refusal> {
    let words: Vec<Vec<u8>> = names(dictionary).collect();
    let has = |word: &[u8]| words.iter().any(|name| name == word);
    if !has(b"ObjStm") {
        return Ok(());
    }
    let packings = words.iter().filter(|name| name.ends_with(b"Decode")).count();
    if packings == 0 {
        let end = find(packed, b"endstream").unwrap_or(packed.len());
        return names(&packed[..end]).try_for_each(|name| judge(&name, &REFUSED_IN_THE_OPEN));
    }
    // packed in a way that no program we know of packs objects: it can't be looked into
    if packings > 1 || !has(b"FlateDecode") || has(b"DecodeParms") || has(b"Predictor") {
        return Err(Refusal::BrokenDocument);
    }
    let mut objects = Vec::new();
    let data = packed.trim_ascii_start();
    let read = ZlibDecoder::new(data).take(*room).read_to_end(&mut objects);
    *room -= objects.len() as u64;
    if read.is_err() || *room == 0 {
        return Err(Refusal::BrokenDocument);
    }
    names(&objects).try_for_each(|name| judge(&name, &REFUSED).and_then(|()| judge(&name, &REFUSED_IN_THE_OPEN)))
}

/// The names in these bytes, without their slash, escapes undone; of longer ones the first 128 bytes.
fn names(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    let starts = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at + 1);
    starts.map(|start| {
        let rest = &bytes[start..bytes.len().min(start + 128)];
        let length = rest.iter().position(|byte| is_end(*byte)).unwrap_or(rest.len());
        unescaped(&rest[..length])
    })
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
