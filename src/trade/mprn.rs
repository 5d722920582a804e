//! The Meter Point Reference Number ("M number"): 6 to 10 digits, the last two of which check
//! the others.
//!
//! The rule: weigh the digits before the last two with n, n-1 … 1 from left to right, add up,
//! take the remainder by 11, write it as two digits (00 to 10). The industry's A to Z gives the
//! length; no official standard of the check digits is published, so the rule stands in this
//! one place and each way to break it has its own message.

use std::fmt;
use std::ops::RangeInclusive;

use super::words::without_separators;

/// The bodies (the digits before the check digits) of all sample meter points: MPRNs from
/// 9000000006 to 9099999908. The trial forbids real MPRNs, so everything that makes one up
/// takes it from here. The industry has reserved no range for tests; this one is ours.
pub const SYNTHETIC_BODIES: RangeInclusive<u64> = 90_000_000..=90_999_999;

/// An MPRN whose check digits match: digits only, without leading zeros.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mprn(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MprnError {
    NotDigits,
    WrongLength { digits: usize },
    WrongOnSight { last_two: u32 },
    CheckDigitsDoNotMatch,
}

impl Mprn {
    /// Forgives spaces, hyphens, what it is called, and leading zeros: the register keeps MPRNs as numbers.
    pub fn parse(typed: &str) -> Result<Self, MprnError> {
        let typed = without_separators(typed).to_ascii_uppercase();
        let bare = typed.trim_matches(['.', ',', ';', ':', '(', ')', '\'', '"', '#', '*', '\u{2022}']);
        let typed = bare.strip_prefix("MPRN").unwrap_or(bare).trim_start_matches([':', '.', '=']);
        if !typed.bytes().all(|b| b.is_ascii_digit()) {
            return Err(MprnError::NotDigits);
        }
        let digits = typed.trim_start_matches('0');
        if typed.len() > 10 || digits.len() < 6 {
            return Err(MprnError::WrongLength { digits: typed.len() });
        }
        let (body, last_two) = digits.split_at(digits.len() - 2);
        let last_two = last_two.bytes().fold(0, |n, b| n * 10 + u32::from(b - b'0'));
        if last_two > 10 {
            return Err(MprnError::WrongOnSight { last_two });
        }
        if last_two != check_digits(body) {
            return Err(MprnError::CheckDigitsDoNotMatch);
        }
        Ok(Self(digits.to_owned()))
    }

    /// The MPRN of a body of 4 to 8 digits, its check digits put after it. Panics on another
    /// length: bodies come from code, not from people.
    pub fn from_body(body: u64) -> Self {
        assert!((1_000..=99_999_999).contains(&body), "an MPRN's body has 4 to 8 digits: {body}");
        let body = body.to_string();
        let check = check_digits(&body);
        Self(format!("{body}{check:02}"))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it lies in [`SYNTHETIC_BODIES`] and so can't be a real site in the trial.
    pub fn is_synthetic(&self) -> bool {
        self.0[..self.0.len() - 2].parse().is_ok_and(|body| SYNTHETIC_BODIES.contains(&body))
    }
}

fn check_digits(body: &str) -> u32 {
    let weighted = (1..).zip(body.bytes().rev()).map(|(weight, b)| weight * u32::from(b - b'0'));
    weighted.sum::<u32>() % 11
}

impl fmt::Display for Mprn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for MprnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotDigits => f.write_str("An MPRN has digits only, 6 to 10 of them"),
            Self::WrongLength { digits } if (6..=10).contains(digits) => {
                f.write_str("An MPRN has 6 to 10 digits, not counting zeros in front")
            }
            Self::WrongLength { digits } => {
                write!(f, "An MPRN has 6 to 10 digits; this has {digits}")
            }
            Self::WrongOnSight { last_two } => write!(
                f,
                "This can't be an MPRN: its last two digits are check digits, which run from 00 \
                 to 10, and these are {last_two}"
            ),
            Self::CheckDigitsDoNotMatch => {
                f.write_str("The last two digits of this MPRN don't match the others; a digit may be mistyped")
            }
        }
    }
}

impl std::error::Error for MprnError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_examples_are_accepted() {
        for valid in [
            "3938424403",
            "10140505",
            "7512345604",
            "7400000108",
            "12345601",
            "432108",
            "9102030403",
            "1234567810",
            "910500",
        ] {
            let mprn = Mprn::parse(valid).expect(valid);
            assert_eq!(mprn.as_str(), valid);
            let body = valid[..valid.len() - 2].parse().expect("digits");
            assert_eq!(Mprn::from_body(body), mprn);
        }
    }

    #[test]
    fn each_mistake_has_its_own_error() {
        use MprnError::*;
        for (typed, error) in [
            ("39384244O3", NotDigits),
            ("٣٩٣٨٤٢٤٤٠٣", NotDigits),
            ("", WrongLength { digits: 0 }),
            ("32108", WrongLength { digits: 5 }),
            ("39384244031", WrongLength { digits: 11 }),
            ("0000000000", WrongLength { digits: 10 }),
            ("1234567890", WrongOnSight { last_two: 90 }),
            ("3938424404", CheckDigitsDoNotMatch),
            ("9338424403", CheckDigitsDoNotMatch),
        ] {
            assert_eq!(Mprn::parse(typed), Err(error), "{typed}");
            assert!(!error.to_string().is_empty());
        }
    }

    #[test]
    fn separators_and_leading_zeros_are_forgiven() {
        for typed in [
            " 1014-0505 ",
            "10 14 05 05",
            "0010140505",
            "1014\u{a0}0505",
            "１０１４０５０５",
            "MPRN: 10140505.",
            "(10140505)",
        ] {
            assert_eq!(Mprn::parse(typed).as_ref().map(Mprn::as_str), Ok("10140505"), "{typed}");
        }
    }

    #[test]
    fn the_synthetic_range_is_as_documented() {
        let (first, last) = (*SYNTHETIC_BODIES.start(), *SYNTHETIC_BODIES.end());
        assert_eq!(Mprn::from_body(first).as_str(), "9000000006");
        assert_eq!(Mprn::from_body(last).as_str(), "9099999908");
        assert!(Mprn::from_body(first).is_synthetic() && Mprn::from_body(last).is_synthetic());
        assert!(!Mprn::from_body(last + 1).is_synthetic());
        assert!(!Mprn::from_body(9_000).is_synthetic());
    }
}
