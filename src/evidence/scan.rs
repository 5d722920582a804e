//! The virus check. The program has no scanner of its own: an installation with one makes 'quarantined' the default of
//! `evidence.verdict`, and lets its scanner read new files and say 'clean' as the owner of the database. Until then a
//! file is listed as being checked, and is not served.

/// The harmless text by which every scanner can be tested, in two halves so that this program does not trip one.
const TEST_TEXT: [&[u8]; 2] = [b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-", b"ANTIVIRUS-TEST-FILE!$H+H*"];

/// Whether our own check refuses the file: it knows the test text and nothing else.
pub fn is_infected(bytes: &[u8]) -> bool {
    let [first, second] = TEST_TEXT;
    bytes
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == first[0])
        .filter_map(|(at, _)| bytes[at..].strip_prefix(first))
        .any(|rest| rest.starts_with(second))
}
