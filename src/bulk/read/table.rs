//! A table whose first row names its columns, as rows of fields.

use crate::bulk::sent::refusal::Refusal;
use crate::bulk::sent::{MOST_COLUMNS, MOST_ROWS, SentRow, Table, columns};
use crate::contacts::types::ContactType;
use crate::csv::as_typed;
use crate::trade::text::clean;

/// The rows of a table for this contact type.
pub fn rows_of(contact_type: ContactType, table: Table) -> Result<Vec<SentRow>, Refusal> {
    let spec = contact_type.spec();
    let mut rows = table.into_iter();
    let (_, headings) =
        rows.next().ok_or_else(|| Refusal::because("The file is empty. Choose the file that holds your rows."))?;
    if headings.len() > MOST_COLUMNS {
        return Err(Refusal::too_many_columns());
    }
    let columns = columns::of(spec, &headings)?;
    let mut sent = Vec::new();
    for (line, cells) in rows {
        if cells.len() > MOST_COLUMNS {
            return Err(Refusal::too_many_columns());
        }
        let mut row = SentRow { contact_type, line, fields: Vec::new() };
        for (place, cell) in cells.iter().enumerate() {
            let cell = clean(cell);
            let cell = as_typed(cell.trim());
            if cell.is_empty() {
                continue;
            }
            if let Some(column) = columns.get(place) {
                if let Some(field) = *column {
                    row.fields.push((field, cell.to_owned()));
                }
            } else {
                return Err(Refusal::because(format!(
                    "Row {line} has more cells than there are columns. If a text of it holds a comma, put the text in \
                     double quotes, or send an Excel Workbook (.xlsx)."
                )));
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
    Ok(sent)
}
