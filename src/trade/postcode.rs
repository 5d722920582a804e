//! Postcodes of Great Britain, stored upper case with one space: "SW1A 1AA".
//!
//! The shapes are those of BS 7666 (A9, A99, A9A, AA9, AA99 or AA9A, then 9AA), with the
//! letters that each position may hold as measured on all live postcodes of February 2025.
//! Whether a postcode is in use is not checked. Northern Ireland, the Isle of Man and the
//! Channel Islands are not part of the British gas market and are refused.

use std::fmt;

use super::words::{without_separators, without_spaces};

/// A postcode of Great Britain.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Postcode(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostcodeError {
    NotAPostcode,
    /// In this place, which the British gas market does not serve.
    OutsideMarket(&'static str),
}

/// Areas outside the British gas market.
const OUTSIDE_MARKET: [(&str, &str); 4] =
    [("BT", "Northern Ireland"), ("IM", "the Isle of Man"), ("GY", "Guernsey"), ("JE", "Jersey")];

/// Signs that may stand around a postcode.
const AROUND: [char; 9] = ['.', ',', ';', ':', '(', ')', '"', '\u{201c}', '\u{201d}'];

impl Postcode {
    /// Forgives case, spaces missing or too many, a dash between the halves, and what stands around it in a sentence.
    pub fn parse(typed: &str) -> Result<Self, PostcodeError> {
        let plain = without_separators(typed).trim_matches(AROUND).replace('.', "").to_ascii_uppercase();
        if !plain.is_ascii() || !(5..=7).contains(&plain.len()) {
            return Err(PostcodeError::NotAPostcode);
        }
        let (out, inward) = plain.split_at(plain.len() - 3);
        if plain != "GIR0AA" && !(is_outcode(out.as_bytes()) && is_incode(inward.as_bytes())) {
            return Err(PostcodeError::NotAPostcode);
        }
        let postcode = Self(format!("{out} {inward}"));
        match OUTSIDE_MARKET.iter().find(|(area, _)| *area == postcode.area()) {
            Some((_, place)) => Err(PostcodeError::OutsideMarket(place)),
            None => Ok(postcode),
        }
    }

    /// The error for the first half of a postcode outside the market, such as "BT1".
    pub fn outside_market(typed: &str) -> Option<PostcodeError> {
        let plain = without_spaces(typed).to_ascii_uppercase();
        let area: String = plain.chars().take_while(char::is_ascii_uppercase).collect();
        let found = OUTSIDE_MARKET.iter().find(|(known, _)| *known == area);
        found.map(|(_, place)| PostcodeError::OutsideMarket(place))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// "SW1A" of "SW1A 1AA".
    pub fn outcode(&self) -> &str {
        &self.0[..self.0.len() - 4]
    }

    /// "1AA" of "SW1A 1AA".
    pub fn incode(&self) -> &str {
        &self.0[self.0.len() - 3..]
    }

    /// "SW" of "SW1A 1AA": the letters that it begins with.
    pub fn area(&self) -> &str {
        let letters = self.0.bytes().take_while(u8::is_ascii_uppercase).count();
        &self.0[..letters]
    }
}

/// Areas, all of London, in which a letter may follow the district: SW1A, N1C.
const LETTERED: &str = "E EC N NW SE SW W WC";

/// The outcodes that somebody means who types the first half of a postcode: "LS1" is one, "SW1" is also the beginning
/// of SW1A to SW1Y. `None` if it is not the shape of an outcode in one of Great Britain's areas.
pub fn outcodes(typed: &str) -> Option<Vec<String>> {
    let plain = without_spaces(typed).to_ascii_uppercase();
    let letters = plain.bytes().take_while(u8::is_ascii_uppercase).count();
    let is_area = super::ldz::AREAS.iter().any(|(_, areas)| areas.split(' ').any(|area| area == &plain[..letters]));
    if !is_area || !is_outcode(plain.as_bytes()) {
        return None;
    }
    let districts = plain.len() - letters == 1 && LETTERED.split(' ').any(|area| area == &plain[..letters]);
    let longer = (b'A'..=b'Z').filter(|_| districts).map(|letter| format!("{plain}{}", char::from(letter)));
    let longer = longer.filter(|longer| is_outcode(longer.as_bytes()));
    Some(std::iter::once(plain.clone()).chain(longer).collect())
}

fn is_outcode(out: &[u8]) -> bool {
    match *out {
        [a, b'0'..=b'9'] | [a, b'0'..=b'9', b'0'..=b'9'] => first(a),
        [a, b'0'..=b'9', c] => first(a) && matches!(c, b'A'..=b'H' | b'J' | b'K' | b'P' | b'S'..=b'U' | b'W'),
        [a, b, b'0'..=b'9'] | [a, b, b'0'..=b'9', b'0'..=b'9'] => first(a) && second(b),
        [a, b, b'0'..=b'9', d] => first(a) && second(b) && fourth(d),
        _ => false,
    }
}

fn is_incode(inward: &[u8]) -> bool {
    matches!(*inward, [b'0'..=b'9', a, b] if last(a) && last(b))
}

fn first(c: u8) -> bool {
    c.is_ascii_uppercase() && !b"QVX".contains(&c)
}

fn second(c: u8) -> bool {
    c.is_ascii_uppercase() && !b"IJZ".contains(&c)
}

fn fourth(c: u8) -> bool {
    b"ABEHMNPRVWXY".contains(&c)
}

fn last(c: u8) -> bool {
    c.is_ascii_uppercase() && !b"CIKMOV".contains(&c)
}

impl fmt::Display for Postcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for PostcodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAPostcode => f.write_str("Enter a full postcode, such as SW1A 1AA"),
            Self::OutsideMarket(place) => {
                write!(f, "This postcode is in {place}, which is not part of the British gas market")
            }
        }
    }
}

