//! Many sites at once: from a file ([`list`]) or a form ([`form`]), by the same rules and with the same words as one.
//!
//! What is sent is read whole or refused whole ([`read`]), and kept as a bulk with its rows. A worker in the background
//! checks them ([`check`]), a few at a time, and once its sender says so adds the good ones ([`worker`]). Each row's
//! contact is logged in the transaction that notes its CRN on the row, so a stopped server goes on where it was. What
//! came of each row goes back as files ([`answer`]).

use serde_json::Value;
use sqlx::PgConnection;
use time::OffsetDateTime;

pub mod already_logged;
pub mod answer;
pub mod check;
pub mod form;
pub mod form_check;
pub mod form_rows;
pub mod job;
pub mod layout;
pub mod list;
mod of_type;
pub mod paste;
pub mod problem;
pub mod read;
pub mod row;
pub mod sent;
pub mod show;
pub mod template;
pub mod verdict;
pub mod worker;

use self::already_logged::{premises_key, row_key};
pub use self::sent::{MOST_BYTES, MOST_ROWS, RowSource, SentRow};
use crate::contacts::fields::Details;
use crate::contacts::types::ContactType;
use crate::error::AppError;
use crate::session::Viewer;

/// Days for which a bulk and its rows are kept; what it logged stays.
pub const KEPT_DAYS: i32 = 30;
/// Rows written at once.
const KEPT_AT_ONCE: usize = 250;

/// What a bulk is made of.
#[derive(Debug)]
pub struct NewBulk<'a> {
    pub key: &'a str,
    pub name: &'a str,
    pub kind: RowSource,
    pub contact_type: ContactType,
    /// its rows were checked by a form, and its sender has seen what came of it
    pub adds: bool,
    pub rows: &'a [SentRow],
    /// how its file was read, for its sender
    pub reading: &'a str,
}

/// Keeps a bulk with its rows; nothing if its key has been used, as by a form that was sent twice.
pub async fn keep(
    tx: &mut PgConnection,
    viewer: &Viewer,
    new: &NewBulk<'_>,
    now: OffsetDateTime,
) -> Result<(), AppError> {
    let count = i32::try_from(new.rows.len()).unwrap_or(i32::MAX);
    let kept = sqlx::query!(
        "insert into bulk (key, organisation_id, person_id, used_by, name, kind, state, epoch, rows, created, worked, adds,
            with_asked, contact_type, reading)
         values ($1, $2, $3, $4, $5, $6, 'checking', $7, $8, $9, $9, $10, $10, $11, $12) on conflict do nothing",
        new.key,
        viewer.organisation_id(),
        viewer.id,
        viewer.used_by,
        new.name,
        new.kind.code(),
        viewer.epoch,
        count,
        now,
        new.adds,
        new.contact_type.code(),
        new.reading
    )
    .execute(&mut *tx)
    .await?;
    if kept.rows_affected() == 0 {
        return Ok(());
    }
    let mut before = 0;
    // a portion at a time, since others' pages wait for this thread meanwhile
    for rows in new.rows.chunks(KEPT_AT_ONCE) {
        let details: Vec<Details> = rows.iter().map(SentRow::details).collect();
        let lines: Vec<i32> = rows.iter().map(|row| i32::try_from(row.line).unwrap_or(i32::MAX)).collect();
        let fields: Vec<Value> = rows.iter().map(SentRow::as_json).collect();
        let (row_keys, premises_keys): (Vec<Vec<u8>>, Vec<Vec<u8>>) =
            details.iter().map(|details| (row_key(details), premises_key(details))).unzip();
        sqlx::query!(
            "insert into bulk_row (bulk_key, row, line, fields, whole, site)
             select $1, $6 + r.row::integer, r.line, r.fields, r.whole, r.site
             from unnest($2::integer[], $3::jsonb[], $4::bytea[], $5::bytea[]) with ordinality
                  as r (line, fields, whole, site, row)",
            new.key,
            &lines,
            &fields,
            &row_keys,
            &premises_keys,
            before
        )
        .execute(&mut *tx)
        .await?;
        before += i32::try_from(rows.len()).unwrap_or(i32::MAX);
    }
    Ok(())
}
