//! Numbers of rows as addresses and forms show them: sealed, since a number that counts would tell everybody how much
//! all others do. What is shown looks random, says nothing of what came before or after, and is the same each time; a
//! number of one kind is none of another.
//!
//! A permutation of each kind's numbers (a Feistel network whose rounds are AES), so that nothing is stored and no index is
//! needed. It is no signature: whoever guesses a number is still behind the walls.

use std::fmt;
use std::sync::Arc;

use aes::Aes256;
use aes::cipher::{BlockCipherEncrypt, KeyInit};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::trade::Crn;

const ROUNDS: u8 = 8;
/// Base64 for addresses: neither `.` nor `~`, which stand between values.
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// Characters of a version as it is shown.
pub const VERSION: usize = 6;

/// What a number counts.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// in the cursor of a list
    Contact = 1,
    Filter = 2,
    Announcement = 3,
    Feedback = 4,
    /// in forms; addresses have the account
    Person = 6,
    /// of an account
    Notice = 7,
    /// of a contact, whose CRN goes into it
    Version = 5,
}

/// Seals and opens with the installation's key; without one nothing can be shown or opened.
#[derive(Clone, Default)]
pub struct Seal(Option<Arc<Aes256>>);

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal")
    }
}

impl Seal {
    pub fn of(key: &[u8; 32]) -> Seal {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("a key of any length will do");
        // the key also seals late forms and signs stamps, so this says what it is
        mac.update(b"numbers of rows\0");
        let derived: [u8; 32] = mac.finalize().into_bytes().into();
        Seal(Some(Arc::new(Aes256::new(&derived.into()))))
    }

    pub fn show(&self, kind: Kind, number: i64) -> String {
        self.permuted(kind, 0, 32, number.cast_unsigned()).map(|shown| digits(shown, 11)).unwrap_or_default()
    }

    /// The number that is shown so, if it is one of this kind.
    pub fn open(&self, kind: Kind, shown: &str) -> Option<i64> {
        self.restored(kind, 0, 32, number(shown, 11)?).map(u64::cast_signed).filter(|number| *number >= 0)
    }

    /// The version of a contact.
    pub fn version(&self, crn: &str, version: i32) -> String {
        let shown =
            tweak(crn).and_then(|tweak| self.permuted(Kind::Version, tweak, 18, version.cast_unsigned().into()));
        shown.map(|shown| digits(shown, VERSION)).unwrap_or_default()
    }

    /// The version that is shown so for this contact. What was never shown is 0, a version that no contact has.
    pub fn open_version(&self, crn: &str, shown: &str) -> i32 {
        let opened = tweak(crn).zip(number(shown, VERSION));
        let opened = opened.and_then(|(tweak, shown)| self.restored(Kind::Version, tweak, 18, shown));
        opened.and_then(|version| version.try_into().ok()).unwrap_or(0)
    }

    /// CRN and version, "C371598927.4", as a row's box sends them.
    pub fn tick(&self, crn: &str, version: i32) -> String {
        format!("{crn}.{}", self.version(crn, version))
    }

    /// Such a tick with its version as a number; what is none stays as it is.
    pub fn open_tick(&self, tick: &str) -> String {
        match tick.split_once('.') {
            Some((crn, shown)) => format!("{crn}.{}", self.open_version(crn, shown)),
            None => tick.to_owned(),
        }
    }

    fn permuted(&self, kind: Kind, tweak: u64, half: u32, number: u64) -> Option<u64> {
        let key = self.0.as_ref()?;
        let mut halves = (number >> half, number & mask(half));
        for round in 0..ROUNDS {
            halves = (halves.1, halves.0 ^ mixed(key, [kind as u8, round], tweak, halves.1) & mask(half));
        }
        Some(halves.0 << half | halves.1)
    }

