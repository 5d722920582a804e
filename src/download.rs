//! Files that go out: their types and names, and tables as CSV or as a workbook. Days, times and numbers are such in a
//! workbook, so that it sorts and counts; all else is text, of which a spreadsheet computes nothing.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use time::{Date, OffsetDateTime};

use crate::csv;
use crate::trade::text::without_turns;
use crate::trade::working_time::in_london;

pub const CSV: &str = "text/csv; charset=utf-8";
pub const TEXT: &str = "text/plain; charset=utf-8";
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// UTF-16 units, as Excel counts them.
const MOST_OF_A_CELL: usize = 32_767;

/// The answer that is saved under this name, which is ours.
pub fn attached(name: &str, media_type: &str, body: impl IntoResponse) -> Response {
    let headers = [
        (header::CONTENT_TYPE, media_type.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, body).into_response()
}

/// The first line of a CSV file. Excel takes a file for UTF-8 only if it says so.
pub fn csv_headings(headings: &[&str]) -> String {
    format!("\u{feff}{}", csv::line(headings))
}

/// A cell of a table that goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    Text(String),
    Number(i64),
    Day(Date),
    /// a moment, as London's clocks have it
    Time(OffsetDateTime),
}

impl Cell {
    /// A moment that may not have come.
    pub fn time(at: Option<OffsetDateTime>) -> Cell {
        at.map_or(Cell::Text(String::new()), Cell::Time)
    }

    /// As CSV has it: "2026-11-26 06:44", which sorts as text too.
    pub fn in_csv(&self) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Number(number) => number.to_string(),
            Cell::Day(day) => day.to_string(),
            Cell::Time(at) => {
                let at = in_london(*at);
                format!("{} {:02}:{:02}", at.date(), at.hour(), at.minute())
            }
        }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Cell::Text(text)
    }
}

/// A line of a CSV file.
pub fn csv_row(cells: &[Cell]) -> String {
    let cells: Vec<String> = cells.iter().map(Cell::in_csv).collect();
    csv::line(&cells.iter().map(String::as_str).collect::<Vec<_>>())
}

/// A sheet: its name, its headings with their widths, and how many columns stay in view.
#[derive(Debug)]
pub struct Sheet<'a> {
    pub name: &'a str,
    pub columns: Vec<(&'a str, f64)>,
    pub frozen: u16,
    /// all its columns are text, also where cells are empty: it is filled in and sent again
    pub is_template: bool,
}

/// How the cells of a workbook are shown.
struct Formats {
    bold: Format,
    /// leading noughts and long numbers stay as they are
    text: Format,
    day: Format,
    time: Format,
}

/// A workbook of one sheet under bold headings. Rows are written as they come, to disk until the file is whole.
pub fn workbook(sheet: &Sheet<'_>, rows: impl IntoIterator<Item = Vec<Cell>>) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let written = book.add_worksheet_with_constant_memory()?;
    written.set_name(sheet.name)?;
    written.set_freeze_panes(1, sheet.frozen)?;
    let formats = Formats {
        bold: Format::new().set_bold(),
        text: Format::new().set_num_format("@"),
        day: Format::new().set_num_format("dd/mm/yyyy"),
        time: Format::new().set_num_format("dd/mm/yyyy hh:mm"),
    };
    for (column, (title, width)) in (0_u16..).zip(&sheet.columns) {
        if sheet.is_template {
            written.set_column_format(column, &formats.text)?;
        }
        written.set_column_width(column, *width)?;
        written.write_string_with_format(0, column, *title, &formats.bold)?;
    }
    for (at, row) in (1_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(row) {
            write(written, (at, column), cell, &formats)?;
        }
    }
    book.save_to_buffer()
}

fn write(sheet: &mut Worksheet, (row, column): (u32, u16), cell: Cell, formats: &Formats) -> Result<(), XlsxError> {
    match cell {
        Cell::Text(text) if text.is_empty() => {}
        Cell::Text(text) => {
            sheet.write_string_with_format(row, column, fitting(without_turns(text)), &formats.text)?;
        }
        Cell::Number(number) => {
            sheet.write_number(row, column, i32::try_from(number).map_or(f64::MAX, f64::from))?;
        }
        Cell::Day(day) => {
            sheet.write_datetime_with_format(row, column, excel_day(day)?, &formats.day)?;
        }
        Cell::Time(at) => {
            let at = in_london(at);
            let moment = excel_day(at.date())?.and_hms(at.hour().into(), at.minute(), f64::from(at.second()))?;
            sheet.write_datetime_with_format(row, column, moment, &formats.time)?;
        }
    }
    Ok(())
}

fn excel_day(day: Date) -> Result<ExcelDateTime, XlsxError> {
    ExcelDateTime::from_ymd(u16::try_from(day.year()).unwrap_or_default(), day.month().into(), day.day())
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
