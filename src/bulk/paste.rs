//! Rows for the form of several sites: pasted from a spreadsheet, or counted from one plot to another.

use super::form_rows::{MOST, is_of_a_row};
use super::read::text;
use super::sent::columns;
use crate::contacts::fields::{Field, Spec};
use crate::csv::as_typed;

type Rows = Vec<Vec<(Field, String)>>;

/// Rows of pasted text. Its first line may name the columns, in any order; else they are those of the table.
pub fn rows(spec: &Spec, pasted: &str) -> Result<Rows, String> {
    let mut table: Vec<Vec<String>> = if pasted.contains('\t') && !pasted.contains('"') {
        // as a spreadsheet copies cells
        pasted.lines().map(|line| line.split('\t').map(|cell| cell.trim().to_owned()).collect()).collect()
    } else {
        let table = text::table(pasted).map_err(|refusal| refusal.0)?;
        table.into_iter().map(|(_, cells)| cells).collect()
    };
    table.retain(|cells| cells.iter().any(|cell| !cell.trim().is_empty()));
    let Some(first) = table.first() else { return Err("Paste at least one row".to_owned()) };
    let named: Vec<Option<Field>> = first.iter().map(|cell| columns::field(spec, cell)).collect();
    let columns: Vec<Field> = if named.iter().zip(first).all(|(field, cell)| field.is_some() || cell.is_empty()) {
        let named: Vec<Field> = named.into_iter().flatten().collect();
        if let Some(shared) = named.iter().find(|field| !is_of_a_row(spec, **field)) {
            return Err(format!(
                "{} is the same for all rows: enter it above the table, and paste without it",
                spec.label(shared)
            ));
        }
        table.remove(0);
        named
    } else {
        spec.table.to_vec()
    };
    if table.is_empty() {
        return Err("Paste at least one row below the headings".to_owned());
    }
    if table.len() > MOST {
        return Err(format!("Paste at most {MOST} rows, or send a file"));
    }
    let mut rows = Rows::new();
    for (place, cells) in table.into_iter().enumerate() {
        let mut row = Vec::new();
        for (column, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty()) {
            let field = columns.get(column).ok_or_else(|| {
                format!("Pasted row {} has more cells than the table has columns ({})", place + 1, columns.len())
            })?;
            row.push((*field, as_typed(cell.trim()).to_owned()));
        }
        rows.push(row);
    }
    Ok(rows)
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
        for (pasted, says) in [
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