    fn restored(&self, kind: Kind, tweak: u64, half: u32, shown: u64) -> Option<u64> {
        let key = self.0.as_ref()?;
        let mut halves = (shown >> half, shown & mask(half));
        for round in (0..ROUNDS).rev() {
            halves = (halves.1 ^ mixed(key, [kind as u8, round], tweak, halves.0) & mask(half), halves.0);
        }
        Some(halves.0 << half | halves.1)
    }
}

fn mask(half: u32) -> u64 {
    (1 << half) - 1
}

fn mixed(key: &Aes256, [kind, round]: [u8; 2], tweak: u64, half: u64) -> u64 {
    let mut block = [0; 16];
    block[..8].copy_from_slice(&tweak.to_be_bytes());
    block[8..].copy_from_slice(&half.to_be_bytes());
    // a half has 32 bits at most, so that these are free
    (block[8], block[9]) = (kind, round);
    let mut block = block.into();
    key.encrypt_block(&mut block);
    block.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn tweak(crn: &str) -> Option<u64> {
    Crn::parse(crn).ok()?.as_str().trim_start_matches('C').parse().ok()
}

fn digits(number: u64, length: usize) -> String {
    (0..length).rev().map(|place| char::from(DIGITS[(number >> (6 * place) & 63) as usize])).collect()
}

fn number(text: &str, length: usize) -> Option<u64> {
    let value = |byte| DIGITS.iter().position(|digit| *digit == byte);
    let places: Vec<usize> =
        text.bytes().map(value).collect::<Option<_>>().filter(|all: &Vec<_>| all.len() == length)?;
    let wide = places.into_iter().fold(0_u128, |number, place| number << 6 | place as u128);
    wide.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CRN: &str = "C371598927";

    #[test]
    fn a_number_is_opened_as_its_own_kind_only() {
        let (ours, theirs) = (Seal::of(&[7; 32]), Seal::of(&[8; 32]));
        for number in [1, 2, 1_000, 2_000_000_000, i64::MAX] {
            let shown = ours.show(Kind::Contact, number);
            assert_eq!((shown.len(), ours.open(Kind::Contact, &shown)), (11, Some(number)));
            assert_ne!(ours.open(Kind::Filter, &shown), Some(number));
            assert_ne!(theirs.open(Kind::Contact, &shown), Some(number));
        }
        for other in ["", "1", "1998", "___________", "AAAAAAAAAAAA", "ÄÄÄÄÄ.", "AAAAA AAAAA"] {
            assert!(ours.open(Kind::Contact, other).is_none_or(|number| number > 1_000_000), "{other}");
        }
        assert_eq!(
            (Seal::default().show(Kind::Contact, 1), Seal::default().open(Kind::Contact, "AAAAAAAAAAA")),
            (String::new(), None)
        );
    }

    #[test]
    fn a_version_is_its_contacts() {
        let seal = Seal::of(&[7; 32]);
        for version in [1, 2, 3, 40, 100_000] {
            let tick = seal.tick(CRN, version);
            assert_eq!(seal.open_tick(&tick), format!("{CRN}.{version}"));
            assert_eq!(tick.len(), CRN.len() + 1 + VERSION);
            assert_ne!(seal.open_version("C000000000", &tick[11..]), version);
        }
        for other in ["", "1", "4", "x", "999999999999"] {
            assert_eq!(seal.open_version(CRN, other), 0, "{other}");
        }
    }

    #[test]
    fn neighbours_look_no_more_alike_than_others() {
        let seal = Seal::of(&[7; 32]);
        let shown: Vec<u64> = (1..=400).map(|n| number(&seal.show(Kind::Contact, n), 11).unwrap()).collect();
        let rising = shown.windows(2).filter(|pair| pair[0] < pair[1]).count();
        assert!((150..250).contains(&rising), "{rising} of 399 rise");
        let bits: u32 = shown.windows(2).map(|pair| (pair[0] ^ pair[1]).count_ones()).sum();
        assert!((30..34).contains(&(bits / 399)), "{bits}");
    }
}
