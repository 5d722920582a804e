//! The rows of a sheet, cells as the sheet shows them.

use std::collections::HashSet;
use std::io::Cursor;

use calamine::{DataRef, Xlsx};

use super::format::{general, shown, shown_text};
use super::{damaged, too_big};
use crate::bulk::sent::refusal::Refusal;
use crate::bulk::sent::table::{Cell, Rows};
use crate::bulk::sent::{MOST_CELLS, MOST_COLUMNS, MOST_ROWS};

/// Text of all cells together.
const MOST_TEXT: usize = 16 * 1024 * 1024;

pub type Book<'a> = Xlsx<Cursor<&'a [u8]>>;

/// The rows of the sheet of this name, at most `most` of them if only its beginning is asked for.
pub fn rows(
    book: &mut Book<'_>,
    name: &str,
    unsaved: &HashSet<(usize, usize)>,
    most: Option<usize>,
) -> Result<Rows, Refusal> {
    let since_1904 = book.has_1904_epoch();
    let mut cells = book.worksheet_cells_reader(name).map_err(|_| damaged())?;
    let codes: Vec<String> = cells.styles().iter().map(code).collect();
    let mut rows: Rows = Vec::new();
    let (mut count, mut text) = (0, 0);
    while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(|_| damaged())? {
        let (row, column) = cell.get_position();
        let (row, column) = (row as usize + 1, column as usize);
        let shown = if unsaved.contains(&(row, column)) {
            Cell::Unclear("a formula whose result is not saved".to_owned())
        } else {
            as_shown(cell.get_value(), codes.get(style).map_or("General", String::as_str), since_1904)
        };
        if shown.is_blank() {
            continue;
        }
        if rows.last().is_none_or(|(last, _)| *last != row) {
            if most.is_some_and(|most| rows.len() == most) {
                return Ok(rows);
            }
            if rows.len() > MOST_ROWS {
                return Err(Refusal::too_many_rows());
            }
            rows.push((row, Vec::new()));
        }
        count += 1;
        text += shown.text().len();
        if column >= MOST_COLUMNS {
            return Err(Refusal::too_many_columns());
        }
        if count > MOST_CELLS || text > MOST_TEXT {
            return Err(too_big());
        }
        if let Some((_, cells)) = rows.last_mut() {
            cells.resize(cells.len().max(column + 1), Cell::Text(String::new()));
            cells[column] = shown;
        }
    }
    Ok(rows)
}

/// The number format of a style. Those that every program knows by their numbers have no code of their own.
fn code(style: &calamine::Style) -> String {
    let Some(format) = &style.number_format else { return "General".to_owned() };
    match format.format_id {
        Some(5 | 6) if format.format_code == "General" => "\"£\"#,##0;-\"£\"#,##0".to_owned(),
        Some(7 | 8) if format.format_code == "General" => "\"£\"#,##0.00;-\"£\"#,##0.00".to_owned(),
        Some(27..=36 | 50..=58) if format.format_code == "General" => "yyyy/mm/dd".to_owned(),
        _ => format.format_code.clone(),
    }
}

/// A cell as its sheet shows it; of a formula what it came to when the workbook was saved.
fn as_shown(value: &DataRef<'_>, code: &str, since_1904: bool) -> Cell {
    let shown = match value {
        DataRef::Empty => Ok(String::new()),
        DataRef::String(text) | DataRef::DurationIso(text) => shown_text(text, code),
        DataRef::SharedString(text) => shown_text(text, code),
        DataRef::DateTimeIso(text) => Ok(iso(text)),
        DataRef::Int(number) => general_or(number.to_string().parse().unwrap_or_default(), code, since_1904),
        DataRef::Float(number) => general_or(*number, code, since_1904),
        DataRef::DateTime(at) => shown(at.as_f64(), code, since_1904),
        DataRef::Bool(yes) => Ok(if *yes { "TRUE" } else { "FALSE" }.to_owned()),
        DataRef::Error(error) => Ok(error.to_string()),
    };
    shown.map_or_else(Cell::Unclear, Cell::Text)
}

fn general_or(number: f64, code: &str, since_1904: bool) -> Result<String, String> {
    if code == "General" { Ok(general(number)) } else { shown(number, code, since_1904) }
}

/// A date that stands in the file as 2026-02-01T00:00:00.
fn iso(text: &str) -> String {
    let day = text.get(..10).and_then(|day| crate::trade::dates::parse_date(day).ok());
    day.map_or_else(|| text.to_owned(), crate::trade::dates::show_typed)
}
