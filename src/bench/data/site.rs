//! The row of a contact with its site, and what its raiser noted.

use std::fmt::Write as _;

use time::{Duration, OffsetDateTime};

use super::address::MadeAddress;
use super::contact::Standing;
use super::copy::{Sheets, null, stamp};
use super::searched;
use crate::contacts::fields::outcome::Outcome;
use crate::contacts::lifecycle::Status;
use crate::contacts::types::ContactType;
use crate::trade::{Crn, Mprn};

/// Days after which whoever has it is late.
const LATE: i64 = 14;

pub fn write(
    out: &mut Sheets,
    rng: &mut fastrand::Rng,
    stand: &Standing,
    crn: &Crn,
    address: &MadeAddress,
    received: OffsetDateTime,
    now: OffsetDateTime,
) {
    let n = stand.id;
    let MadeAddress { name, number, street, town, postcode, ldz, .. } = address;
    let status = stand.status.unwrap_or(Status::Aaca);
    let closed = status.is_closed().then(|| stamp(stand.moved));
    let created = (status == Status::Ccva).then(|| Mprn::from_body(90_000 + u64::try_from(n).unwrap_or_default()));
    // about one in eight is late, and so is what has lain for long
    let due = now + Duration::minutes(rng.i64(-1_500..10_000));
    let due = due.min(received + Duration::days(LATE) + Duration::minutes(rng.i64(0..10_000)));
    let _ = writeln!(
        out.contact,
        "{n}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\tbench{n}\t{number}\t{name}\t{street}\t\t{town}\t{postcode}\tG4A{n:07}\t{}\t{number}",
        crn.as_str(),
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
    // a tenth are called after the phase of a site, of which there are few
    let reference = if n % 10 == 3 { format!("Phase {}", rng.u8(1..=40)) } else { format!("REF-{n}") };
    let _ = writeln!(out.raiser_note, "{n}\t{raiser}\t{reference}\tNew house; the service was laid in May.");
    searched::write(out, stand, address, &reference, &stamp(received));
    let _ = writeln!(out.site_contact, "{n}\tSite office\t01632 960001");
    let _ = writeln!(out.mnc, "{n}\tD\t12000");
    if let Some(mprn) = created {
        let _ = writeln!(out.contact_mprn, "{n}\tcreated\t1\t{}", mprn.as_str());
    }
}
