//! Logs rows of a bulk as contacts, each with its CRN noted on its row in the same transaction.

use sqlx::{Acquire, PgConnection};

use crate::app::App;
use crate::contacts::fields::Details;
use crate::contacts::fields::Field;
use crate::contacts::journal::{By, Logged, Refused, log_many};
use crate::contacts::{duplicates, zone};
use crate::error::AppError;
use crate::session::Viewer;

/// The reason that is kept with a contact that looks the same as another and was added all the same.
const CONFIRMED: &str = "Confirmed by its sender for all rows of the bulk that were asked about";

/// A row that is to become a contact.
pub struct RowToLog {
    pub row: i32,
    pub details: Details,
    pub row_key: Vec<u8>,
    /// how many look the same, as its sender was told
    pub candidates: usize,
}

/// Logs rows as contacts and notes their CRNs, all of them or none. What stops the whole transaction is an error; what
/// one row may be the cause of is answered.
pub async fn log(
    app: &App,
    tx: &mut PgConnection,
    viewer: &Viewer,
    key: &str,
    rows: &[RowToLog],
) -> Result<Result<(), Refused>, AppError> {
    if rows.is_empty() {
        return Ok(Ok(()));
    }
    let mut within = tx.begin().await?;
    let details: Vec<Details> = rows.iter().map(|row| row.details.clone()).collect();
    let postcodes: Vec<&str> = details.iter().map(|details| details.get(Field::Postcode)).collect();
    let zones = zone::of_many(&mut within, &postcodes).await?;
    let keys: Vec<String> = rows.iter().map(|row| format!("{key}.{}", row.row)).collect();
    let given: Vec<Logged<'_>> = rows
        .iter()
        .zip(&zones)
        .zip(&keys)
        .map(|((row, zone), key)| Logged { details: &row.details, ldz: zone.code(), form_key: key, psc_of: None })
        .collect();
    let by = By { viewer: Some(viewer), at: app.clock.now(), terms: &app.config.terms };
    let crns = match log_many(&mut within, by, &given).await {
        Ok(crns) => crns,
        Err(Refused::Failed(AppError::Unavailable)) => return Err(AppError::Unavailable),
        Err(Refused::WasReset) => return Err(AppError::WasReset),
        Err(refused) => {
            within.rollback().await?;
            return Ok(Err(refused));
        }
    };
    for (row, crn) in rows.iter().zip(&crns).filter(|(row, _)| row.candidates > 0) {
        duplicates::note(&mut within, crn, row.candidates, CONFIRMED).await?;
    }
    let (numbers, row_keys): (Vec<i32>, Vec<Vec<u8>>) = rows.iter().map(|row| (row.row, row.row_key.clone())).unzip();
    sqlx::query!(
        "update bulk_row r set made = true, crn = m.crn from unnest($2::integer[], $3::text[]) as m (row, crn)
         where r.bulk_key = $1 and r.row = m.row",
        key,
        &numbers,
        &crns
    )
    .execute(&mut *within)
    .await?;
    let noted = sqlx::query!(
        "insert into bulk_made (organisation_id, whole, crn)
         select $1, w.whole, w.crn from unnest($2::bytea[], $3::text[]) as w (whole, crn) order by w.whole
         on conflict do nothing",
        viewer.organisation_id(),
        &row_keys,
        &crns
    )
    .execute(&mut *within)
    .await?;
    if noted.rows_affected() != rows.len() as u64 {
        // an equal row was added in this very moment: the next look finds it
        within.rollback().await?;
        return Ok(Err(Refused::LoggedAlready));
    }
    within.commit().await?;
    Ok(Ok(()))
}
