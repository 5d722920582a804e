//! Adds rows of a bulk: the next few become contacts in one transaction, or row by row if one of them stands in the way.

use sqlx::{Acquire, PgConnection};

use super::note;
use crate::app::App;
use crate::bulk::SentRow;
use crate::bulk::already_logged::already_logged;
use crate::bulk::problem::{ProblemSource, RowProblem};
use crate::bulk::verdict::{RowOutcome, Verdict};
use crate::contacts::fields::Details;
use crate::contacts::fields::Field;
use crate::contacts::journal::{By, Logged, Refused, log_many};
use crate::contacts::{duplicates, zone};
use crate::error::AppError;
use crate::session::Viewer;

/// Rows of one transaction.
const ADDED_AT_ONCE: i64 = 50;
/// The reason that is kept with a contact that looks the same as another and was added all the same.
const CONFIRMED: &str = "Confirmed by its sender for all rows of the bulk that were asked about";

/// A row that is to become a contact.
struct ToAdd {
    row: i32,
    details: Details,
    row_key: Vec<u8>,
    /// how many look the same, as its sender was told
    look_alikes: usize,
}

/// Adds the good rows after this one; answers the last that is added, or nothing if that was all.
pub async fn add(
    app: &App,
    tx: &mut PgConnection,
    viewer: &Viewer,
    key: &str,
    after: i32,
    with_asked: bool,
) -> Result<Option<i32>, AppError> {
    let rows = sqlx::query!(
        "select row, line, fields, whole as row_key, problems from bulk_row
         where bulk_key = $1 and row > $2 and not made and (verdict = 'good' or (verdict = 'ask' and $3))
         order by row limit $4",
        key,
        after,
        with_asked,
        ADDED_AT_ONCE
    )
    .fetch_all(&mut *tx)
    .await?;
    let Some(last) = rows.last().map(|row| row.row) else { return Ok(None) };
    let mut rows: Vec<ToAdd> = rows
        .into_iter()
        .map(|row| {
            let said: Vec<RowProblem> =
                row.problems.as_array().into_iter().flatten().map(RowProblem::of_json).collect();
            let details = SentRow::of_json(row.line, &row.fields).details();
            ToAdd {
                row: row.row,
                details,
                row_key: row.row_key,
                look_alikes: said.iter().filter(|problem| problem.source == ProblemSource::LooksAlike).count(),
            }
        })
        .collect();
    // logged since it was checked, by hand or by another bulk
    let details: Vec<Details> = rows.iter().map(|row| row.details.clone()).collect();
    let logged_as = already_logged(&mut *tx, viewer.organisation_id().unwrap_or_default(), &details).await?;
    if !logged_as.is_empty() {
        let mut places: Vec<&usize> = logged_as.keys().collect();
        places.sort_unstable();
        let numbers: Vec<i32> = places.iter().map(|place| rows[**place].row).collect();
        let outcomes: Vec<_> = places.iter().map(|place| RowOutcome::already_logged(&logged_as[*place])).collect();
        note(&mut *tx, key, &numbers, &outcomes).await?;
        rows = rows
            .into_iter()
            .enumerate()
            .filter(|(place, _)| !logged_as.contains_key(place))
            .map(|(_, row)| row)
            .collect();
    }
    if let Err(refused) = make(app, tx, viewer, key, &rows).await? {
        tracing::warn!(?refused, "a chunk of a bulk is added row by row");
        for row in rows.chunks(1) {
            if let Err(refused) = make(app, tx, viewer, key, row).await? {
                let came = why_not(tx, viewer, &row[0], &refused).await?;
                note(tx, key, &[row[0].row], &[came]).await?;
            }
        }
    }
    Ok(Some(last))
}

/// What came of a row that could not be added by itself.
async fn why_not(
    tx: &mut PgConnection,
    viewer: &Viewer,
    row: &ToAdd,
    refused: &Refused,
) -> Result<RowOutcome, AppError> {
    let details = std::slice::from_ref(&row.details);
    if let Some(crn) = already_logged(tx, viewer.organisation_id().unwrap_or_default(), details).await?.remove(&0) {
        return Ok(RowOutcome::already_logged(&crn));
    }
    tracing::error!(?refused, "a row of a bulk could not be added");
    let says = "It could not be added. Send it again; if it fails again, tell support";
    Ok(RowOutcome { verdict: Verdict::Bad, problems: vec![RowProblem::plain(ProblemSource::Worker, says)], crn: None })
}

/// Makes contacts of rows and notes their CRNs, all of them or none. What stops the whole transaction is an error; what
/// one row may be the cause of is answered.
async fn make(
    app: &App,
    tx: &mut PgConnection,
    viewer: &Viewer,
    key: &str,
    rows: &[ToAdd],
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
    for (row, crn) in rows.iter().zip(&crns).filter(|(row, _)| row.look_alikes > 0) {
        duplicates::note(&mut within, crn, row.look_alikes, CONFIRMED).await?;
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
