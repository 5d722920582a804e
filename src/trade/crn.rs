//! The Contact Reference Number (CRN): `C`, eight digits and a check digit, as in C123456786.
//!
//! The format is ours. The check digit is Damm's (H. M. Damm, "Total anti-symmetrische
//! Quasigruppen", 2004): it catches every wrong digit and every swap of two neighbours, so
//! that a mistyped CRN is told from one that does not exist. Postgres computes the same digit
//! from the same table when it numbers a contact.

use std::fmt;

use super::words::without_separators;

/// Damm's quasigroup of order 10. Start with 0; for each digit from left to right, the next
/// value is in the row of the value so far, at the column of the digit. The value at the end
/// is the check digit, and with the check digit itself taken in it becomes 0.
#[rustfmt::skip]
pub const DAMM: [[u8; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

/// A CRN whose check digit matches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Crn(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CrnError {
    /// Does not look like a CRN at all.
    NotACrn,
    /// Has the shape of a CRN, but its check digit does not match.
    Mistyped,
}

impl Crn {
    /// Forgives case, spaces, hyphens and a missing C.
    pub fn parse(typed: &str) -> Result<Self, CrnError> {
        let typed = without_separators(typed);
        let digits = typed.strip_prefix(['C', 'c']).unwrap_or(&typed);
        if digits.len() != 9 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(CrnError::NotACrn);
        }
        if damm(digits) != 0 {
            return Err(CrnError::Mistyped);
        }
        Ok(Self(format!("C{digits}")))
    }

    /// The CRN of eight digits (0 to 99,999,999), its check digit put after them. Panics
    /// above: the digits come from code, not from people.
    pub fn from_digits(digits: u32) -> Self {
        assert!(digits <= 99_999_999, "a CRN has eight digits and a check digit: {digits}");
        let digits = format!("{digits:08}");
        let check = damm(&digits);
        Self(format!("C{digits}{check}"))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn damm(digits: &str) -> u8 {
    digits.bytes().fold(0, |value, b| DAMM[usize::from(value)][usize::from(b - b'0')])
}

impl fmt::Display for Crn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for CrnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotACrn => "A CRN is the letter C and 9 digits, such as C123456786",
            Self::Mistyped => {
                "This CRN is mistyped: its last digit doesn't match the others, so one of them is \
                 wrong or two are swapped"
            }
        })
    }
}

impl std::error::Error for CrnError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_example_holds() {
        assert_eq!(damm("572"), 4);
        assert_eq!(damm("5724"), 0);
    }

    #[test]
    fn case_spaces_and_a_missing_c_are_forgiven() {
        let crn = Crn::from_digits(12_345_678);
        let digits = &crn.as_str()[1..];
        for typed in [format!("c{digits}"), digits.to_owned(), format!(" C {}-{} ", &digits[..4], &digits[4..])] {
            assert_eq!(Crn::parse(&typed).as_ref(), Ok(&crn), "{typed}");
        }
        assert_eq!(Crn::from_digits(0).as_str(), "C000000000");
        assert!(CrnError::NotACrn.to_string().contains(crn.as_str()));
    }

    #[test]
    fn what_does_not_look_like_one_is_told_from_a_slip() {
        for typed in ["", "C", "C12345678", "C1234567867", "CC123456786", "D123456786", "C12345678é"] {
            assert_eq!(Crn::parse(typed), Err(CrnError::NotACrn), "{typed}");
        }
        assert_eq!(Crn::parse("C123456785"), Err(CrnError::Mistyped));
    }
}
