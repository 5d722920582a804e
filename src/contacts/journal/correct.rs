//! Corrected details, as an answer gives them.

use sqlx::PgConnection;

use super::Refused;
use crate::contacts::Contact;
use crate::contacts::fields::{Details, Field};
use crate::contacts::zone;

/// Puts corrected details in place of the old ones, which the event keeps.
pub async fn details(tx: &mut PgConnection, contact: &Contact, d: &Details) -> Result<(), Refused> {
    // another postcode may lie in another zone
    let moved = contact.details.get(Field::Postcode) != d.get(Field::Postcode);
    let ldz = if moved { zone::of(tx, d.get(Field::Postcode)).await?.code() } else { contact.ldz.as_str() };
    sqlx::query!(
        r#"
        update contact
        set building_number = $3, building_name = $4, sub_building_name = $5, plot_number = $6, street = $7,
            dependent_street = $8, locality = $9, post_town = $10, county = $11, postcode = $12, uprn = $13,
            by_hand = $14, msn = $15, ldz = $16, premises_key = $17
        where id = $1 and version = $2
        "#,
        contact.id,
        contact.version,
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
        d.get(Field::ByHand),
        d.get(Field::Msn),
        ldz,
        d.site().premises_key(),
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "with note as (
             update raiser_note set own_reference = $2, why = $3 where contact_id = $1
         ), found as (
             update contact_words set site = array_to_tsvector($7::text[]), reference = array_to_tsvector($8::text[])
             where contact_id = $1
         )
         update site_contact set name = $4, phone = $5, email = $6 where contact_id = $1",
        contact.id,
        d.get(Field::OwnReference),
        d.get(Field::Why),
        d.get(Field::ContactName),
        d.get(Field::ContactPhone),
        d.get(Field::ContactEmail),
        &d.words(),
        &d.own_words()
    )
    .execute(&mut *tx)
    .await?;
    contact.contact_type.correct(tx, contact.id, d).await?;
    Ok(())
}
