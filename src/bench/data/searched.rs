//! The words by which contacts are found, as the program itself keeps them, and where they are kept.

use super::address::MadeAddress;
use crate::trade::search_words::kept;

/// Of the address, for the column `contact.words`.
pub fn words(address: &MadeAddress) -> String {
    let MadeAddress { name, number, street, town, postcode, .. } = address;
    kept(&format!("{name}, {number} {street}, {town}, {postcode}")).join(" ")
}

/// Of the raiser's own reference, for the column `raiser_note.words`.
pub fn own_words(reference: &str, raiser: i64) -> String {
    let mut words = kept(reference);
    words.push(format!("@{raiser}"));
    words.join(" ")
}

/// Run once when all rows are there and their constraints and indexes are back.
pub const AFTERWARDS: &[&str] = &[];
