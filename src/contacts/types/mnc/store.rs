//! What an MNC stores beside what every contact does: its body in `mnc`, the neighbours' MPRNs and the one created in
//! `contact_mprn`, and the meter point that it adds to the register.

use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::PgConnection;
use time::OffsetDateTime;

use crate::contacts::Contact;
use crate::contacts::fields::{Details, Field};
use crate::trade::{Ldz, Mprn, Network};

/// A row of `mnc` as it is read with its contact.
#[derive(Debug, Deserialize)]
pub struct Body {
    reading: String,
    reading_date: Option<String>,
    market_sector: String,
    aq_kwh: Option<i64>,
}

impl Body {
    pub fn put_into(&self, details: &mut Details) {
        details.set(Field::Reading, &self.reading);
        details.set(Field::ReadingDate, self.reading_date.as_deref().unwrap_or_default());
        details.set(Field::MarketSector, &self.market_sector);
        details.set(Field::Aq, &self.aq_kwh.map(|aq| aq.to_string()).unwrap_or_default());
    }
}

/// The row of `mnc` that logging inserts, without its contact.
pub fn body(details: &Details) -> Value {
    json!({
        "reading": details.get(Field::Reading),
        "reading_date": details.reading_date().map(|date| date.to_string()),
        "market_sector": details.get(Field::MarketSector),
        "aq_kwh": details.aq(),
    })
}

/// The MPRNs it is logged with, by role and place.
pub fn mprns(details: &Details) -> Vec<Value> {
    let neighbour = |(place, mprn): (i32, String)| json!({"role": "neighbour", "place": place, "mprn": mprn});
    (1..).zip(details.neighbours()).map(neighbour).collect()
}

/// Puts corrected details in place of the old ones.
pub async fn correct(tx: &mut PgConnection, contact: i64, details: &Details) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "with body as (
             update mnc set reading = $2, reading_date = $3, market_sector = $4, aq_kwh = $5 where contact_id = $1
         ), kept as (
             insert into contact_mprn (contact_id, role, place, mprn)
             select $1, 'neighbour', n.place, n.mprn from unnest($6::text[]) with ordinality n (mprn, place)
             on conflict (contact_id, role, place) do update set mprn = excluded.mprn
         )
         delete from contact_mprn where contact_id = $1 and role = 'neighbour' and place > cardinality($6)",
        contact,
        details.get(Field::Reading),
        details.reading_date(),
        details.get(Field::MarketSector),
        details.aq(),
        &details.neighbours(),
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Keeps the MPRN created with its contact, and adds its meter point to the register, by the event that closes the
/// contact as valid.
pub async fn settle(
    tx: &mut PgConnection,
    contact: &Contact,
    mprn: &Mprn,
    at: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    let d = &contact.details;
    let network = Ldz::from_code(&contact.ldz).and_then(Ldz::network);
    sqlx::query!(
        "with created as (
             insert into contact_mprn (contact_id, role, place, mprn) values ($10, 'created', 1, $1)
         ), event as (
             insert into meter_point_event (mprn, number, contact_id, version, what, after)
             values ($1, 1, $10, $11, 'created', 'live')
         )
         insert into meter_point (mprn, address, postcode, msn, ldz, network, shipper, added, since, event, mark)
         select $1, $2, $3, $4, $5, $6, code, $8, $8, 1, $9 from organisation where id = $7",
        mprn.as_str(),
        format!("{}, {}", d.first_line(), d.get(Field::PostTown)),
        d.get(Field::Postcode),
        d.get(Field::Msn),
        contact.ldz,
        network.map(Network::name).unwrap_or_default(),
        contact.raised_by,
        at,
        d.site().mark(),
        contact.id,
        contact.version + 1,
    )
    .execute(tx)
    .await?;
    Ok(())
}
