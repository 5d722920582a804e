//! The site of a contact, made up.

use std::fmt::Write as _;

use time::{Duration, OffsetDateTime};

use super::CDSP;
use super::contact::Standing;
use super::copy::{Sheets, null, stamp};
use crate::contacts::fields::outcome::Outcome;
use crate::contacts::lifecycle::Status;
use crate::contacts::types::ContactType;
use crate::trade::ldz::AREAS;
use crate::trade::{Crn, Mprn};

const ENDINGS: [&str; 8] = ["Road", "Street", "Lane", "Close", "Avenue", "Way", "Drive", "Court"];
const BEGINNINGS: [&str; 24] = [
    "Alder", "Birch", "Carding", "Dyer", "Elm", "Fuller", "Glover", "Hazel", "Ivy", "Juniper", "Kiln", "Linden",
    "Malt", "Nailer", "Oak", "Potter", "Quarry", "Rope", "Saddler", "Tanner", "Upland", "Vine", "Weaver", "Yarrow",
];

/// Writes the contact's row with its site, and what its raiser noted.
pub fn write(
    out: &mut Sheets,
    rng: &mut fastrand::Rng,
    stand: &Standing,
    received: OffsetDateTime,
    now: OffsetDateTime,
) {
    let n = stand.id;
    let (begins, ends) = (rng.usize(..24), rng.usize(..8));
    let street = format!("{}{} {}", BEGINNINGS[begins], ["", "ton", "field", "gate"][rng.usize(..4)], ENDINGS[ends]);
    let (ldz, areas) = AREAS[rng.usize(..AREAS.len())];
    let areas: Vec<&str> = areas.split(' ').collect();
    let letters = b"ABDEFGHJLNPQRSTUWXYZ";
    let letter = |rng: &mut fastrand::Rng| char::from(letters[rng.usize(..letters.len())]);
    let outcode = format!("{}{}", areas[rng.usize(..areas.len())], rng.u8(1..=20));
    let postcode = format!("{outcode} {}{}{}", rng.u8(0..10), letter(rng), letter(rng));
    let town = format!("{}TOWN", BEGINNINGS[rng.usize(..24)].to_uppercase());
    let number = rng.u16(1..300);
    // a rare word, in a handful of contacts
    let name = if n % 400_009 == 7 || n == 7 { "Zanzibar House" } else { "" };
    let mut words: Vec<String> =
        format!("{number} {street} {town} {name}").to_lowercase().split(' ').map(str::to_owned).collect();
    words.push(postcode.to_lowercase().replace(' ', ""));
    words.extend(postcode.to_lowercase().split(' ').map(str::to_owned));
    words.retain(|word| !word.is_empty());
    let status = stand.status.unwrap_or(Status::Aaca);
    let digits = u32::try_from((n * 48_271 + 12_345) % 100_000_000).unwrap_or_default();
    let closed = status.is_closed().then(|| stamp(stand.moved));
    let created = (status == Status::Ccva).then(|| Mprn::from_body(90_000 + u64::try_from(n).unwrap_or_default()));
    // about one in eight is late
    let due = now + Duration::minutes(rng.i64(-1_500..10_000));
    let _ = writeln!(
        out.contact,
        "{n}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\tbench{n}\t{number}\t{name}\t{street}\t\t{town}\t{postcode}\tG4A{n:07}\t{}\t{number}",
        Crn::from_digits(digits).as_str(),
        ContactType::Mnc.code(),
        stand.raiser,
        stand.originator,
        stamp(received),
        status.code(),
        stand.version,
        null(stand.with),
        null(stand.holder),
        stamp(stand.moved),
        if closed.is_some() { "\\N".to_owned() } else { stamp(due) },
        closed.as_deref().unwrap_or("\\N"),
        stamp(stand.moved),
        null((status == Status::Aaca && stand.asker > 0).then_some(stand.asker)),
        created.as_ref().map_or_else(|| "\\N".to_owned(), |mprn| Outcome::Created(mprn.clone()).words()),
        if status == Status::Cciv { "address" } else { "\\N" },
        ldz.code(),
    );
    let raiser = stand.raiser;
    let _ = writeln!(out.raiser_note, "{n}\t{raiser}\tREF-{n}\tNew house; the service was laid in May.");
    words_of(out, stand, &words.join(" "));
    let _ = writeln!(out.site_contact, "{n}\tSite office\t01632 960001");
    let _ = writeln!(out.mnc, "{n}\tD\t12000");
    if let Some(mprn) = created {
        let _ = writeln!(out.contact_mprn, "{n}\tcreated\t1\t{}", mprn.as_str());
    }
}

/// The words by which it is found, and those by which whoever has it finds their work.
fn words_of(out: &mut Sheets, stand: &Standing, site: &str) {
    let (n, raiser) = (stand.id, stand.raiser);
    let reference = format!("ref {n} ref{n}");
    let network = if stand.visits > 0 { stand.network.to_string() } else { String::new() };
    let _ = writeln!(out.contact_words, "{n}\t{raiser}\t{{{network}}}\t{site}\t{reference}");
    if let Some(with) = stand.with {
        let reference = if with == raiser || with == CDSP { reference.as_str() } else { "" };
        let of_reference = reference.split_whitespace().map(|word| format!("{with}/#{word}"));
        let keys: Vec<String> = site.split(' ').map(|word| format!("{with}/{word}")).chain(of_reference).collect();
        let _ = writeln!(out.work_words, "{n}\t{with}\t{}", keys.join(" "));
    }
}
