//! The address of a contact, made up.

use fastrand::Rng;

use super::vocabulary::VOCABULARY;
use crate::trade::Ldz;
use crate::trade::ldz::AREAS;

/// A word that a handful of contacts have.
pub const RARE: &str = "Zanzibar";

#[derive(Debug)]
pub struct MadeAddress {
    pub name: String,
    pub number: u16,
    pub street: String,
    pub town: String,
    pub postcode: String,
    pub ldz: Ldz,
    /// the distribution network of its LDZ, each with about a quarter
    pub network: i64,
}

impl MadeAddress {
    /// Of contact number `n`.
    pub fn draw(rng: &mut Rng, n: i64) -> MadeAddress {
        let words = &*VOCABULARY;
        let zone = rng.usize(..AREAS.len());
        let (ldz, areas) = AREAS[zone];
        let areas: Vec<&str> = areas.split(' ').collect();
        let letters = b"ABDEFGHJLNPQRSTUWXYZ";
        let letter = |rng: &mut Rng| char::from(letters[rng.usize(..letters.len())]);
        let outcode = format!("{}{}", areas[rng.usize(..areas.len())], rng.u8(1..=20));
        let name = if n % 400_009 == 7 || n == 7 { format!("{RARE} House") } else { String::new() };
        MadeAddress {
            name,
            number: rng.u16(1..300),
            street: format!("{} {}", words.streets.draw(rng), words.kinds.draw(rng)),
            town: words.towns.draw(rng).to_uppercase(),
            postcode: format!("{outcode} {}A{}", rng.u8(0..10), letter(rng)),
            ldz,
            network: 2 + i64::try_from(zone % 4).unwrap_or_default(),
        }
    }

    /// One of an estate of a hundred postcodes, of which a builder has logged thousands of plots.
    pub fn of_the_estate(rng: &mut Rng, n: i64) -> MadeAddress {
        let place = n % 5_000;
        MadeAddress {
            number: u16::try_from(place % 50 + 1).unwrap_or(1),
            street: format!("{} Way", VOCABULARY.streets.of_share(0.000_1)),
            postcode: estate_postcode(place / 50),
            ldz: Ldz::Ne,
            network: 2,
            ..MadeAddress::draw(rng, n)
        }
    }
}

/// One of its hundred postcodes.
pub fn estate_postcode(place: i64) -> String {
    format!("LS99 {}{}A", place % 10, char::from(b"ABDEFGHJLN"[usize::try_from(place / 10 % 10).unwrap_or_default()]))
}
