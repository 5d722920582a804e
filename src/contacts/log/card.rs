//! The address of a form that is filled in, as a card: as it will be shown, with its zone.

use sqlx::PgConnection;

use crate::contacts::fields::{Details, Field, site};
use crate::contacts::zone::{self, Zone};
use crate::error::AppError;

/// What the form shows in place of its address fields.
#[derive(Debug)]
pub struct Card {
    /// "Flat 6, 42 Withyholt Terrace"
    pub first: String,
    /// "Kiln Green, SWINDON, SN2 9FS"
    pub rest: String,
    /// "NE North East, Northern Gas Networks"
    pub zone: String,
    /// how the zone is known
    pub known_by: String,
    /// why the address was entered by hand, in words; empty if it was found
    pub by_hand: String,
}

impl Card {
    /// Of an address that has all its needed parts; none while it lacks one.
    pub async fn of(tx: &mut PgConnection, details: &Details) -> Result<Option<Card>, AppError> {
        Ok(Card::of_many(tx, std::slice::from_ref(details)).await?.remove(0))
    }

    /// The same for many, in their order, with one statement for their zones.
    pub async fn of_many(tx: &mut PgConnection, details: &[Details]) -> Result<Vec<Option<Card>>, AppError> {
        if !details.iter().any(is_whole) {
            return Ok(details.iter().map(|_| None).collect());
        }
        let postcodes: Vec<&str> = details.iter().map(|d| d.get(Field::Postcode)).collect();
        let zones = zone::of_many(tx, &postcodes).await?;
        Ok(details.iter().zip(&zones).map(|(d, zone)| is_whole(d).then(|| Card::new(d, zone))).collect())
    }

    fn new(details: &Details, zone: &Zone) -> Card {
        let lines = details.address_block();
        Card {
            first: details.first_line(),
            rest: lines[1..].join(", "),
            zone: zone.name(),
            known_by: zone.known_by(),
            by_hand: details.shown(Field::ByHand),
        }
    }
}

fn is_whole(details: &Details) -> bool {
    let given = |field: &Field| !details.get(*field).is_empty();
    site::ONE_OF.iter().any(given) && [Field::Street, Field::PostTown, Field::Postcode].iter().all(given)
}
