//! The sites of sample MNCs: an address in a street of the sample register, and what its raiser says of it.

use fastrand::Rng;
use time::{Date, Duration};

use super::words::Case;
use crate::contacts::fields::{Details, Field};
use crate::contacts::types::ContactType;
use crate::trial::sample::places::BLOCKS;
use crate::trial::sample::register::{Point, Street, serial};
use crate::trial::sample::site::StorySite;

/// Whether the case can be one of this street.
pub fn fits(case: Case, street: &Street) -> bool {
    street.is_for_trade() == (case == Case::Unit)
        && (case != Case::Dead || street.points.iter().any(|point| !point.live))
}

/// A site in a street, with everything that its raiser fills in.
pub fn site(rng: &mut Rng, street: &Street, case: Case, raiser: &str, logged: Date) -> StorySite {
    let known = street.points.iter().find(|point| point.live == (case != Case::Dead)).unwrap_or(&street.points[0]);
    let mut details = ContactType::Mnc.details();
    let d = &mut details;
    address(rng, d, street, case, known);
    d.set(Field::Street, &street.name);
    d.set(Field::Locality, street.locality);
    d.set(Field::PostTown, street.town);
    d.set(Field::Postcode, &street.postcode);
    if rng.u8(..5) == 0 {
        d.set(Field::Uprn, &format!("99900{:07}", rng.u32(..10_000_000)));
    }
    match case {
        Case::Serial => d.set(Field::Msn, &known.msn),
        Case::NoService | Case::Dead | Case::Plot => {}
        Case::Withdrawn => d.set(Field::Msn, &format!("E{:02}BG{:05}", rng.u8(10..20), rng.u32(..100_000))),
        Case::NewBuild | Case::Estate if rng.u8(..10) < 3 => {}
        _ => d.set(Field::Msn, &serial(rng)),
    }
    if !d.get(Field::Msn).is_empty() && rng.u8(..10) < 6 {
        let most = if case == Case::NewBuild { 60 } else { 9_000 };
        d.set(Field::Reading, &format!("{:05}", rng.u32(1..most)));
        d.set(Field::ReadingDate, &(logged - Duration::days(rng.i64(0..6))).to_string());
    }
    let is_trade = case == Case::Unit;
    d.set(Field::MarketSector, if is_trade { "I" } else { "D" });
    if rng.u8(..10) < 8 {
        let aq = if is_trade { rng.u32(30..600) * 1_000 } else { rng.u32(60..190) * 100 };
        d.set(Field::Aq, &aq.to_string());
    }
    if rng.bool() {
        let others: Vec<&str> =
            street.points.iter().filter(|point| point.mprn != known.mprn).map(|point| point.mprn.as_str()).collect();
        let first = rng.usize(..others.len() - 2);
        d.set(Field::Neighbours, &others[first..first + rng.usize(1..=2)].join(", "));
    }
    if rng.u8(..10) < 8 {
        d.set(Field::OwnReference, &format!("{raiser}-{:05}", rng.u32(10_000..100_000)));
    }
    contact(rng, d, case);
    let mut site = StorySite { details, ldz: street.ldz.code(), mprn: known.mprn.clone() };
    let why = site.one(rng, case.words().why);
    site.details.set(Field::Why, &why);
    site
}

/// What tells the building from its neighbours.
fn address(rng: &mut Rng, d: &mut Details, street: &Street, case: Case, known: &Point) {
    // the other side of the street, where the register has nothing
    let free = street.points[0].number.parse::<u16>().unwrap_or(1) + 1 + 2 * rng.u16(..8);
    match case {
        Case::NewBuild | Case::Estate | Case::Plot => {
            d.set(Field::PlotNumber, &rng.u8(2..80).to_string());
            if case == Case::Plot {
                d.set(Field::BuildingNumber, &free.to_string());
            }
        }
        Case::Unit => d.set(Field::SubBuildingName, &format!("Unit {}", 40 + rng.u8(..40))),
        Case::Flat => {
            d.set(Field::SubBuildingName, &format!("Flat {}", rng.u8(2..9)));
            if rng.bool() {
                d.set(Field::BuildingName, BLOCKS[rng.usize(..BLOCKS.len())]);
            }
            d.set(Field::BuildingNumber, &free.to_string());
        }
        Case::Exists | Case::Dead => {
            d.set(Field::SubBuildingName, &known.sub);
            d.set(Field::BuildingName, &known.block);
            d.set(Field::BuildingNumber, &known.number);
        }
        Case::Unclear => {
            let vague = ["Land next to the old dairy", "Site compound", "Kiosk by the substation"];
            d.set(Field::BuildingName, vague[rng.usize(..vague.len())]);
        }
        _ => d.set(Field::BuildingNumber, &free.to_string()),
    }
}

/// Who gives access: an office or a part somebody plays, never a name; numbers that Ofcom keeps for drama.
fn contact(rng: &mut Rng, d: &mut Details, case: Case) {
    let who: &[&str] = match case {
        Case::NewBuild | Case::Estate | Case::Plot | Case::Unclear => {
            &["Site office", "Sales office", "Developer’s help desk"]
        }
        Case::Unit => &["Works manager", "Estate office", "Landlord’s agent"],
        _ => &["Tenant", "Owner", "Letting agent", "Landlord", "Caretaker"],
    };
    if rng.u8(..10) == 0 {
        return;
    }
    d.set(Field::ContactName, who[rng.usize(..who.len())]);
    let number = rng.u16(..1000);
    let phone = if rng.bool() { format!("01632 960{number:03}") } else { format!("07700 900{number:03}") };
    d.set(Field::ContactPhone, &phone);
    if rng.bool() {
        let end = if rng.bool() { "com" } else { "org" };
        d.set(Field::ContactEmail, &format!("site{number}@example.{end}"));
    }
}

/// The same site, with what a new case says of it.
pub fn again(rng: &mut Rng, case: Case, before: &StorySite, new: &StorySite) -> StorySite {
    let mut site = before.clone();
    for field in [Field::PlotNumber, Field::BuildingNumber, Field::Msn, Field::Reading, Field::ReadingDate] {
        if !new.details.get(field).is_empty() {
            site.details.set(field, new.details.get(field));
        }
    }
    if !site.details.get(Field::BuildingNumber).is_empty() {
        // known by its number now, and no longer by what stands next to it
        site.details.set(Field::BuildingName, "");
    }
    let why = site.one(rng, case.words().why);
    site.details.set(Field::Why, &why);
    site
}

/// The details as an answer corrects them: the number that was missing, or the serial number read again.
pub fn corrected(rng: &mut Rng, details: &Details) -> Details {
    let mut corrected = details.clone();
    if details.get(Field::BuildingNumber).is_empty() && !details.get(Field::PlotNumber).is_empty() {
        corrected.set(Field::BuildingNumber, &rng.u8(2..90).to_string());
    } else if details.get(Field::PlotNumber).is_empty() && !details.get(Field::BuildingName).is_empty() {
        corrected.set(Field::PlotNumber, &rng.u8(2..60).to_string());
    } else {
        corrected.set(Field::Msn, &serial(rng));
    }
    corrected
}
