//! Rows for the form of several sites: pasted from a spreadsheet, or counted from one plot to another.

use super::form_rows::{MOST, is_of_a_row};
use super::read::text;
use super::sent::columns;
use super::sent::table::letters;
use crate::contacts::fields::{Field, Spec};
use crate::csv::as_typed;
use crate::csv::records::{Quotes, records};
use crate::trade::text::is_blank;

type Rows = Vec<Vec<(Field, String)>>;

/// Rows of pasted text. Its first line may name the columns, in any order; else they are those of the table.
pub fn rows(spec: &Spec, pasted: &str) -> Result<Rows, String> {
    // as a spreadsheet copies cells, else as a file has them
    let delimiter = if pasted.contains('\t') { '\t' } else { text::delimiter(pasted) };
    let mut table = records(pasted, delimiter, Quotes::Lenient).unwrap_or_default();
    table.retain(|record| record.cells.iter().any(|cell| !is_blank(cell)));
    let Some(first) = table.first() else { return Err("Paste at least one row".to_owned()) };
    let columns = match named(spec, &first.cells)? {
        Some(named) => {
            table.remove(0);
            named
        }
        None => spec.table.iter().copied().map(Some).collect(),
    };
    if table.is_empty() {
        return Err("Paste at least one row below the headings".to_owned());
    }
    if table.len() > MOST {
        return Err(format!("Paste at most {MOST} rows, or send a file"));
    }
    let mut rows = Rows::new();
    for record in table {
        let mut row = Vec::new();
        for (place, cell) in record.cells.iter().enumerate().filter(|(_, cell)| !is_blank(cell)) {
            match columns.get(place) {
                Some(Some(field)) => row.push((*field, one_line(as_typed(cell.trim())))),
                Some(None) => {
                    return Err(format!(
                        "Pasted row {}: column {} has no heading but holds values. Name it, or paste without it",
                        record.row,
                        letters(place)
                    ));
                }
                None => {
                    let count = columns.len();
                    return Err(format!(
                        "Pasted row {} has more cells than the table has columns ({count})",
                        record.row
                    ));
                }
            }
        }
        rows.push(row);
    }
    Ok(rows)
}

/// The columns that a first line names, if it does: every cell of it is the name of a field, or blank.
fn named(spec: &Spec, first: &[String]) -> Result<Option<Vec<Option<Field>>>, String> {
    let named: Vec<Option<Field>> = first.iter().map(|cell| columns::field(spec, cell)).collect();
    if !named.iter().zip(first).all(|(field, cell)| field.is_some() || is_blank(cell)) {
        return Ok(None);
    }
    for (place, field) in named.iter().enumerate() {
        let Some(field) = field else { continue };
        if !is_of_a_row(spec, *field) {
            return Err(format!(
                "{} is the same for all rows: enter it above the table, and paste without it",
                spec.label(field)
            ));
        }
        if named[..place].contains(&Some(*field)) {
            return Err(format!("The column {} is there twice: paste it once", spec.label(field)));
        }
    }
    Ok(Some(named))
}

/// A cell of the table holds one line.
fn one_line(cell: &str) -> String {
    cell.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Rows from one number, or letter, to another: "Flat A" to "Flat H".
pub fn counted(field: Field, prefix: &str, from: &str, to: &str) -> Result<Rows, String> {
    let (from, to) = (from.trim(), to.trim());
    let names: Vec<String> = match (from.parse::<u16>(), to.parse::<u16>()) {
        (Ok(from), Ok(to)) if from <= to && usize::from(to - from) < MOST => {
            (from..=to).map(|number| number.to_string()).collect()
        }
        (Err(_), Err(_)) => match (letter(from), letter(to)) {
            (Some(from), Some(to)) if from <= to => (from..=to).map(String::from).collect(),
            _ => return Err(counting()),
        },
        _ => return Err(counting()),
    };
    let prefix = prefix.trim();
    let name = |name: String| if prefix.is_empty() { name } else { format!("{prefix} {name}") };
    Ok(names.into_iter().map(|counted| vec![(field, name(counted))]).collect())
}

fn letter(text: &str) -> Option<char> {
    let mut letters = text.chars();
    letters
        .next()
        .filter(|letter| letter.is_ascii_alphabetic() && letters.next().is_none())
        .map(|c| c.to_ascii_uppercase())
}

fn counting() -> String {
    format!("Enter where to begin and to end, such as 1 and 24 or A and H, at most {MOST} apart")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contacts::types::ContactType;

    const SPEC: &Spec = ContactType::Mnc.spec();

    #[test]
    fn cells_are_taken_as_a_spreadsheet_copies_them() {
        let expected = vec![
            vec![(Field::SubBuildingName, "Flat A".to_owned()), (Field::BuildingNumber, "7".to_owned())],
            vec![(Field::SubBuildingName, "Flat B".to_owned())],
        ];
        for pasted in ["Flat A\t7\nFlat B\n", "Flat A,7\r\nFlat B,\r\n", "\"Flat A\"\t7\n\nFlat B"] {
            assert_eq!(rows(SPEC, pasted).unwrap(), expected, "{pasted}");
        }
        let named = rows(SPEC, "Meter serial number\tPlot number\nG4A1\t3").unwrap();
        assert_eq!(named, [[(Field::Msn, "G4A1".to_owned()), (Field::PlotNumber, "3".to_owned())]]);
        let quoted = "\"Flat 1\n(rear)\"\t\t5\tG4A001\r\nFlat \"B\"\t\t5\tG4A002\r\n";
        let cells = rows(SPEC, quoted).unwrap();
        assert_eq!((cells.len(), &*cells[0][0].1, &*cells[1][0].1), (2, "Flat 1 (rear)", "Flat \"B\""));
        assert_eq!(cells[0].iter().map(|(field, _)| *field).collect::<Vec<_>>()[1..], [Field::PlotNumber, Field::Uprn]);
        for one in ["5\" pipe\tx", "\"open\tx", "\"Kiln\" House\tx"] {
            let first = one.split('\t').next().unwrap();
            assert_eq!(rows(SPEC, one).unwrap()[0][0].1, first, "{one}");
        }
        let blank = rows(SPEC, "Plot number\t\tMeter serial number\n3\t\tG4A1").unwrap();
        assert_eq!(blank, [[(Field::PlotNumber, "3".to_owned()), (Field::Msn, "G4A1".to_owned())]]);
        for (pasted, says) in [
            ("Plot number\t\tMeter serial number\n3\tx\tG4A1", "column B has no heading"),
            ("Plot number\tplot_number\n3\t4", "Plot number is there twice"),
            ("Street\tPlot number\nMoss Lane\t1", "Street is the same for all rows"),
            ("Plot number\n", "below the headings"),
            ("1\t2\t3\t4\t5\t6\t7\t8\t9", "more cells"),
            ("  \n", "at least one row"),
        ] {
            let refused = rows(SPEC, pasted).unwrap_err();
            assert!(refused.contains(says), "{refused}");
        }
    }

    #[test]
    fn plots_and_flats_are_counted() {
        let flats = counted(Field::SubBuildingName, "Flat", "a", "C").unwrap();
        assert_eq!(flats.last().unwrap()[0].1, "Flat C");
        assert_eq!(counted(Field::PlotNumber, "", "1", "24").unwrap().len(), 24);
        for (from, to) in [("3", "1"), ("", ""), ("A", "9"), ("1", "201"), ("AA", "AB"), ("1", "")] {
            assert!(counted(Field::PlotNumber, "", from, to).is_err(), "{from} {to}");
        }
    }
}
