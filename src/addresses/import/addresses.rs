//! Lines of an address file: the Postcode Address File as CSV, in its published order or with a header, and files
//! of `AddressBase` with a header. Licensed: no row of either is part of this program.

use sqlx::{Connection, PgConnection};

use super::columns::Columns;
use super::lines::LineResult;
use super::lock::lock;
use super::paf::{
    BUILDING, COUNTY, DEPENDENT_STREET, DOUBLE_LOCALITY, KNOWN, LOCALITY, NUMBER, ORGANISATION, PAF, PO_BOX, POSTCODE,
    STREET, SUB_BUILDING, TOWN, UDPRN, UPRN,
};
use crate::addresses::Address;
use crate::addresses::store::{self, Into, add};
use crate::trade::address_limits as limit;
use crate::trade::postcode::{Postcode, PostcodeError};

/// Empty tables to fill.
pub const TABLES: &str = "
    drop table if exists address_next, address_place_next, address_place_whole;
    create table address_next (like address);
    create table address_place_next (like address_place);";

/// The batch, and how to read it.
pub struct AddressLines {
    columns: Columns<14>,
    batch: Vec<Address>,
}

impl AddressLines {
    /// From a file's first line, and whether that is a header.
    pub fn of(first: &[String]) -> Result<(AddressLines, bool), String> {
        let named = Columns::named(first, &KNOWN);
        if named.has(POSTCODE) && named.has(TOWN) {
            return Ok((AddressLines { columns: named, batch: Vec::new() }, true));
        }
        let is_paf = first.len() >= 13
            && first.first().is_some_and(|cell| Postcode::parse(cell) != Err(PostcodeError::NotAPostcode));
        if is_paf {
            return Ok((AddressLines { columns: Columns::fixed(PAF), batch: Vec::new() }, false));
        }
        Err("This is neither a PAF file in its published order nor one with a header that names POSTCODE and POST_TOWN. \
             Nothing has been changed."
            .to_owned())
    }

    fn source(&self) -> &'static str {
        if self.columns.has(UPRN) { "AddressBase" } else { "PAF" }
    }

    pub fn take(&mut self, record: &csv::ByteRecord) -> LineResult {
        let read = |column| self.columns.read(record, column);
        let postcode = match Postcode::parse(&read(POSTCODE)) {
            Ok(postcode) => postcode,
            Err(PostcodeError::OutsideMarket(_)) => return LineResult::LeftOut,
            Err(PostcodeError::NotAPostcode) => return LineResult::Bad("it has no postcode".to_owned()),
        };
        if !read(PO_BOX).is_empty() {
            return LineResult::LeftOut;
        }
        let address = Address {
            udprn: read(UDPRN),
            uprn: read(UPRN),
            organisation: read(ORGANISATION),
            sub_building: read(SUB_BUILDING),
            building: read(BUILDING),
            number: read(NUMBER),
            dependent_street: read(DEPENDENT_STREET),
            street: read(STREET),
            double_locality: read(DOUBLE_LOCALITY),
            locality: read(LOCALITY),
            town: read(TOWN),
            county: read(COUNTY),
            postcode: postcode.as_str().to_owned(),
            key: String::new(),
        };
        if let Some(why) = wrong(&address) {
            return LineResult::Bad(why);
        }
        self.batch.push(address.keyed());
        LineResult::Good
    }

    pub async fn flush(&mut self, tx: &mut PgConnection) -> Result<(), sqlx::Error> {
        add(tx, Into::Next, &self.batch).await?;
        self.batch.clear();
        Ok(())
    }

    /// Indexes, then the change of names.
    pub async fn finish(&self, tx: &mut PgConnection, file: &str, addresses: i64) -> Result<(), sqlx::Error> {
        sqlx::raw_sql(
            "create index if not exists addresses_of_a_postcode_next on address_next (postcode);
             create index if not exists addresses_by_key_next on address_next using hash (key);
             drop table if exists address_place_whole;
             create table address_place_whole (like address_place);
             insert into address_place_whole select distinct outcode, postcode, words from address_place_next;
             create index places_of_an_outcode_next on address_place_whole (outcode);
             analyze address_next, address_place_whole",
        )
        .execute(&mut *tx)
        .await?;
        let mut tx = tx.begin().await?;
        lock(&mut tx, "lock table address, address_place, address_set in access exclusive mode").await?;
        sqlx::raw_sql(
            "drop table address, address_place, address_place_next;
             alter table address_next rename to address;
             alter table address_place_whole rename to address_place;
             alter index addresses_of_a_postcode_next rename to addresses_of_a_postcode;
             alter index addresses_by_key_next rename to addresses_by_key;
             alter index places_of_an_outcode_next rename to places_of_an_outcode;
             grant select on address, address_place to cms_web;
             delete from import_job where what = 'addresses'",
        )
        .execute(&mut *tx)
        .await?;
        put_down(&mut tx, self.source(), file, addresses).await?;
        tx.commit().await
    }
}

/// Says where the addresses in use come from.
pub async fn put_down(tx: &mut PgConnection, source: &str, file: &str, addresses: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into address_set (source, file, stamp, imported, addresses) values ($1, $2, $3, now(), $4)
         on conflict (only_one) do update set source = excluded.source, file = excluded.file, stamp = excluded.stamp,
                                              imported = excluded.imported, addresses = excluded.addresses",
        source,
        file,
        store::stamp(),
        addresses
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// What makes a line no address.
fn wrong(a: &Address) -> Option<String> {
    if a.town.is_empty() {
        return Some("it has no post town".to_owned());
    }
    if [&a.organisation, &a.sub_building, &a.building, &a.number].iter().all(|part| part.is_empty()) {
        return Some("it has neither organisation, building nor number".to_owned());
    }
    let parts = [
        ("organisation", &a.organisation, limit::ORGANISATION_NAME),
        ("sub-building", &a.sub_building, limit::SUB_BUILDING_NAME),
        ("building name", &a.building, limit::BUILDING_NAME),
        ("building number", &a.number, limit::BUILDING_NUMBER),
        ("dependent street", &a.dependent_street, limit::DEPENDENT_STREET),
        ("street", &a.street, limit::STREET),
        ("double dependent locality", &a.double_locality, limit::DOUBLE_DEPENDENT_LOCALITY),
        ("dependent locality", &a.locality, limit::DEPENDENT_LOCALITY),
        ("post town", &a.town, limit::POST_TOWN),
        ("UPRN", &a.uprn, limit::UPRN),
    ];
    let long = parts.into_iter().find(|(_, text, most)| text.chars().count() > *most)?;
    Some(format!("its {} is longer than {} characters", long.0, long.2))
}
