//! Files that go out: their types and names, and tables as CSV or as a workbook, in which every cell is text.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use rust_xlsxwriter::{Format, Workbook, XlsxError};

use crate::csv;

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

/// A line of a CSV file.
pub fn csv_row(cells: &[String]) -> String {
    csv::line(&cells.iter().map(String::as_str).collect::<Vec<_>>())
}

/// A sheet: its name, its headings with their widths, and how many columns stay in view.
#[derive(Debug)]
pub struct Sheet<'a> {
    pub name: &'a str,
    pub columns: Vec<(&'a str, f64)>,
    pub frozen: u16,
}

/// A workbook of one sheet under bold headings. Rows are written as they come, to disk until the file is whole.
pub fn workbook(sheet: &Sheet<'_>, rows: impl IntoIterator<Item = Vec<String>>) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let written = book.add_worksheet_with_constant_memory()?;
    written.set_name(sheet.name)?;
    written.set_freeze_panes(1, sheet.frozen)?;
    let bold = Format::new().set_bold();
    for (column, (title, width)) in (0_u16..).zip(&sheet.columns) {
        written.set_column_width(column, *width)?;
        written.write_string_with_format(0, column, *title, &bold)?;
    }
    for (at, row) in (1_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(row) {
            // always as text: a spreadsheet computes nothing, and an MPRN stays as it is
            if !cell.is_empty() {
                written.write_string(at, column, fitting(cell))?;
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
