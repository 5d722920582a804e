//! What every page stamps its forms with: the data it was drawn from, and for which account. A form belongs to
//! that account; sent by another, nothing is done.
//!
//! As text `3.amy.calder.5f…`, signed with the installation's key, so that what comes with it may be kept
//! for its account whoever is signed in by then.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::secret::hex;

/// Bytes of the signature.
const SIGNATURE: usize = 16;
/// The most bytes that a stamp has.
pub const LONGEST: usize = 200;

/// The stamp of a form as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// which set of demo data
    pub epoch: i64,
    /// empty where the page was drawn for nobody
    pub account: String,
    signature: String,
}

impl Stamp {
    /// The stamp of the pages that are drawn for this account.
    pub fn sign(key: &[u8; 32], epoch: i64, account: &str) -> String {
        let says = format!("{epoch}.{account}");
        let signature = mac(key, &says).finalize().into_bytes();
        format!("{says}.{}", hex(&signature[..SIGNATURE]))
    }

    /// A stamp as it was sent; a number alone is an epoch that belongs to no account.
    pub fn read(text: &str) -> Option<Stamp> {
        if let Ok(epoch) = text.parse() {
            return Some(Stamp { epoch, account: String::new(), signature: String::new() });
        }
        let (epoch, rest) = text.split_once('.')?;
        let (account, signature) = rest.rsplit_once('.')?;
        Some(Stamp { epoch: epoch.parse().ok()?, account: account.to_owned(), signature: signature.to_owned() })
    }

    /// Whether a page of this installation was stamped so.
    pub fn is_ours(&self, key: &[u8; 32]) -> bool {
        let bytes: Option<Vec<u8>> = (0..SIGNATURE)
            .map(|at| self.signature.get(at * 2..at * 2 + 2).and_then(|two| u8::from_str_radix(two, 16).ok()))
            .collect();
        let says = format!("{}.{}", self.epoch, self.account);
        bytes.is_some_and(|bytes| {
            self.signature.len() == SIGNATURE * 2 && mac(key, &says).verify_truncated_left(&bytes).is_ok()
        })
    }

    /// Whether another account than this one has to send the form.
    pub fn is_of_another(&self, account: &str) -> bool {
        !self.account.is_empty() && self.account != account
    }
}

fn mac(key: &[u8; 32], says: &str) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length will do");
    // the key also seals late forms, so this says what it is
    mac.update(b"stamp of a form\0");
    mac.update(says.as_bytes());
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [7; 32];

    #[test]
    fn a_stamp_is_read_as_it_was_signed() {
        let text = Stamp::sign(&KEY, 3, "amy.calder");
        let stamp = Stamp::read(&text).unwrap();
        assert_eq!((stamp.epoch, stamp.account.as_str()), (3, "amy.calder"));
        assert!(stamp.is_ours(&KEY) && !stamp.is_ours(&[8; 32]) && text.len() < LONGEST);
        assert!(stamp.is_of_another("bob.ashdown") && !stamp.is_of_another("amy.calder"));
    }

    #[test]
    fn a_stamp_that_was_altered_is_not_ours() {
        let text = Stamp::sign(&KEY, 3, "amy.calder");
        for altered in [text.replace("amy", "bob"), text.replacen('3', "4", 1), format!("{text}00"), text[..20].into()]
        {
            assert!(!Stamp::read(&altered).is_some_and(|stamp| stamp.is_ours(&KEY)), "{altered}");
        }
        for not_one in ["", "x", "1.amy", "x.amy.00", "é.a.b"] {
            assert_eq!(Stamp::read(not_one), None, "{not_one}");
        }
        let plain = Stamp::read("3").unwrap();
        assert!(!plain.is_ours(&KEY) && !plain.is_of_another("amy.calder"));
    }
}
