//! `/bulk/{key}/{file}`: the files that go back. All rows, those that became contacts, and those that did not, as they
//! were sent and with what came of each beside them: `all`, `accepted` and `rejected`, each as `.csv` and `.xlsx`; for a
//! UK Link style file also `answer.uklink`. The last columns are ours and are passed over when a file is sent again.

use axum::extract::{Path, State};
use axum::response::Response;
use rust_xlsxwriter::XlsxError;
use sqlx::PgConnection;

use super::job::Job;
use super::read::uklink::{Cell, header as uk_link_header, record};
use super::row::{BulkRow, Which};
use super::sent::columns::OURS;
use crate::app::App;
use crate::contacts::fields::{Field, Spec};
use crate::download::{CSV, Cell as File, Sheet, TEXT, XLSX, attached, csv_headings, csv_row, workbook};
use crate::error::AppError;
use crate::session::SignedIn;

/// Rows read at a time.
const PORTION: i64 = 1_000;

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
    let spec = job.contact_type()?.spec();
    let rows = read(&mut tx, &job, which).await?;
    tx.commit().await?;
    let (kind, bytes) = match ending {
        "csv" => (CSV, as_csv(spec, &rows).into_bytes()),
        "uklink" => (TEXT, as_uk_link(spec, &rows, app.clock.now()).into_bytes()),
        _ => {
            let written = tokio::task::spawn_blocking(move || as_xlsx(spec, &rows)).await;
            let written = written.map_err(|panic| AppError::Broken(panic.into()))?;
            (XLSX, written.map_err(|error| AppError::Broken(error.into()))?)
        }
    };
    let what = file.split('.').next().unwrap_or_default();
    Ok(attached(&format!("sites-{what}-{}.{ending}", &job.key[..8]), kind, bytes))
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

fn headings(spec: &'static Spec) -> Vec<&'static str> {
    spec.fields().map(|field| spec.label(&field)).chain(OURS).collect()
}

fn cells(spec: &Spec, row: &BulkRow) -> Vec<File> {
    let own = [
        row.sent.line.to_string(),
        row.crn.clone().unwrap_or_default(),
        row.result().to_owned(),
        row.problems_in_words(),
    ];
    spec.fields().map(|field| row.text(field).to_owned()).chain(own).map(File::Text).collect()
}

fn as_csv(spec: &'static Spec, rows: &[BulkRow]) -> String {
    rows.iter().fold(csv_headings(&headings(spec)), |text, row| text + &csv_row(&cells(spec, row)))
}

fn as_xlsx(spec: &'static Spec, rows: &[BulkRow]) -> Result<Vec<u8>, XlsxError> {
    let columns =
        headings(spec).into_iter().map(|title| (title, if title == "Problems" { 80.0 } else { 20.0 })).collect();
    workbook(&Sheet { name: "Sites", columns, frozen: 0, is_template: true }, rows.iter().map(|row| cells(spec, row)))
}

/// A record for each row: AC with its CRN, or RJ for each of its problems.
fn as_uk_link(spec: &Spec, rows: &[BulkRow], now: time::OffsetDateTime) -> String {
    let mut text = uk_link_header("CMS", spec.answer_code, now);
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
