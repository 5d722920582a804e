//! How a file was read, in one line for its sender: what was misread in silence shows before anything is added.

use crate::bulk::sent::SentRow;
use crate::bulk::sent::columns::Column;
use crate::bulk::sent::table::Table;
use crate::bulk::sent::words::rows;
use crate::contacts::fields::Spec;
use crate::contacts::types::ContactType;
use crate::trade::words::plural;

/// The line of a table whose headings stand in the row at `place`.
pub fn in_words(spec: &Spec, table: &Table, place: usize, columns: &[Column], sent: &[SentRow]) -> String {
    let labels: Vec<&str> = columns
        .iter()
        .filter_map(|column| match column {
            Column::Of(field) => Some(spec.label(field)),
            Column::Ours | Column::Unnamed => None,
        })
        .collect();
    let all = spec.fields().count();
    let named = if labels.len() == all {
        format!("all {all} columns")
    } else {
        format!("{} of {all} columns ({})", labels.len(), labels.join(", "))
    };
    let (heading, cells) = &table.rows[place];
    let mut says = vec![format!("Read {}, {named}, headings in row {heading}", table.from)];
    if let Some((first, _)) = table.rows[..place].first() {
        says.push(format!("{} above the headings left out", rows(*first, table.rows[place - 1].0)));
    }
    let ours: Vec<&str> = columns
        .iter()
        .zip(cells)
        .filter(|(column, _)| **column == Column::Ours)
        .map(|(_, cell)| cell.text().trim())
        .collect();
    if !ours.is_empty() {
        says.push(format!("columns of our own answers left out ({})", ours.join(", ")));
    }
    says.extend(table.notes.iter().cloned());
    says.extend(garbled(spec, sent));
    says.join("; ") + "."
}

/// The line of a UK Link style file.
pub fn of_uk_link(encoding: &str, sent: &[SentRow]) -> String {
    let spec = sent.first().map_or(ContactType::ALL[0], |row| row.contact_type).spec();
    let records = plural(sent.len() as u64, "record");
    let mut says = vec![format!("Read as a UK Link style file in {encoding}, {records} {}", spec.code)];
    says.extend(garbled(spec, sent));
    says.join("; ") + "."
}

/// "as CSV in UTF-8 with commas".
pub fn of_text(encoding: &str, delimiter: char) -> String {
    let with = match delimiter {
        ';' => "semicolons",
        '\t' => "tabs",
        _ => "commas",
    };
    format!("as {} in {encoding} with {with} between cells", if delimiter == '\t' { "text" } else { "CSV" })
}

/// The first text that was written in one encoding and read in another before it came here: "TÅ·" for "Tŷ".
fn garbled(spec: &Spec, sent: &[SentRow]) -> Option<String> {
    let all = sent.iter().flat_map(|row| row.fields.iter().map(move |(field, text)| (row.line, field, text)));
    all.filter(|(_, _, text)| is_garbled(text))
        .map(|(line, field, text)| {
            let text: String = text.chars().take(40).collect();
            format!(
                "row {line}, {}, “{text}”, looks as if its letters were changed before it was sent",
                spec.label(field)
            )
        })
        .next()
}

fn is_garbled(text: &str) -> bool {
    if text.is_ascii() {
        return false;
    }
    let (bytes, _, is_lossy) = encoding_rs::WINDOWS_1252.encode(text);
    !is_lossy && std::str::from_utf8(&bytes).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_were_changed_before_are_seen() {
        for text in ["TÅ· Gwyn", "CafÃ© Lane", "Tyâ€™r Fferm"] {
            assert!(is_garbled(text), "{text}");
        }
        for text in ["Tŷ Gwyn", "Café Lane", "Ty’r Fferm", "£5", "Â", "plain", "25 °C"] {
            assert!(!is_garbled(text), "{text}");
        }
    }
}
