//! The words by which contacts are found, as the program itself keeps them.

use std::fmt::Write as _;

use super::CDSP;
use super::address::MadeAddress;
use super::contact::Standing;
use super::copy::Sheets;
use crate::trade::search_words::kept;

/// Writes those by which a contact is found, and those by which whoever has it finds their work.
pub fn write(out: &mut Sheets, stand: &Standing, address: &MadeAddress, reference: &str, received: &str) {
    let MadeAddress { name, number, street, town, postcode, .. } = address;
    let site = kept(&format!("{name}, {number} {street}, {town}, {postcode}"));
    let reference = kept(reference);
    let (n, raiser) = (stand.id, stand.raiser);
    let network = if stand.visits > 0 { stand.network.to_string() } else { String::new() };
    let _ = writeln!(
        out.contact_words,
        "{n}\t{raiser}\t{received}\t{{{network}}}\t{}\t{}",
        site.join(" "),
        reference.join(" ")
    );
    if let Some(with) = stand.with {
        let sees_reference = with == raiser || with == CDSP;
        let of_reference = reference.iter().filter(|_| sees_reference).map(|word| format!("{with}/#{word}"));
        let keys: Vec<String> = site.iter().map(|word| format!("{with}/{word}")).chain(of_reference).collect();
        let _ = writeln!(out.work_words, "{n}\t{with}\t{}", keys.join(" "));
    }
}
