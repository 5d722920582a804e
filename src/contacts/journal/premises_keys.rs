//! Premises keys (`trade::likeness`) for rows from before they were kept: filled once, in portions, after a start.
//!
//! Several instances may do it at once: each takes rows that no other has in hand. Until a row has its key it is found
//! by its serial number and its postcode all the same.

use sqlx::PgPool;

use crate::trade::likeness::RegisterLine;
use crate::trade::likeness::Site;

/// Rows to a transaction: short enough that nobody waits for one.
const PORTION: i64 = 500;

/// Fills all that are missing, and says how many there were.
pub async fn fill(owner: &PgPool) -> Result<u64, sqlx::Error> {
    let mut filled = 0;
    loop {
        let done = contacts(owner).await? + meter_points(owner).await?;
        if done == 0 {
            return Ok(filled);
        }
        filled += done;
    }
}

/// Closed contacts are never looked for by their key.
async fn contacts(owner: &PgPool) -> Result<u64, sqlx::Error> {
    let mut tx = owner.begin().await?;
    let rows = sqlx::query!(
        "select id, sub_building_name, building_name, building_number, plot_number, street from contact
         where premises_key is null and with_org is not null order by id limit $1 for no key update skip locked",
        PORTION
    )
    .fetch_all(&mut *tx)
    .await?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let keys: Vec<String> = rows
        .iter()
        .map(|row| {
            Site {
                sub_building: &row.sub_building_name,
                building: &row.building_name,
                number: &row.building_number,
                plot: &row.plot_number,
                street: &row.street,
                ..Site::default()
            }
            .premises_key()
        })
        .collect();
    let done = sqlx::query!(
        "update contact c set premises_key = found.premises_key from unnest($1::bigint[], $2::text[]) as found (id, premises_key)
         where c.id = found.id",
        &ids,
        &keys
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(done.rows_affected())
}

async fn meter_points(owner: &PgPool) -> Result<u64, sqlx::Error> {
    let mut tx = owner.begin().await?;
    let rows = sqlx::query!(
        "select mprn, address from meter_point where premises_key is null order by mprn limit $1 for no key update skip locked",
        PORTION
    )
    .fetch_all(&mut *tx)
    .await?;
    let mprns: Vec<String> = rows.iter().map(|row| row.mprn.clone()).collect();
    let keys: Vec<String> = rows.iter().map(|row| RegisterLine::parse(&row.address).site("").premises_key()).collect();
    let done = sqlx::query!(
        "update meter_point m set premises_key = found.premises_key from unnest($1::text[], $2::text[]) as found (mprn, premises_key)
         where m.mprn = found.mprn",
        &mprns,
        &keys
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(done.rows_affected())
}
