//! The form of several sites: fields that all rows share, a table of those that tell one from the next, and how rows of
//! it become sites. Cells are called `r3_msn`: row 3, meter serial number.

use super::SentRow;
use super::check::by_rules;
use super::verdict::{RowOutcome, Verdict};
use crate::contacts::fields::field::Field::*;
use crate::contacts::fields::rule::Facts;
use crate::contacts::fields::{Field, Spec};
use crate::contacts::types::ContactType;
use crate::typed::Typed;

/// The most rows of a form; more come as a file.
pub const MOST: usize = 200;
/// Rows of a new form, and how many are added at a time.
pub const FIRST: usize = 10;

/// Whether the field is a column of the table, rather than one of the whole block. A row's own building number goes
/// before the block's.
pub fn is_of_a_row(spec: &Spec, field: Field) -> bool {
    spec.table.contains(&field)
}

/// The fields of the whole block: all that are no column, and the building number.
pub fn of_all(spec: &'static Spec) -> impl Iterator<Item = Field> {
    spec.fields().filter(|field| !is_of_a_row(spec, *field) || *field == BuildingNumber)
}

pub fn cell(row: usize, field: Field) -> String {
    format!("r{row}_{}", field.name())
}

/// Whether the form has a field of this name.
pub fn is_known(spec: &'static Spec, name: &str) -> bool {
    if of_all(spec).any(|field| field.name() == name) {
        return true;
    }
    name.strip_prefix('r').and_then(|rest| rest.split_once('_')).is_some_and(|(row, field)| {
        row.parse().is_ok_and(|row: usize| (1..=MOST).contains(&row) && row.to_string().len() == rest_len(name, field))
            && spec.table.iter().any(|known| known.name() == field)
    })
}

/// Digits of the row's number as it was written: `r007_msn` is not a field.
fn rest_len(name: &str, field: &str) -> usize {
    name.len() - field.len() - 2
}

/// How many rows the form shows.
pub fn count(form: &Typed) -> usize {
    form.value("rows").parse().unwrap_or(FIRST).clamp(1, MOST)
}

/// Whether nothing is typed into the row.
pub fn is_empty(spec: &Spec, form: &Typed, row: usize) -> bool {
    spec.table.iter().all(|field| form.value(&cell(row, *field)).trim().is_empty())
}

/// Puts rows of cells where nothing is typed yet, and makes room for them; false if there is too little.
pub fn fill(spec: &Spec, form: &mut Typed, rows: &[Vec<(Field, String)>]) -> bool {
    let free: Vec<usize> = (1..=MOST).filter(|row| is_empty(spec, form, *row)).collect();
    // one after the other, from the first that is free with nothing below it
    let last_typed = (1..=MOST).rev().find(|row| !free.contains(row)).unwrap_or(0);
    if last_typed + rows.len() > MOST {
        return false;
    }
    for (place, cells) in rows.iter().enumerate() {
        for (field, text) in cells {
            form.set(cell(last_typed + 1 + place, *field), text.clone());
        }
    }
    let needed = (last_typed + rows.len()).max(count(form));
    form.set("rows", needed.to_string());
    true
}

/// The sites of the form: a row for each that holds something, with what all share.
pub fn sites(contact_type: ContactType, form: &Typed) -> Vec<SentRow> {
    let spec = contact_type.spec();
    let mut sites = Vec::new();
    for row in (1..=count(form)).filter(|row| !is_empty(spec, form, *row)) {
        let mut sent = SentRow { contact_type, line: row, fields: Vec::new() };
        for field in spec.fields() {
            let own = if is_of_a_row(spec, field) { form.value(&cell(row, field)) } else { "" };
            let text = if own.trim().is_empty() { form.value(field.name()) } else { own };
            if !text.trim().is_empty() {
                sent.fields.push((field, text.trim().to_owned()));
            }
        }
        sites.push(sent);
    }
    sites
}

/// Says at its field what stops each row. Answers the others' warnings, by their place.
pub fn check(spec: &'static Spec, form: &mut Typed, sites: &[SentRow], facts: &[Facts]) -> Vec<RowOutcome> {
    let mut found = Vec::with_capacity(sites.len());
    let mut wrong: Vec<(String, String)> = Vec::new();
    for (sent, facts) in sites.iter().zip(facts) {
        let outcome = by_rules(&sent.details(), facts);
        if outcome.verdict == Verdict::Bad {
            for problem in &outcome.problems {
                let Some(field) = problem.field else { continue };
                let own = is_of_a_row(spec, field);
                let name = if own { cell(sent.line, field) } else { field.name().to_owned() };
                let says = if own { format!("Row {}: {}", sent.line, problem.says) } else { problem.says.clone() };
                wrong.push((name, says));
            }
        }
        found.push(outcome);
    }
    // what all rows share stands above the table
    wrong.sort_by_key(|(name, _)| !of_all(spec).any(|field| field.name() == name));
    for (name, says) in wrong {
        form.wrong(name, says);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPEC: &Spec = ContactType::Mnc.spec();

    #[test]
    fn fields_are_known_by_their_exact_names() {
        for name in ["street", "building_number", "r1_msn", "r200_plot_number"] {
            assert!(is_known(SPEC, name), "{name}");
        }
        for name in ["msn", "r0_msn", "r201_msn", "r01_msn", "r1_street", "r_msn", "r1", "state", "r+1_msn", ""] {
            assert!(!is_known(SPEC, name), "{name}");
        }
    }

    #[test]
    fn rows_share_what_the_block_has_and_keep_what_is_theirs() {
        let mut form = Typed::default();
        for (name, text) in [
            ("rows", "10"),
            ("street", "Moss Lane"),
            ("building_number", "7"),
            ("r2_sub_building_name", "Flat A"),
            ("r4_building_number", "9"),
        ] {
            form.set(name, text);
        }
        let sites = sites(ContactType::Mnc, &form);
        assert_eq!(sites.iter().map(|sent| sent.line).collect::<Vec<_>>(), [2, 4]);
        let first = sites[0].details();
        assert_eq!((first.get(SubBuildingName), first.get(BuildingNumber)), ("Flat A", "7"));
        assert_eq!(sites[1].details().get(BuildingNumber), "9");
        assert!(fill(SPEC, &mut form, &vec![vec![(PlotNumber, "1".to_owned())]; 8]));
        assert_eq!((form.value("r5_plot_number"), form.value("rows")), ("1", "12"));
        assert!(!fill(SPEC, &mut form, &vec![vec![(PlotNumber, "1".to_owned())]; 189]));
    }
}