impl std::error::Error for PostcodeError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_is_read_and_stored_alike() {
        for (typed, stored, area) in [
            ("m1 1ae", "M1 1AE", "M"),
            ("B338TH", "B33 8TH", "B"),
            ("w1a  0ax", "W1A 0AX", "W"),
            ("CR2 6XH", "CR2 6XH", "CR"),
            ("dn551pt", "DN55 1PT", "DN"),
            (" ec1a1bb ", "EC1A 1BB", "EC"),
            ("s w 1 a 1 a a", "SW1A 1AA", "SW"),
            ("gir0aa", "GIR 0AA", "GIR"),
            ("M1\u{2013}1AE", "M1 1AE", "M"),
            ("(m1.1ae),", "M1 1AE", "M"),
            ("Ｍ１　１ＡＥ", "M1 1AE", "M"),
        ] {
            let postcode = Postcode::parse(typed).expect(typed);
            assert_eq!((postcode.as_str(), postcode.area()), (stored, area));
            assert_eq!(format!("{} {}", postcode.outcode(), postcode.incode()), stored);
        }
    }

    #[test]
    fn letters_in_the_wrong_place_are_refused() {
        for typed in [
            "",
            "SW1A",
            "Q1 1AA",
            "AJ1 1AA",
            "W1I 1AA",
            "W1L 1AA",
            "EC1C 1BB",
            "M1 1AC",
            "M1 AAE",
            "SW1A 1AAA",
            "SW111 1AA",
            "GIR 0AB",
            "SWé 1AA",
            "1SW 1AA",
            "M1/1AE",
        ] {
            assert_eq!(Postcode::parse(typed), Err(PostcodeError::NotAPostcode), "{typed}");
        }
    }

    #[test]
    fn places_outside_the_market_are_named() {
        for (typed, place) in [
            ("bt1 5gs", "Northern Ireland"),
            ("IM1 1AA", "the Isle of Man"),
            ("GY1 1AA", "Guernsey"),
            ("JE2 3AB", "Jersey"),
        ] {
            let error = Postcode::parse(typed).expect_err("outside");
            assert_eq!(error, PostcodeError::OutsideMarket(place));
            assert!(error.to_string().contains(place));
        }
    }
}
