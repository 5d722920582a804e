//! The table of a workbook: its sheet's rows, and what the sheet does not show of itself.

use std::io::Cursor;

use calamine::{Reader, Xlsx};

use super::choose;
use super::damaged;
use super::parts::{Unseen, unseen};
use super::sheet::rows;
use crate::bulk::sent::RowSource;
use crate::bulk::sent::columns::Column;
use crate::bulk::sent::heading::of_rows;
use crate::bulk::sent::refusal::Refusal;
use crate::bulk::sent::table::{Cell, Rows, Table, letters};
use crate::bulk::sent::words::some;
use crate::contacts::types::ContactType;

/// The rows of the sheet that holds those of this contact type.
pub fn table(contact_type: ContactType, bytes: &[u8]) -> Result<Table, Refusal> {
    let spec = contact_type.spec();
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    let chosen = choose::sheet(&mut book, spec)?;
    let unseen = unseen(bytes, &chosen.name)?;
    let rows = rows(&mut book, &chosen.name, &unseen.unsaved, None)?;
    let mut notes = Vec::new();
    if let Ok((place, columns)) = of_rows(spec, &rows) {
        apart(&rows, place, &columns, &unseen)?;
        let heading = rows[place].0;
        let held = |number: &usize| *number > heading && at(&rows, *number).is_some();
        let hidden: Vec<usize> = unseen.rows.iter().copied().filter(held).collect();
        let named = |column: &usize| matches!(columns.get(*column), Some(Column::Of(_)));
        let columns: Vec<usize> = unseen.columns.iter().copied().filter(named).collect();
        for (noun, numbers, name) in
            [("row", &hidden, usize::to_string as fn(&usize) -> String), ("column", &columns, |place| letters(*place))]
        {
            if !numbers.is_empty() {
                let (are, were) = if numbers.len() == 1 { ("is", "was") } else { ("are", "were") };
                notes.push(format!("{} {are} hidden in the sheet and {were} read too", some(noun, numbers, name)));
            }
        }
    }
    if !chosen.others.is_empty() {
        let others: Vec<String> = chosen.others.iter().map(|name| format!("“{name}”")).collect();
        notes.push(format!("not read, though it names the columns too: {}", others.join(", ")));
    }
    Ok(Table { kind: RowSource::Xlsx, from: format!("the sheet “{}”", chosen.name), rows, notes })
}

/// Refuses cells that are merged below the headings: of several a file holds a value only in the first.
fn apart(rows: &Rows, place: usize, columns: &[Column], unseen: &Unseen) -> Result<(), Refusal> {
    let heading = rows[place].0;
    let holds = |row: usize, column: usize| {
        at(rows, row).and_then(|cells| cells.get(column)).is_some_and(|cell| !cell.is_blank())
    };
    for ((first, left), (last, right), name) in &unseen.merged {
        let is_named = (*left..=*right).any(|column| matches!(columns.get(column), Some(Column::Of(_))));
        if *last > heading && is_named && holds(*first, *left) {
            return Err(Refusal::because(format!(
                "The cells {name} are merged, so that it can’t be told to which of them their value belongs. Unmerge them, \
                 fill in each, and send the workbook again."
            )));
        }
    }
    Ok(())
}

/// The cells of the row of this number.
fn at(rows: &Rows, number: usize) -> Option<&[Cell]> {
    rows.binary_search_by_key(&number, |(row, _)| *row).ok().map(|place| rows[place].1.as_slice())
}
