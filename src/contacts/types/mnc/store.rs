//! What an MNC stores beside what every contact does: its body in `mnc`, the neighbours' MPRNs and the one created in
//! `contact_mprn`, and the meter point that it adds to the register.

use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::contacts::fields::outcome::Closed;
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

/// Puts a row of `mnc`, as json, into the details.
pub fn read(body: &Value, details: &mut Details) -> Result<(), serde_json::Error> {
    let body = Body::deserialize(body)?;
    details.set(Field::Reading, &body.reading);
    details.set(Field::ReadingDate, body.reading_date.as_deref().unwrap_or_default());
    details.set(Field::MarketSector, &body.market_sector);
    details.set(Field::Aq, &body.aq_kwh.map(|aq| aq.to_string()).unwrap_or_default());
    Ok(())
}

/// Adds the bodies of contacts that were just logged.
pub async fn insert(tx: &mut PgConnection, logged: &[(i64, &Details)]) -> Result<(), sqlx::Error> {
    let body = |(id, details): &(i64, &Details)| {
        json!({
            "id": id,
            "reading": details.get(Field::Reading),
            "reading_date": details.reading_date().map(|date| date.to_string()),
            "market_sector": details.get(Field::MarketSector),
            "aq_kwh": details.aq(),
        })
    };
    sqlx::query!(
        "insert into mnc (contact_id, reading, reading_date, market_sector, aq_kwh)
         select id, reading, reading_date, market_sector, aq_kwh from jsonb_to_recordset($1)
             as b (id bigint, reading text, reading_date date, market_sector text, aq_kwh bigint)",
        Value::Array(logged.iter().map(body).collect()),
    )
    .execute(tx)
    .await?;
    Ok(())
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
pub async fn settle(tx: &mut PgConnection, closed: &Closed<'_>, mprn: &Mprn) -> Result<(), sqlx::Error> {
    let d = closed.details;
    let network = Ldz::from_code(closed.ldz).and_then(Ldz::network);
    sqlx::query!(
        "with created as (
             insert into contact_mprn (contact_id, role, place, mprn) values ($10, 'created', 1, $1)
         ), event as (
             insert into meter_point_event (mprn, number, contact_id, version, what, after)
             values ($1, 1, $10, $11, 'created', 'live')
         )
         insert into meter_point (mprn, address, postcode, msn, ldz, network, shipper, added, since, event, premises_key)
         select $1, $2, $3, $4, $5, $6, code, $8, $8, 1, $9 from organisation where id = $7",
        mprn.as_str(),
        format!("{}, {}", d.first_line(), d.get(Field::PostTown)),
        d.get(Field::Postcode),
        d.get(Field::Msn),
        closed.ldz,
        network.map(Network::name).unwrap_or_default(),
        closed.raised_by,
        closed.at,
        d.site().premises_key(),
        closed.contact,
        closed.version,
    )
    .execute(tx)
    .await?;
    Ok(())
}
