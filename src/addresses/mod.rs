//! Addresses from outside: sample ones of a trial, or those of a licensed file; and who finds one among them.
//!
//! `finder` finds and [`rank`] puts in order; [`import`] takes in a file; the tables are those of
//! `migrations/0014_addresses.sql`. Every address stands there under the key by which addresses are compared
//! ([`crate::trade::likeness`]), made of the fields of an MNC as the finder fills them.

mod address;
pub mod facts;
pub mod finder;
pub mod import;
mod natural;
pub mod rank;
pub mod store;
mod word_likeness;

use std::collections::HashSet;
use std::hash::BuildHasher;

use sqlx::PgConnection;

pub use self::address::Address;
use crate::contacts::fields::Details;
use crate::contacts::fields::Field;
use crate::trade::likeness::Site;

/// Whether each of these is an address that the finder holds; `None` while it holds none at all, or only some that an
/// earlier program put there under keys made otherwise.
pub async fn known(tx: &mut PgConnection, details: &[Details]) -> Result<Vec<Option<bool>>, sqlx::Error> {
    let keys: Vec<String> = details.iter().map(|d| d.site().key()).collect();
    // a plot number beside a postal address adds to it
    let postal: Vec<String> = details.iter().map(|d| without_plot(d).key()).collect();
    let rows = sqlx::query!(
        r#"select exists (select from address_set where stamp = $3) as "any!",
                  exists (select from address a where a.key = asked.key)
                  or exists (select from address a where a.key = asked.postal) as "known!"
           from unnest($1::text[], $2::text[]) with ordinality as asked (key, postal, place)
           order by asked.place"#,
        &keys,
        &postal,
        store::stamp()
    )
    .fetch_all(tx)
    .await?;
    Ok(rows.into_iter().map(|row| row.any.then_some(row.known)).collect())
}

/// Whether it is one of the addresses with these keys, by the same rule.
pub fn is_among(keys: &HashSet<String, impl BuildHasher>, details: &Details) -> bool {
    keys.contains(&details.site().key()) || keys.contains(&without_plot(details).key())
}

fn without_plot(details: &Details) -> Site<'_> {
    let postal = [Field::SubBuildingName, Field::BuildingName, Field::BuildingNumber];
    if postal.iter().all(|field| details.get(*field).is_empty()) {
        return details.site();
    }
    Site { plot: "", ..details.site() }
}
