//! What an answer and a resolution change beside the status: the contact's details, and the register.

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::Refused;
use crate::contacts::Contact;
use crate::contacts::fields::Details;
use crate::contacts::fields::Field;
use crate::contacts::zone;
use crate::trade::Mprn;

/// Puts corrected details in place of the old ones, which the event keeps.
pub async fn details(tx: &mut PgConnection, contact: &Contact, d: &Details) -> Result<(), Refused> {
    // another postcode may lie in another zone
    let moved = contact.details.get(Field::Postcode) != d.get(Field::Postcode);
    let ldz = if moved { zone::of(tx, d.get(Field::Postcode)).await?.code() } else { contact.ldz.as_str() };
    sqlx::query!(
        r#"
        update contact
        set building_number = $2, building_name = $3, sub_building_name = $4, plot_number = $5, street = $6,
            dependent_street = $7, locality = $8, post_town = $9, county = $10, postcode = $11, uprn = $12, msn = $13,
            reading = $14, reading_date = $15, market_sector = $16, aq_kwh = $17, neighbouring_mprns = $18,
            words = array_to_tsvector($19::text[]), by_hand = $21, ldz = $22, mark = $23
        where id = $1 and version = $20
        "#,
        contact.id,
        d.get(Field::BuildingNumber),
        d.get(Field::BuildingName),
        d.get(Field::SubBuildingName),
        d.get(Field::PlotNumber),
        d.get(Field::Street),
        d.get(Field::DependentStreet),
        d.get(Field::Locality),
        d.get(Field::PostTown),
        d.get(Field::County),
        d.get(Field::Postcode),
        d.get(Field::Uprn),
        d.get(Field::Msn),
        d.get(Field::Reading),
        d.reading_date(),
        d.get(Field::MarketSector),
        d.aq(),
        &d.neighbours(),
        &d.words(),
        contact.version,
        d.get(Field::ByHand),
        ldz,
        d.site().mark(),
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "update raiser_note set own_reference = $2, why = $3 where contact_id = $1",
        contact.id,
        d.get(Field::OwnReference),
        d.get(Field::Why)
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "update site_contact set name = $2, phone = $3, email = $4 where contact_id = $1",
        contact.id,
        d.get(Field::ContactName),
        d.get(Field::ContactPhone),
        d.get(Field::ContactEmail)
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Adds the MPRN created to the register.
pub async fn register(
    tx: &mut PgConnection,
    contact: &Contact,
    mprn: &Mprn,
    at: OffsetDateTime,
) -> Result<(), Refused> {
    let d = &contact.details;
    let network = crate::trade::Ldz::from_code(&contact.ldz).and_then(crate::trade::Ldz::network);
    sqlx::query!(
        "insert into meter_point (mprn, address, postcode, msn, ldz, network, shipper, added, mark)
         select $1, $2, $3, $4, $5, $6, code, $8, $9 from organisation where id = $7",
        mprn.as_str(),
        format!("{}, {}", d.first_line(), d.get(Field::PostTown)),
        d.get(Field::Postcode),
        d.get(Field::Msn),
        contact.ldz,
        network.map(crate::trade::Network::name).unwrap_or_default(),
        contact.raised_by,
        at,
        d.site().mark(),
    )
    .execute(tx)
    .await?;
    Ok(())
}
