//! The columns of a bulk file: one for each field of its contact type, under its label or its name, in any order.

use super::refusal::Refusal;
use crate::contacts::fields::{Field, Spec};

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

/// What each column holds; `None` for one of ours or without a heading.
pub fn of(spec: &Spec, headings: &[String]) -> Result<Vec<Option<Field>>, Refusal> {
    let mut columns = Vec::with_capacity(headings.len());
    let mut unknown = Vec::new();
    for heading in headings {
        let heading = heading.trim();
        let field = field(spec, heading);
        if field.is_none() && !heading.is_empty() && !is_ours(heading) {
            unknown.push(format!("“{}”", heading.chars().take(40).collect::<String>()));
        }
        if let Some(field) = field
            && columns.contains(&Some(field))
        {
            return Err(Refusal::because(format!(
                "The column {} is there twice. Remove one of them and send the file again.",
                spec.label(&field)
            )));
        }
        columns.push(field);
    }
    // of a file without them no row could be right
    let missing: Vec<String> = spec
        .needed
        .iter()
        .filter(|field| !columns.contains(&Some(**field)))
        .map(|field| format!("“{}”", spec.label(field)))
        .collect();
    if unknown.is_empty() && missing.is_empty() {
        return Ok(columns);
    }
    let mut says = "This is not the template: its first row must name the columns.".to_owned();
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

    fn headings(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn columns_are_known_by_label_or_name_in_any_order() {
        let columns = of(
            ContactType::Mnc.spec(),
            &headings(&[
                "Why do you think no MPRN exists",
                "market_sector",
                "POSTCODE",
                " Post  Town",
                "street",
                "Problems",
                "estimated aq kwh",
                "",
            ]),
        )
        .unwrap();
        let expected = [
            Some(Field::Why),
            Some(Field::MarketSector),
            Some(Field::Postcode),
            Some(Field::PostTown),
            Some(Field::Street),
            None,
            Some(Field::Aq),
            None,
        ];
        assert_eq!(columns, expected);
    }

    #[test]
    fn unknown_missing_and_double_columns_are_named() {
        let says = of(ContactType::Mnc.spec(), &headings(&["Street", "Colour"])).unwrap_err().0;
        assert!(says.contains("Not known: “Colour”.") && says.contains("Missing: “Post town”, “Postcode”"), "{says}");
        let says = of(ContactType::Mnc.spec(), &headings(&["Street", "street"])).unwrap_err().0;
        assert!(says.contains("Street is there twice"), "{says}");
    }
}
