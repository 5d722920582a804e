//! The rows of a workbook's first sheet, cells as the sheet shows them.

use std::io::Cursor;

use calamine::{DataRef, Reader, SheetVisible, Xlsx};

use super::{damaged, too_big};
use crate::bulk::sent::refusal::Refusal;
use crate::bulk::sent::{MOST_CELLS, MOST_COLUMNS, MOST_ROWS, Table};

/// Text of all cells together.
const MOST_TEXT: usize = 16 * 1024 * 1024;

/// The rows of the first sheet in view.
pub fn table(bytes: Vec<u8>) -> Result<Table, Refusal> {
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    let name = book
        .sheets_metadata()
        .iter()
        .find(|sheet| sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .ok_or_else(damaged)?;
    let mut cells = book.worksheet_cells_reader(&name).map_err(|_| damaged())?;
    let mut rows: Table = Vec::new();
    let (mut count, mut text) = (0, 0);
    while let Some(cell) = cells.next_cell().map_err(|_| damaged())? {
        let (row, column) = cell.get_position();
        let (row, column) = (row as usize + 1, column as usize);
        let shown = shown(cell.get_value(), row)?;
        if shown.trim().is_empty() {
            continue;
        }
        count += 1;
        text += shown.len();
        if column >= MOST_COLUMNS {
            return Err(Refusal::too_many_columns());
        }
        if count > MOST_CELLS || text > MOST_TEXT {
            return Err(too_big());
        }
        if rows.last().is_none_or(|(last, _)| *last != row) {
            if rows.len() > MOST_ROWS {
                return Err(Refusal::too_many_rows());
            }
            rows.push((row, Vec::new()));
        }
        if let Some((_, cells)) = rows.last_mut() {
            cells.resize(cells.len().max(column + 1), String::new());
            cells[column] = shown;
        }
    }
    Ok(rows)
}

/// A cell as its sheet shows it; of a formula what it came to when the workbook was saved.
fn shown(value: &DataRef<'_>, row: usize) -> Result<String, Refusal> {
    Ok(match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(value) => number(*value),
        DataRef::Bool(yes) => if *yes { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(at) if at.is_datetime() && at.as_f64() >= 1.0 => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            format!("{day:02}/{month:02}/{year:04}")
        }
        DataRef::DateTime(at) => number(at.as_f64()),
        DataRef::Error(error) => {
            return Err(Refusal::because(format!(
                "Row {row} holds a formula that failed ({error}). Put a value in its place and send the workbook again."
            )));
        }
    })
}

/// A number with the fifteen digits that a spreadsheet shows, and no more.
fn number(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        return format!("{value:.0}");
    }
    format!("{value:.14e}").parse::<f64>().map_or_else(|_| value.to_string(), |rounded| rounded.to_string())
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_as_the_sheet_shows_them() {
        for (value, shown) in [
            (100_012_345_678.0, "100012345678"),
            (7_512_345_604.0, "7512345604"),
            (0.1 + 0.2, "0.3"),
            (12.5, "12.5"),
            (-1.0, "-1"),
            (1234.0, "1234"),
        ] {
            assert_eq!(number(value), shown);
        }
    }
}
