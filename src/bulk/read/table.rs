//! A table whose headings name its columns, as rows of fields, and the line that says how it was read.

use super::reading;
use crate::bulk::sent::columns::Column;
use crate::bulk::sent::refusal::Refusal;
use crate::bulk::sent::table::{Cell, Table, letters};
use crate::bulk::sent::{MOST_COLUMNS, MOST_ROWS, ReadFile, RowSource, SentRow, heading};
use crate::contacts::types::ContactType;
use crate::csv::as_typed;
use crate::trade::text::clean;
use crate::trade::words::thousands;

/// Characters of a cell: three times what a workbook holds. What is shorter, and longer than its field, is that row's error.
const MOST_OF_A_CELL: usize = 100_000;

/// The rows of a table for this contact type.
pub fn rows_of(contact_type: ContactType, table: &Table) -> Result<ReadFile, Refusal> {
    let spec = contact_type.spec();
    if table.rows.iter().any(|(_, cells)| cells.len() > MOST_COLUMNS) {
        return Err(Refusal::too_many_columns());
    }
    let (place, columns) = heading::of_rows(spec, &table.rows)?;
    let mut sent = Vec::new();
    for (line, cells) in &table.rows[place + 1..] {
        let mut row = SentRow { contact_type, line: *line, fields: Vec::new() };
        for (place, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_blank()) {
            match (columns.get(place), cell) {
                (Some(Column::Of(field)), Cell::Text(text)) if text.chars().nth(MOST_OF_A_CELL).is_some() => {
                    return Err(Refusal::because(format!(
                        "Row {line}, {}, holds more than {} characters. Shorten it and send the file again.",
                        spec.label(field),
                        thousands(MOST_OF_A_CELL as u64)
                    )));
                }
                (Some(Column::Of(field)), Cell::Text(text)) => {
                    let text = clean(as_typed(text.trim())).trim().to_owned();
                    if !text.is_empty() {
                        row.fields.push((*field, text));
                    }
                }
                (Some(Column::Of(field)), Cell::Unclear(why)) => {
                    return Err(Refusal::because(format!(
                        "Row {line}, {}, holds {why}. Put the value there as text and send the workbook again.",
                        spec.label(field)
                    )));
                }
                (Some(Column::Ours), _) => {}
                (None, _) if table.kind != RowSource::Xlsx => {
                    return Err(Refusal::because(format!(
                        "Row {line} has more cells than there are columns. If a text of it holds a comma, put the text in \
                         double quotes, or send an Excel Workbook (.xlsx)."
                    )));
                }
                (Some(Column::Unnamed) | None, cell) => return Err(unnamed(*line, place, cell)),
            }
        }
        if !row.fields.is_empty() {
            sent.push(row);
            if sent.len() > MOST_ROWS {
                return Err(Refusal::too_many_rows());
            }
        }
    }
    if sent.is_empty() {
        return Err(Refusal::because("The file has headings but no rows. Add a row for each site and send it again."));
    }
    let reading = reading::in_words(spec, table, place, &columns, &sent);
    Ok(ReadFile { kind: table.kind, rows: sent, reading })
}

fn unnamed(line: usize, place: usize, cell: &Cell) -> Refusal {
    let value: String = cell.text().trim().chars().take(40).collect();
    let value = if value.is_empty() { String::new() } else { format!(", such as “{value}”") };
    Refusal::because(format!(
        "Column {} has no heading but holds values{value} in row {line}. Name it as the template does, or empty it, and \
         send the file again.",
        letters(place)
    ))
}
