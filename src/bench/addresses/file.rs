//! The made-up file of addresses, in the published order of PAF.

use std::fmt::Write as _;
use std::path::Path;

use fastrand::Rng;

use crate::error::CommandError;

/// Addresses of an outcode, and of a street.
const OUTCODE: usize = 10_000;
const STREET: usize = 48;

const FIRST: &[&str] = &["Alder", "Bramble", "Cinder", "Dove", "Eller", "Fox", "Gorse", "Harrow", "Inkle", "Kestrel"];
const SECOND: &[&str] = &["beck", "cote", "haugh", "well", "scar", "coppice", "nook", "gill", "barrow", "wood"];
const KINDS: &[&str] = &["Lane", "Close", "Road", "Street", "Drive", "Gardens", "Way", "Avenue", "Terrace", "Grove"];
const LETTERS: &[u8] = b"ABDEFGHJLNPQRSTUWXYZ";

/// An address to ask for.
pub struct Sample {
    pub number: String,
    pub street: String,
    pub postcode: String,
}

/// Writes the file, and answers some of its addresses.
pub fn write(path: &Path, count: usize) -> Result<Vec<Sample>, CommandError> {
    let mut rng = Rng::with_seed(1);
    let mut known = Vec::new();
    let mut text = String::new();
    for n in 0..count {
        let (outcode, street) = (n / OUTCODE, n / STREET);
        // three postcodes to a street
        let unit = n % OUTCODE / (STREET / 3);
        let letters = |at: usize| char::from(LETTERS[at % LETTERS.len()]);
        let postcode =
            format!("{} {}{}{}", outcode_name(outcode), unit / 400 % 9 + 1, letters(unit / 20), letters(unit));
        let pick = street.wrapping_mul(7_919) % 1_000;
        let name = format!("{}{} {}", FIRST[pick / 100], SECOND[pick / 10 % 10], KINDS[pick % 10]);
        let number = (n % STREET + 1).to_string();
        let (sub, building) = match n % 20 {
            0..4 => (format!("Flat {}", n % 4 + 1), if n % 40 < 20 { "Weir House" } else { "" }),
            _ => (String::new(), ""),
        };
        writeln!(text, "{postcode},TOWN {outcode},,,{name},,{number},{building},{sub},,,,{n:08},S,,1A")
            .unwrap_or_default();
        if rng.usize(..count.div_ceil(2_000)) == 0 {
            known.push(Sample { number, street: name, postcode });
        }
    }
    std::fs::write(path, text)?;
    Ok(known)
}

/// Real shapes, two letters and a number, all of them in Great Britain.
fn outcode_name(n: usize) -> String {
    const AREAS: [&str; 10] = ["LS", "BD", "HU", "YO", "NE", "DL", "SR", "TS", "CA", "DH"];
    format!("{}{}", AREAS[n % AREAS.len()], n / AREAS.len() + 1)
}
