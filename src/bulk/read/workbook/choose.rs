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

/// The sheet to read. One that is hidden is never read: nobody sees it.
pub fn sheet(book: &mut Book<'_>, spec: &Spec) -> Result<Chosen, Refusal> {
    let tables: Vec<(String, bool)> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible))
        .collect();
    let names = |wanted: bool| tables.iter().filter(move |(_, visible)| *visible == wanted).map(|(name, _)| name);
    let mut fitting = fitting(book, spec, names(true));
    let is_sites = |name: &&String| name.trim().eq_ignore_ascii_case(SITES);
    if let Some(place) =
        fitting.iter().position(|name| is_sites(&name)).or(if fitting.is_empty() { None } else { Some(0) })
    {
        let name = fitting.remove(place);
        return Ok(Chosen { name, others: fitting });
    }
    if let Some(hidden) = self::fitting(book, spec, names(false)).first() {
        return Err(Refusal::because(format!(
            "The sheet “{hidden}” is hidden. Show it, or copy its rows into a new copy of the template, and send the \
             workbook again."
        )));
    }
    // none fits: what is wrong is said of the one that is meant
    let meant = names(true).find(is_sites).or_else(|| names(true).next());
    let name = meant.cloned().ok_or_else(|| {
        Refusal::because("The workbook has no sheet with rows in view. Copy your rows into a new copy of the template.")
    })?;
    Ok(Chosen { name, others: Vec::new() })
}

/// Those whose headings name the columns.
fn fitting<'a>(book: &mut Book<'_>, spec: &Spec, names: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut found = Vec::new();
    for name in names {
        // what is wrong with a sheet that is not read stops nobody
        let Ok(beginning) = rows(book, name, &HashSet::new(), Some(LOOKED_AT)) else { continue };
        if of_rows(spec, &beginning).is_ok() {
            found.push(name.clone());
        }
    }
    found
}
