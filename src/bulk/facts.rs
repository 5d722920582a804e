//! What the rules go by for many rows at once; beside [`crate::contacts::facts`], which does it for one.

use std::collections::HashMap;

use sqlx::PgConnection;
use time::OffsetDateTime;

use crate::contacts::details::Details;
use crate::contacts::field::Field;
use crate::contacts::rules::Facts;
use crate::trade::working_time::london_date;
use crate::trade::{Ldz, Postcode};

/// The facts of each, in their order.
pub async fn facts_of_many(
    _tx: &mut PgConnection,
    trial: bool,
    now: OffsetDateTime,
    details: &[Details],
) -> Result<Vec<Facts>, sqlx::Error> {
    Ok(vec![Facts { trial, ..Facts::on(london_date(now)) }; details.len()])
}

/// LDZ of each postcode: the imported list decides, else the built-in proposal by area; empty if neither knows.
pub async fn ldz_of_many(tx: &mut PgConnection, details: &[Details]) -> Result<Vec<String>, sqlx::Error> {
    let postcodes: Vec<Option<Postcode>> =
        details.iter().map(|details| Postcode::parse(details.get(Field::Postcode)).ok()).collect();
    let known: Vec<&Postcode> = postcodes.iter().flatten().collect();
    let outcodes: Vec<String> = known.iter().map(|code| code.outcode().to_owned()).collect();
    let incodes: Vec<String> = known.iter().map(|code| code.incode().to_owned()).collect();
    let listed: HashMap<(String, String), String> = sqlx::query!(
        "select l.outcode, l.incode, l.ldz from postcode_ldz l
         join (select distinct o, i from unnest($1::text[], $2::text[]) as u (o, i)) as w
              on l.outcode = w.o and l.incode = w.i",
        &outcodes,
        &incodes
    )
    .fetch_all(tx)
    .await?
    .into_iter()
    .map(|row| ((row.outcode, row.incode), row.ldz))
    .collect();
    let ldz = |postcode: Postcode| {
        listed
            .get(&(postcode.outcode().to_owned(), postcode.incode().to_owned()))
            .cloned()
            .unwrap_or_else(|| Ldz::from_area(&postcode).map_or("", Ldz::code).to_owned())
    };
    Ok(postcodes.into_iter().map(|postcode| postcode.map(ldz).unwrap_or_default()).collect())
}
