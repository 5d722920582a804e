//! Placeholders of a saved text: a word in braces that stands for something of the contact.

use crate::contacts::Contact;
use crate::contacts::fields::Field;

/// Each placeholder, and what stands in its place.
pub const PLACEHOLDERS: [(&str, &str); 4] = [
    ("{crn}", "the contact’s CRN"),
    ("{address}", "the site’s address on one line"),
    ("{postcode}", "its postcode"),
    ("{msn}", "the meter serial number that the raiser gave"),
];

/// The text with its placeholders filled from this contact, as its viewer sees it.
pub fn filled(body: &str, contact: &Contact) -> String {
    let details = &contact.details;
    let (town, postcode) = (details.get(Field::PostTown), details.get(Field::Postcode));
    let msn = match details.get(Field::Msn) {
        "" => "(no meter serial number was given)",
        msn => msn,
    };
    let address = format!("{}, {town}, {postcode}", details.first_line());
    replaced(body, [contact.crn.as_str(), &address, postcode, msn])
}

/// In one pass, so that a placeholder inside an address stays what it is.
fn replaced(body: &str, values: [&str; 4]) -> String {
    let (mut text, mut rest) = (String::with_capacity(body.len()), body);
    while let Some(at) = rest.find('{') {
        text += &rest[..at];
        rest = &rest[at..];
        let known = PLACEHOLDERS.iter().zip(values).find(|((name, _), _)| rest.starts_with(name));
        let (taken, value) = known.map_or((1, "{"), |((name, _), value)| (name.len(), value));
        text += value;
        rest = &rest[taken..];
    }
    text + rest
}

/// The first word in braces that is no placeholder, as it was typed.
pub fn unknown_placeholder(body: &str) -> Option<&str> {
    let words = body.match_indices('{').filter_map(|(at, _)| {
        let word = &body[at..];
        word.find('}').map(|end| &word[..=end])
    });
    words.into_iter().find(|word| PLACEHOLDERS.iter().all(|(known, _)| known != word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placeholder_is_filled_once() {
        let values = ["C1", "7 {msn} Row", "LS1 4DY", "G4"];
        assert_eq!(replaced("{crn}: {address}? {msn} {", values), "C1: 7 {msn} Row? G4 {");
        assert_eq!(replaced("{other} {{crn}", values), "{other} {C1");
    }

    #[test]
    fn a_word_in_braces_is_known_or_named() {
        assert_eq!(unknown_placeholder("{crn} at {address}, {postcode}: {msn} { or }"), Some("{ or }"));
        assert_eq!(unknown_placeholder("{crn} {serial number}"), Some("{serial number}"));
        assert_eq!(unknown_placeholder("{crn} and no more {"), None);
    }
}
