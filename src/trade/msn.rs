//! The meter serial number (MSN): what is stamped on the meter, up to 14 characters in UK Link.
//!
//! No format is published for gas meters, and makers repeat themselves, so the only rules are
//! the length and the characters: letters, digits, hyphen and slash, upper case.

use std::fmt;

use super::text::plain_dashes;
use super::words::without_spaces;

/// The longest MSN that UK Link's records hold, in characters.
pub const MSN_MAX: usize = 14;

/// A meter serial number, upper case and without spaces.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Msn(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MsnError {
    Empty,
    TooLong { characters: usize },
    WrongCharacter(char),
}

impl Msn {
    /// Forgives case and spaces, also those inside, as stamped on many meters.
    pub fn parse(typed: &str) -> Result<Self, MsnError> {
        let msn = plain_dashes(&without_spaces(typed)).to_ascii_uppercase();
        if let Some(wrong) = msn.chars().find(|c| !matches!(c, 'A'..='Z' | '0'..='9' | '-' | '/')) {
            return Err(MsnError::WrongCharacter(wrong));
        }
        if !msn.bytes().any(|b| b.is_ascii_alphanumeric()) {
            return Err(MsnError::Empty);
        }
        if msn.len() > MSN_MAX {
            return Err(MsnError::TooLong { characters: msn.len() });
        }
        Ok(Self(msn))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Msn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for MsnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Enter the serial number on the meter"),
            Self::TooLong { characters } => {
                write!(f, "A meter serial number has up to {MSN_MAX} characters; this has {characters}")
            }
            Self::WrongCharacter(wrong) => write!(
                f,
                "A meter serial number has letters, digits, hyphens and slashes only, \
                 not “{wrong}”"
            ),
        }
    }
}

impl std::error::Error for MsnError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_spaces_are_forgiven() {
        let parsed = |typed| Msn::parse(typed).map(|msn| msn.to_string());
        assert_eq!(parsed(" m01 a0123/06-a "), Ok("M01A0123/06-A".to_owned()));
        assert_eq!(parsed("M01\u{2013}A\u{200b}1"), Ok("M01-A1".to_owned()));
        assert_eq!(parsed("ABCDEFGHIJKLMNO"), Err(MsnError::TooLong { characters: 15 }));
        assert_eq!(parsed("AB_1"), Err(MsnError::WrongCharacter('_')));
        assert_eq!(parsed("é1"), Err(MsnError::WrongCharacter('é')));
        assert_eq!(parsed(" - "), Err(MsnError::Empty));
        assert_eq!(parsed(""), Err(MsnError::Empty));
    }
}
