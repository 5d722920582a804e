//! The columns of a bulk file: one for each field of its contact type, under its label or its name, in any order.

use super::refusal::Refusal;
use super::table::letters;
use crate::contacts::fields::{Field, Spec};
use crate::trade::spreadsheet::Slip;
use crate::trade::text::clean_line;

/// Columns that our own answers add; they are passed over when such a file is sent again.
pub const OURS: [&str; 4] = ["Row", "CRN", "Result", "Problems"];

/// The field of a heading, however it is spaced and written.
pub fn field(spec: &Spec, heading: &str) -> Option<Field> {
    let bare = bare(heading);
    spec.fields().find(|field| self::bare(spec.label(field)) == bare || self::bare(field.name()) == bare)
}

fn is_ours(heading: &str) -> bool {
    OURS.iter().any(|ours| bare(ours) == bare(heading))
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    Of(Field),
    /// one of our own answers
    Ours,
    /// no heading stands above it
    Unnamed,
}

/// What each column holds; the headings stand in this row.
pub fn of(spec: &Spec, row: usize, headings: &[&str]) -> Result<Vec<Column>, Refusal> {
    let mut columns = Vec::with_capacity(headings.len());
    let mut unknown = Vec::new();
    for (place, heading) in headings.iter().enumerate() {
        let heading = clean_line(heading);
        let heading = heading.as_str();
        let column = match field(spec, heading) {
            Some(field) => Column::Of(field),
            None if is_ours(heading) => Column::Ours,
            None => Column::Unnamed,
        };
        if column == Column::Unnamed && !heading.is_empty() {
            if Slip::of(heading) == Some(Slip::Failed) {
                return Err(Refusal::because(format!(
                    "The heading of column {} is a formula that failed ({heading}). Put its name there and send the file again.",
                    letters(place)
                )));
            }
            unknown.push(format!("“{}”", heading.chars().take(40).collect::<String>()));
        }
        if let Column::Of(field) = column
            && let Some(first) = columns.iter().position(|known| *known == column)
        {
            return Err(Refusal::because(format!(
                "The column {} is there twice, as columns {} and {}. Remove one of them and send the file again.",
                spec.label(&field),
                letters(first),
                letters(place)
            )));
        }
        columns.push(column);
    }
    // of a file without them no row could be right
    let missing: Vec<String> = spec
        .needed
        .iter()
        .filter(|field| !columns.contains(&Column::Of(**field)))
        .map(|field| format!("“{}”", spec.label(field)))
        .collect();
    if unknown.is_empty() && missing.is_empty() {
        return Ok(columns);
    }
    let mut says = match row {
        1 => "This is not the template: its first row must name the columns.".to_owned(),
        row => format!("Row {row} names columns, but not those of the template."),
    };
    for (what, names) in [("Not known", &unknown), ("Missing", &missing)] {
        if !names.is_empty() {
            let more = if names.len() > 6 { format!(" and {} more", names.len() - 6) } else { String::new() };
            says = format!("{says} {what}: {}{more}.", names[..names.len().min(6)].join(", "));
        }
    }
    Err(Refusal::because(says + " Download the template and copy your rows into it."))
}

/// Letters and digits in lower case.
fn bare(heading: &str) -> String {
    heading.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contacts::types::ContactType;

    #[test]
    fn columns_are_known_by_label_or_name_in_any_order() {
        let columns = of(
            ContactType::Mnc.spec(),
            1,
            &[
                "Why do you think no MPRN exists",
                "market_sector",
                "POSTCODE",
                " Post  Town",
                "street",
                "Problems",
                "estimated aq kwh",
                "",
            ],
        )
        .unwrap();
        let expected = [
            Column::Of(Field::Why),
            Column::Of(Field::MarketSector),
            Column::Of(Field::Postcode),
            Column::Of(Field::PostTown),
            Column::Of(Field::Street),
            Column::Ours,
            Column::Of(Field::Aq),
            Column::Unnamed,
        ];
        assert_eq!(columns, expected);
    }

    #[test]
    fn unknown_missing_and_double_columns_are_named() {
        let says = of(ContactType::Mnc.spec(), 1, &["Street", "Colour"]).unwrap_err().0;
        assert!(says.contains("Not known: “Colour”.") && says.contains("Missing: “Post town”, “Postcode”"), "{says}");
        let says = of(ContactType::Mnc.spec(), 1, &["Street", "street"]).unwrap_err().0;
        assert!(says.contains("Street is there twice"), "{says}");
    }
}
