//! Which rows their organisation has logged already, however they are written: rows and sites are compared by keys.

use std::collections::HashMap;

use sha2::{Digest, Sha256};
use sqlx::PgConnection;

use crate::contacts::fields::Details;
use crate::contacts::fields::Field;
use crate::contacts::types::ContactType;
use crate::trade::likeness::{Site, canonical};

/// Equal for two rows that say the same, however they are written.
pub fn row_key(details: &Details) -> Vec<u8> {
    let site = details.site().key();
    let mut hash = Sha256::new();
    hash.update(start(details.spec.code));
    hash.update(&site);
    for field in details.spec.fields() {
        hash.update([0x1f]);
        hash.update(canonical(details.get(field)));
    }
    hash.finalize().to_vec()
}

/// Equal for two rows of one type about one meter at one address.
pub fn premises_key(details: &Details) -> Vec<u8> {
    key_of(details.spec.code, &details.site(), details.get(Field::Msn))
}

fn key_of(code: &str, site: &Site<'_>, msn: &str) -> Vec<u8> {
    Sha256::digest(format!("{}{}\u{1f}{msn}", start(code), site.key())).to_vec()
}

/// Keys begin with the contact type; those of the first without, as they were stored when there was no other.
fn start(code: &str) -> String {
    if code == ContactType::ALL[0].code() { String::new() } else { format!("{code}\u{1f}") }
}

/// Which of the rows the organisation has logged already: an equal row by bulk, or an open contact of its type about
/// the same meter at the same address. By the row's place, the CRN.
pub async fn already_logged(
    tx: &mut PgConnection,
    organisation: i64,
    rows: &[Details],
) -> Result<HashMap<usize, String>, sqlx::Error> {
    let row_keys: Vec<Vec<u8>> = rows.iter().map(row_key).collect();
    let logged_as: HashMap<Vec<u8>, String> = sqlx::query!(
        "select whole as row_key, crn from bulk_made where organisation_id = $1 and whole = any($2)",
        organisation,
        &row_keys
    )
    .fetch_all(&mut *tx)
    .await?
    .into_iter()
    .map(|row| (row.row_key, row.crn))
    .collect();
    let texts = |field: Field| rows.iter().map(|row| row.get(field).to_owned()).collect::<Vec<_>>();
    let open: HashMap<Vec<u8>, String> = sqlx::query!(
        r#"
         -- by values of which the organisation is part, so that no postcode with many contacts is read through
         select c.id as "id!", c.crn as "crn!", c.contact_type as "contact_type!", c.sub_building_name as "sub_building_name!",
                c.building_name as "building_name!", c.building_number as "building_number!", c.plot_number as "plot_number!",
                c.dependent_street as "dependent_street!", c.street as "street!", c.postcode as "postcode!", c.msn as "msn!"
         from (select distinct $1::bigint::text || ' ' || p as raisers_postcode from unnest($2::text[], $3::text[]) as u (p, m)
               where m = '') as w
         join contact c on c.raisers_postcode = w.raisers_postcode and c.msn = ''
         where c.raised_by = $1 and c.closed is null
         union all
         select c.id, c.crn, c.contact_type, c.sub_building_name, c.building_name, c.building_number, c.plot_number,
                c.dependent_street, c.street, c.postcode, c.msn
         from (select distinct $1::bigint::text || ' ' || m as raisers_serial from unnest($3::text[]) as u (m)
               where m <> '') as w
         join contact c on c.raisers_serial = w.raisers_serial
         where c.raised_by = $1 and c.closed is null
         order by 1 desc
        "#,
        organisation,
        &texts(Field::Postcode),
        &texts(Field::Msn)
    )
    .fetch_all(tx)
    .await?
    .into_iter()
    .map(|c| {
        let site = Site {
            sub_building: &c.sub_building_name,
            building: &c.building_name,
            number: &c.building_number,
            plot: &c.plot_number,
            dependent_street: &c.dependent_street,
            street: &c.street,
            postcode: &c.postcode,
        };
        (key_of(&c.contact_type, &site, &c.msn), c.crn)
    })
    .collect();
    let found = |(place, details): (usize, &Details)| {
        let crn = logged_as.get(&row_keys[place]).or_else(|| open.get(&premises_key(details)))?;
        Some((place, crn.clone()))
    };
    Ok(rows.iter().enumerate().filter_map(found).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_tell_types_apart_and_stay_as_they_were_stored_for_the_first() {
        let site = Site { street: "Moss Lane", postcode: "LS1 4DY", ..Site::default() };
        let of_before = Sha256::digest(format!("{}\u{1f}G4A1", site.key())).to_vec();
        assert_eq!(key_of(ContactType::ALL[0].code(), &site, "G4A1"), of_before);
        assert_ne!(key_of("XYZ", &site, "G4A1"), of_before);
    }
}
