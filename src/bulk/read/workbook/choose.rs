//! Which sheet of a workbook is read: “Sites” as in the template, else the first whose headings name the columns.

use std::collections::HashSet;

use calamine::{Reader, SheetType, SheetVisible};

use super::sheet::{Book, rows};
use crate::bulk::sent::heading::{LOOKED_AT, of_rows};
use crate::bulk::sent::refusal::Refusal;
use crate::contacts::fields::Spec;

/// The sheet's name in the template.
const SITES: &str = "Sites";

/// The sheet that is read, and others that would do as well.
#[derive(Debug)]
pub struct Chosen {
    pub name: String,
    pub others: Vec<String>,
}

/// What stands in a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// rows below the headings of the template
    Rows,
    /// those headings alone
    Headings,
    SomethingElse,
    Nothing,
}

/// The sheet to read. One that is hidden is never read: nobody sees it.
pub fn sheet(book: &mut Book<'_>, spec: &Spec) -> Result<Chosen, Refusal> {
    let (mut shown, mut hidden) = (Vec::new(), Vec::new());
    for sheet in book.sheets_metadata().to_vec() {
        if sheet.typ == SheetType::WorkSheet {
            let holds = holds(book, spec, &sheet.name);
            if sheet.visible == SheetVisible::Visible { &mut shown } else { &mut hidden }.push((sheet.name, holds));
        }
    }
    let of = |wanted: Holds| shown.iter().find(move |(_, holds)| *holds == wanted);
    // what is wrong with the sheet that is meant is said, though another would do
    let meant = shown.iter().find(|(name, holds)| {
        name.trim().eq_ignore_ascii_case(SITES) && matches!(holds, Holds::Rows | Holds::SomethingElse)
    });
    let chosen = meant.or_else(|| of(Holds::Rows));
    if let (None, Some((hidden, _))) = (chosen, hidden.iter().find(|(_, holds)| *holds == Holds::Rows)) {
        return Err(Refusal::because(format!(
            "The sheet “{hidden}” is hidden. Show it, or copy its rows into a new copy of the template, and send the \
             workbook again."
        )));
    }
    let chosen = chosen.or_else(|| of(Holds::Headings)).or_else(|| of(Holds::SomethingElse)).or_else(|| shown.first());
    let (name, _) = chosen.ok_or_else(|| {
        Refusal::because("The workbook has no sheet with rows in view. Copy your rows into a new copy of the template.")
    })?;
    let others = shown.iter().filter(|(other, holds)| *holds == Holds::Rows && other != name);
    Ok(Chosen { name: name.clone(), others: others.map(|(other, _)| other.clone()).collect() })
}

fn holds(book: &mut Book<'_>, spec: &Spec, name: &str) -> Holds {
    // what is wrong with a sheet that is not read stops nobody
    let Ok(beginning) = rows(book, name, &HashSet::new(), Some(LOOKED_AT)) else { return Holds::SomethingElse };
    match of_rows(spec, &beginning) {
        Ok((place, _)) if place + 1 < beginning.len() => Holds::Rows,
        Ok(_) => Holds::Headings,
        Err(_) if beginning.is_empty() => Holds::Nothing,
        Err(_) => Holds::SomethingElse,
    }
}
