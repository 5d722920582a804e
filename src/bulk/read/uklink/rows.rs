//! The rows of a UK Link style file.

use crate::bulk::sent::refusal::Refusal;
use crate::bulk::sent::{MOST_ROWS, SentRow};
use crate::contacts::fields::Input;
use crate::contacts::types::ContactType;
use crate::csv::records::{Quotes, Record, records};
use crate::trade::text::clean;

/// The sites of a file that this organisation sends.
pub fn rows(text: &str, code: &str) -> Result<Vec<SentRow>, Refusal> {
    let found = records(text, ',', Quotes::Strict).map_err(|unended| {
        Refusal::because(format!(
            "Record {} begins a text in double quotes that never ends. Make the file again.",
            unended.row
        ))
    })?;
    let mut rows: Vec<SentRow> = Vec::new();
    let (mut named, mut trailer): (Option<ContactType>, Option<String>) = (None, None);
    for Record { line, cells, .. } in found.into_iter().filter(|record| record.cells != [""]) {
        let cell = |place: usize| cells.get(place).map_or("", |cell| cell.trim());
        if trailer.is_some() {
            return Err(Refusal::because(format!("Line {line} comes after the trailer Z99, which must be the last.")));
        }
        match (cell(0), named) {
            ("A00", None) => {
                if cell(1) != code {
                    return Err(Refusal::because(format!(
                        "The header names organisation “{}”, but you are signed in for {code}.",
                        cell(1).chars().take(10).collect::<String>()
                    )));
                }
                named = Some(ContactType::from_code(cell(2)).ok_or_else(unknown_type)?);
            }
            (first, Some(contact_type)) if first == contact_type.code() => {
                let spec = contact_type.spec();
                let needed = spec.fields().count() + 1;
                if cells.len() != needed {
                    return Err(Refusal::because(format!(
                        "Line {line} has {} fields; a record {first} has {needed}, empty ones included.",
                        cells.len()
                    )));
                }
                let mut row = SentRow { contact_type, line, fields: Vec::new() };
                for (field, text) in spec.fields().zip(&cells[1..]) {
                    let text = clean(text).trim().to_owned();
                    if !text.is_empty() {
                        row.fields
                            .push((field, if matches!(field.input(), Input::Date) { typed(&text) } else { text }));
                    }
                }
                rows.push(row);
                if rows.len() > MOST_ROWS {
                    return Err(Refusal::too_many_rows());
                }
            }
            ("Z99", Some(_)) => trailer = Some(cell(1).to_owned()),
            (other, _) => {
                return Err(Refusal::because(format!(
                    "Line {line} begins with “{}”. A file has one A00, then records {}, then one Z99.",
                    other.chars().take(10).collect::<String>(),
                    named.map_or_else(|| codes(" or "), |known| known.code().to_owned())
                )));
            }
        }
    }
    match trailer {
        None => Err(Refusal::because("The trailer Z99 is missing: the file may have been cut off. Make it again.")),
        Some(count) if count.parse() != Ok(rows.len()) => Err(Refusal::because(format!(
            "The trailer Z99 counts {} records, but there are {}. Make the file again.",
            count.chars().take(10).collect::<String>(),
            rows.len()
        ))),
        Some(_) if rows.is_empty() => {
            let code = named.map(ContactType::code).unwrap_or_default();
            Err(Refusal::because(format!("The file has no records {code} between its header and trailer.")))
        }
        Some(_) => Ok(rows),
    }
}

/// The codes of all types with a word between them.
fn codes(between: &str) -> String {
    ContactType::ALL.iter().map(|known| known.code()).collect::<Vec<_>>().join(between)
}

fn unknown_type() -> Refusal {
    let only = if ContactType::ALL.len() == 1 { ", the only one taken here" } else { "" };
    Refusal::because(format!("The header must name the file type {}{only}.", codes(" or ")))
}

/// A date as people type it, from YYYYMMDD; anything else as it is, for the rules to say what is wrong with it.
fn typed(text: &str) -> String {
    match (text.len(), text.bytes().all(|byte| byte.is_ascii_digit())) {
        (8, true) => format!("{}/{}/{}", &text[6..], &text[4..6], &text[..4]),
        _ => text.to_owned(),
    }
}
