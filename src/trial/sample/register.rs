//! The sample register: two thousand meter points that exist nowhere, the same from the same seed on the same day.

use fastrand::Rng;
use sqlx::PgConnection;
use time::OffsetDateTime;

use super::places::{BLOCKS, INCODE_LETTERS, KINDS, LOCALITIES, STREETS, TOWNS};
use crate::trade::likeness::Site;
use crate::trade::mprn::SYNTHETIC_BODIES;
use crate::trade::site_line::first_line;
use crate::trade::{Ldz, Mprn, Network, Postcode};

/// How many streets, and how many meter points stand in each.
const HOW_MANY_STREETS: usize = 250;
const TO_A_STREET: usize = 8;
/// Bodies of MPRNs are dealt out in slots: the lower part to the register, the upper to what the story creates.
const SLOT: u64 = 500;
const REGISTERED: u64 = 400;

/// A street with its meter points.
#[derive(Debug, Clone)]
pub struct Street {
    pub name: String,
    pub locality: &'static str,
    pub town: &'static str,
    pub postcode: String,
    pub ldz: Ldz,
    /// name of the DN, or of the IGT on whose estate it lies
    pub network: &'static str,
    pub points: Vec<Point>,
}

/// A meter point.
#[derive(Debug, Clone, Default)]
pub struct Point {
    pub sub: String,
    pub block: String,
    pub number: String,
    pub mprn: String,
    pub msn: String,
    pub shipper: &'static str,
    pub live: bool,
    pub isolated: bool,
}

impl Street {
    pub fn is_for_trade(&self) -> bool {
        self.name.ends_with("Trading Estate")
    }
}

/// The register that follows from the seed.
pub fn streets(rng: &mut Rng) -> Vec<Street> {
    let mut names: Vec<String> =
        STREETS.iter().flat_map(|first| KINDS.iter().map(move |kind| format!("{first} {kind}"))).collect();
    rng.shuffle(&mut names);
    names
        .into_iter()
        .take(HOW_MANY_STREETS)
        .enumerate()
        .map(|(at, name)| {
            let (_, town, outcode) = TOWNS[at % TOWNS.len()];
            let mut letter = || char::from(INCODE_LETTERS[rng.usize(..INCODE_LETTERS.len())]);
            let (one, two) = (letter(), letter());
            let postcode = format!("{outcode} {}{one}{two}", rng.u8(1..=9));
            let ldz = Postcode::parse(&postcode).ok().and_then(|code| Ldz::from_area(&code)).unwrap_or(Ldz::Ea);
            let dn = ldz.network().map_or("", Network::name);
            let mut street = Street {
                locality: if rng.u8(..4) == 0 { LOCALITIES[rng.usize(..LOCALITIES.len())] } else { "" },
                name,
                town,
                postcode,
                ldz,
                network: if at % 10 == 9 { "Dale Networks" } else { dn },
                points: Vec::new(),
            };
            let first = rng.u16(1..30);
            street.points = (0..TO_A_STREET).map(|house| point(rng, &street, at, house, first)).collect();
            street
        })
        .collect()
}

fn point(rng: &mut Rng, street: &Street, at: usize, house: usize, first: u16) -> Point {
    let number = usize::from(first) + 2 * house;
    let slot = (at * TO_A_STREET + house) as u64;
    let mprn = Mprn::from_body(SYNTHETIC_BODIES.start() + slot * SLOT + rng.u64(..REGISTERED));
    let mut point = Point { mprn: mprn.to_string(), live: rng.u8(..100) < 93, ..Point::default() };
    if street.is_for_trade() {
        point.sub = format!("Unit {number}");
    } else if at % 6 == 5 {
        // a block of flats: one building, one number
        point.sub = format!("Flat {}", house + 1);
        BLOCKS[at % BLOCKS.len()].clone_into(&mut point.block);
        point.number = first.to_string();
    } else {
        point.number = number.to_string();
    }
    if point.live {
        point.msn = serial(rng);
        point.shipper = ["ALD", "ALD", "ALD", "BIR", "BIR", "BIR", "CED", "CED", "CED", ""][rng.usize(..10)];
        point.isolated = rng.u8(..100) < 5;
    }
    point
}

/// A meter serial number that no maker gave.
pub fn serial(rng: &mut Rng) -> String {
    match rng.u8(..4) {
        0 => format!("M{:03}K{:05}{:02}D6", rng.u16(6..40), rng.u32(..100_000), rng.u8(9..26)),
        1 => format!("G4A{:08}{:02}", rng.u32(..100_000_000), rng.u8(9..26)),
        2 => format!("E6S{:08}{:02}", rng.u32(..100_000_000), rng.u8(14..26)),
        _ => format!("{:07}", rng.u32(1_000_000..9_999_999)),
    }
}

/// The n-th MPRN that is in the synthetic range and not in the sample register.
pub fn spare_mprn(n: u64) -> Mprn {
    let slots = (HOW_MANY_STREETS * TO_A_STREET) as u64;
    // 37 and the number of slots have no factor in common, so n runs through all of them
    let (slot, round) = (n * 37 % slots, n / slots % (SLOT - REGISTERED));
    Mprn::from_body(SYNTHETIC_BODIES.start() + slot * SLOT + REGISTERED + round)
}

/// Puts the streets into the register, in one statement.
pub async fn insert(tx: &mut PgConnection, streets: &[Street], added: OffsetDateTime) -> Result<(), sqlx::Error> {
    let rows: Vec<(&Street, &Point)> =
        streets.iter().flat_map(|street| street.points.iter().map(move |point| (street, point))).collect();
    let column = |read: fn(&Street, &Point) -> String| -> Vec<String> {
        rows.iter().map(|(street, point)| read(street, point)).collect()
    };
    let flags = |read: fn(&Point) -> bool| -> Vec<bool> { rows.iter().map(|(_, point)| read(point)).collect() };
    sqlx::query!(
        "insert into meter_point (mprn, address, postcode, msn, ldz, network, shipper, live, isolated, premises_key, added, since)
         select x.*, $11, $11 from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                                     $8::boolean[], $9::boolean[], $10::text[]) x",
        &column(|_, point| point.mprn.clone()),
        &column(|street, point| format!(
            "{}, {}",
            first_line(&[&point.sub, &point.block, &point.number, "", &street.name]),
            street.town
        )),
        &column(|street, _| street.postcode.clone()),
        &column(|_, point| point.msn.clone()),
        &column(|street, _| street.ldz.code().to_owned()),
        &column(|street, _| street.network.to_owned()),
        &column(|_, point| point.shipper.to_owned()),
        &flags(|point| point.live),
        &flags(|point| point.isolated),
        &column(|street, point| {
            Site {
                sub_building: &point.sub,
                building: &point.block,
                number: &point.number,
                street: &street.name,
                ..Site::default()
            }
            .premises_key()
        }),
        added,
    )
    .execute(tx)
    .await?;
    Ok(())
}
