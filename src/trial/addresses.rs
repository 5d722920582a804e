//! Sample addresses: the streets of the sample register as a postal file would have them, with houses that the register
//! does not know, flats, named houses and smaller streets. Plots are not among them: new builds are what finders lack.

use fastrand::Rng;
use sqlx::PgConnection;

use super::sample::places::{BLOCKS, NAMED};
use super::sample::register::{Street, streets};
use crate::addresses::Address;
use crate::addresses::import::put_down;
use crate::addresses::store::{self, Into};

/// Puts the samples in place where there are none, or others of an earlier seed or program. What was imported stays.
pub async fn settle(tx: &mut PgConnection, seed: u64) -> Result<(), sqlx::Error> {
    let file = format!("seed {seed}");
    let there = sqlx::query!("select source, file, stamp from address_set").fetch_optional(&mut *tx).await?;
    if let Some(there) = there
        && (there.source != "sample" || (there.file == file && there.stamp == store::stamp()))
    {
        return Ok(());
    }
    sqlx::raw_sql("delete from address; delete from address_place").execute(&mut *tx).await?;
    let addresses = samples(seed);
    store::add(tx, Into::Searched, &addresses).await?;
    put_down(tx, "sample", &file, i64::try_from(addresses.len()).unwrap_or_default()).await
}

/// The addresses that follow from the seed.
pub fn samples(seed: u64) -> Vec<Address> {
    let streets = streets(&mut Rng::with_seed(seed));
    let mut rng = Rng::with_seed(seed ^ 0xadd2);
    streets.iter().enumerate().flat_map(|(at, street)| of_street(&mut rng, at, street)).collect()
}

fn of_street(rng: &mut Rng, at: usize, street: &Street) -> Vec<Address> {
    let plain = Address {
        street: street.name.clone(),
        locality: street.locality.to_owned(),
        double_locality: if !street.locality.is_empty() && at % 7 == 3 { "Old Row".to_owned() } else { String::new() },
        town: street.town.to_owned(),
        postcode: street.postcode.clone(),
        ..Address::default()
    };
    let number = |number: u16| Address { number: number.to_string(), ..plain.clone() };
    let flat = |name: String, building: &str, number: &str| Address {
        sub_building: name,
        building: building.to_owned(),
        number: number.to_owned(),
        ..plain.clone()
    };
    let mut found: Vec<Address> =
        street.points.iter().map(|point| flat(point.sub.clone(), &point.block, &point.number)).collect();
    if street.is_for_trade() {
        found.extend((40..80).step_by(4).map(|unit| flat(format!("Unit {unit}"), "", "")));
    } else {
        let first = street.points[0].number.parse::<u16>().unwrap_or(1);
        // both sides; where the register has a block of flats, that is the only house of its number
        let is_block = !street.points[0].block.is_empty();
        found.extend(
            (first..first + 17).skip(usize::from(is_block)).filter(|n| is_block || (n - first) % 2 == 1).map(number),
        );
        if at.is_multiple_of(3) {
            found.push(flat(String::new(), NAMED[rng.usize(..NAMED.len())], ""));
        }
        if at.is_multiple_of(5) {
            let house = (first + 18).to_string();
            let block = BLOCKS[rng.usize(..BLOCKS.len())];
            found.extend((1..=12).map(|n| flat(format!("Flat {n}"), block, &house)));
        }
        if at.is_multiple_of(11) {
            let mews = format!("{} Mews", street.name.split(' ').next().unwrap_or_default());
            found.extend((1..=6).map(|n| Address { dependent_street: mews.clone(), ..number(n) }));
        }
    }
    for address in &mut found {
        // a number that no authority gives out
        address.udprn = format!("9{:07}", rng.u32(..10_000_000));
        address.uprn = format!("99900{:07}", rng.u32(..10_000_000));
    }
    found.into_iter().map(Address::keyed).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn samples_are_the_same_from_the_same_seed_and_hold_every_registered_house() {
        let addresses = samples(1);
        assert_eq!(addresses, samples(1));
        assert!((4_000..9_000).contains(&addresses.len()), "{}", addresses.len());
        let keys: HashSet<&str> = addresses.iter().map(|address| address.key.as_str()).collect();
        assert!(keys.len() * 100 > addresses.len() * 99, "{} of {}", keys.len(), addresses.len());
        for street in streets(&mut Rng::with_seed(1)) {
            for point in &street.points {
                let house = Address {
                    sub_building: point.sub.clone(),
                    building: point.block.clone(),
                    number: point.number.clone(),
                    street: street.name.clone(),
                    postcode: street.postcode.clone(),
                    ..Address::default()
                };
                assert!(keys.contains(house.keyed().key.as_str()));
            }
        }
        assert!(!addresses.iter().any(|address| address.line().contains("Plot")));
        for has in ["Mews", "Flat 12", "Unit 44", "Old Row"] {
            assert!(addresses.iter().any(|address| address.line().contains(has)), "{has}");
        }
    }
}
