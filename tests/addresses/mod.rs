//! Addresses and postcodes from outside.

mod finder;
mod import;
mod journey;
mod samples;
mod zones;

use cms::addresses::Address;
use cms::addresses::import::put_down;
use cms::addresses::store::{self, Into};

use crate::world::World;

/// An address of a street in Leeds that nobody has heard of.
fn address(sub_building: &str, building: &str, number: &str, street: &str, postcode: &str) -> Address {
    let text = str::to_owned;
    Address {
        sub_building: text(sub_building),
        building: text(building),
        number: text(number),
        street: text(street),
        locality: text("Kiln Green"),
        town: text("LEEDS"),
        postcode: text(postcode),
        uprn: text("999000000001"),
        ..Address::default()
    }
    .keyed()
}

/// Houses 1 to 12 of Alderbeck Lane with a block of flats, and three of Dovewell Road in the same outcode.
pub async fn some(world: &World) {
    let mut all: Vec<Address> =
        (1..=12).map(|n| address("", "", &n.to_string(), "Alderbeck Lane", "LS11 4DY")).collect();
    all.extend((1..=12).map(|n| address(&format!("Flat {n}"), "Kiln House", "20", "Alderbeck Lane", "LS11 4DY")));
    all.extend((1..=3).map(|n| address("", "", &n.to_string(), "Dovewell Road", "LS11 9AB")));
    let mut tx = world.owner().begin().await.unwrap();
    store::add(&mut tx, Into::Searched, &all).await.unwrap();
    put_down(&mut tx, "sample", "test", 27).await.unwrap();
    tx.commit().await.unwrap();
}
