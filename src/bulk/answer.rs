//! `/bulk/{key}/{file}`: the files that go back. All rows, those that became contacts, and those that did not, as they
//! were sent and with what came of each beside them: `all`, `accepted` and `rejected`, each as `.csv` and `.xlsx`; for a
//! UK Link style file also `answer.uklink`. The last columns are ours and are passed over when a file is sent again.

use axum::extract::{Path, State};
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use sqlx::PgConnection;

use super::columns::OURS;
use super::job::Job;
use super::read::uklink::{Cell, header as uk_link_header, record};
use super::row::{BulkRow, Which};
use super::spec;
use crate::app::App;
use crate::contacts::fields::Field;
use crate::csv;
use crate::error::AppError;
use crate::session::SignedIn;

pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
pub const CSV: &str = "text/csv; charset=utf-8";
/// Rows read at a time.
const PORTION: i64 = 1_000;
/// UTF-16 units, as Excel counts them.
const MOST_OF_A_CELL: usize = 32_767;

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Path((key, file)): Path<(String, String)>,
) -> Result<Response, AppError> {
    viewer.may_log()?;
    let (which, ending) = match file.split_once('.') {
        Some(("all", ending @ ("csv" | "xlsx"))) => (Which::All, ending),
        Some(("accepted", ending @ ("csv" | "xlsx"))) => (Which::Accepted, ending),
        Some(("rejected", ending @ ("csv" | "xlsx"))) => (Which::Rejected, ending),
        Some(("answer", "uklink")) => (Which::All, "uklink"),
        _ => return Err(AppError::NotFound),
    };
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let job = Job::seen_by(&mut tx, &viewer, &key).await?;
    if ending == "uklink" && !job.is_uk_link() {
        return Err(AppError::NotFound);
    }
    let rows = read(&mut tx, &job, which).await?;
    tx.commit().await?;
    let (kind, bytes) = match ending {
        "csv" => (CSV, as_csv(&rows).into_bytes()),
        "uklink" => ("text/plain; charset=utf-8", as_uk_link(&rows, app.clock.now()).into_bytes()),
        _ => {
            let written = tokio::task::spawn_blocking(move || as_xlsx(&rows)).await;
            let written = written.map_err(|panic| AppError::Broken(panic.into()))?;
            (XLSX, written.map_err(|error| AppError::Broken(error.into()))?)
        }
    };
    let what = file.split('.').next().unwrap_or_default();
    Ok((
        [(header::CONTENT_TYPE, kind.to_owned()), attached(&format!("sites-{what}-{}.{ending}", &job.key[..8]))],
        bytes,
    )
        .into_response())
}

/// The file is saved under this name, which is ours.
pub fn attached(file: &str) -> (HeaderName, String) {
    (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{file}\""))
}

async fn read(tx: &mut PgConnection, job: &Job, which: Which) -> Result<Vec<BulkRow>, AppError> {
    let mut rows: Vec<BulkRow> = Vec::new();
    loop {
        let after = rows.last().map_or(0, |row| row.row);
        let portion = BulkRow::portion(tx, job, which, after, PORTION).await?;
        if portion.is_empty() {
            return Ok(rows);
        }
        rows.extend(portion);
    }
}

fn headings() -> Vec<&'static str> {
    spec().fields().map(|field| spec().label(&field)).chain(OURS).collect()
}

fn cells(row: &BulkRow) -> Vec<String> {
    let mut cells: Vec<String> = spec().fields().map(|field| row.text(field).to_owned()).collect();
    cells.extend([
        row.sent.line.to_string(),
        row.crn.clone().unwrap_or_default(),
        row.result().to_owned(),
        row.problems_in_words(),
    ]);
    cells
}

fn as_csv(rows: &[BulkRow]) -> String {
    // Excel takes a file for UTF-8 only if it says so
    let mut text = format!("\u{feff}{}", csv::line(&headings()));
    for row in rows {
        text += &csv::line(&cells(row).iter().map(String::as_str).collect::<Vec<_>>());
    }
    text
}

fn as_xlsx(rows: &[BulkRow]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet_with_constant_memory()?;
    sheet.set_name("Sites")?;
    sheet.set_freeze_panes(1, 0)?;
    let bold = Format::new().set_bold();
    for (column, title) in (0_u16..).zip(headings()) {
        sheet.set_column_width(column, if title == "Problems" { 80 } else { 20 })?;
        sheet.write_string_with_format(0, column, title, &bold)?;
    }
    for (at, row) in (1_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(cells(row)) {
            // always as text: a spreadsheet computes nothing, and an MPRN stays as it is
            if !cell.is_empty() {
                sheet.write_string(at, column, fitting(cell))?;
            }
        }
    }
    book.save_to_buffer()
}

/// A text as a cell of a workbook takes it: a longer one is cut, and says so. No rule takes so long a one, so its row is
/// rejected however it is cut; the CSV has it whole.
fn fitting(mut text: String) -> String {
    if text.len() > MOST_OF_A_CELL && text.encode_utf16().count() > MOST_OF_A_CELL {
        let mut room = MOST_OF_A_CELL - 1;
        let end = text.char_indices().find(|(_, c)| match room.checked_sub(c.len_utf16()) {
            Some(left) => {
                room = left;
                false
            }
            None => true,
        });
        text.truncate(end.map_or(text.len(), |(at, _)| at));
        text.push('…');
    }
    text
}

/// A record for each row: AC with its CRN, or RJ for each of its problems.
fn as_uk_link(rows: &[BulkRow], now: time::OffsetDateTime) -> String {
    let mut text = uk_link_header("CMS", "MNR", now);
    let mut count = 0;
    for row in rows {
        let reference = row.text(Field::OwnReference);
        let start = |outcome| vec![Cell::Text(outcome), Cell::Number(row.sent.line), Cell::Text(reference)];
        if row.is_logged {
            let mut cells = start("AC");
            cells.push(Cell::Text(row.crn.as_deref().unwrap_or_default()));
            text += &record(&cells);
            count += 1;
            continue;
        }
        for problem in &row.problems {
            let mut cells = start("RJ");
            cells.push(Cell::Number(usize::from(problem.rule.unwrap_or_default())));
            cells.extend([Cell::Text(problem.field.map_or("", Field::name)), Cell::Text(&problem.says)]);
            text += &record(&cells);
            count += 1;
        }
        if row.problems.is_empty() {
            let mut cells = start("RJ");
            cells.extend([Cell::Number(0), Cell::Text(""), Cell::Text("Nothing was added")]);
            text += &record(&cells);
            count += 1;
        }
    }
    text + &record(&[Cell::Text("Z99"), Cell::Number(count)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_cut_to_what_a_workbook_takes() {
        for (sent, kept) in [
            ("x".repeat(MOST_OF_A_CELL), MOST_OF_A_CELL),
            ("x".repeat(MOST_OF_A_CELL + 1), MOST_OF_A_CELL),
            ("é".repeat(MOST_OF_A_CELL), MOST_OF_A_CELL),
            ("𐐷".repeat(MOST_OF_A_CELL), MOST_OF_A_CELL),
            ("short".to_owned(), 5),
        ] {
            let fits = fitting(sent.clone());
            assert_eq!(fits.encode_utf16().count(), kept);
            assert_eq!(fits.ends_with('…'), fits != sent);
        }
    }
}
