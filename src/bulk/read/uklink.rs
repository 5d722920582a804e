//! UK Link style files: header A00, a record for each site, trailer Z99 with their count. Text stands in double
//! quotes, numbers do not, dates are YYYYMMDD. The layout is ours, since none is published; `/bulk/layout` describes it.
//!
//! `"A00","ALD","MNC",20261124,143005,1` – organisation, file type, date, time, number of the file;
//! `"MNC","7","",…` – the fields of an MNC in the order of the form; `"Z99",2`.

use time::macros::format_description;
use time::{Date, OffsetDateTime};

use super::{Refusal, readable};
use crate::bulk::{MOST_ROWS, Sent, spec};
use crate::contacts::fields::Input;
use crate::trade::dates::{parse_date, show_typed};

/// Whether the text begins with a header.
pub fn is_one(text: &str) -> bool {
    text.trim_start().trim_start_matches('"').starts_with("A00")
}

/// The sites of a file that this organisation sends.
pub fn rows(text: &str, code: &str) -> Result<Vec<Sent>, Refusal> {
    let code_of_type = spec().code;
    let text = text.replace("\r\n", "\n");
    let text = text.as_str();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut rows: Vec<Sent> = Vec::new();
    let (mut header, mut trailer) = (false, None);
    for record in reader.records() {
        let record =
            record.map_err(|_| Refusal::because("The file can’t be read as records of text in double quotes."))?;
        let line = record.position().map_or(0, |position| usize::try_from(position.line()).unwrap_or_default());
        let cell = |place: usize| record.get(place).unwrap_or_default().trim();
        if trailer.is_some() {
            return Err(Refusal::because(format!("Line {line} comes after the trailer Z99, which must be the last.")));
        }
        match (cell(0), header) {
            ("A00", false) => {
                if cell(1) != code {
                    return Err(Refusal::because(format!(
                        "The header names organisation “{}”, but you are signed in for {code}.",
                        cell(1).chars().take(10).collect::<String>()
                    )));
                }
                if cell(2) != code_of_type {
                    return Err(Refusal::because(format!(
                        "The header must name the file type {code_of_type}, the only one taken here."
                    )));
                }
                header = true;
            }
            (first, true) if first == code_of_type => {
                if record.len() != spec().fields().count() + 1 {
                    return Err(Refusal::because(format!(
                        "Line {line} has {} fields; a record {code_of_type} has {}, empty ones included.",
                        record.len(),
                        spec().fields().count() + 1
                    )));
                }
                let mut row = Sent { line, fields: Vec::new() };
                for (field, text) in spec().fields().zip(record.iter().skip(1)) {
                    let text = readable(text.trim(), line, spec().label(&field))?;
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
            ("Z99", true) => trailer = Some(cell(1).to_owned()),
            (other, _) => {
                return Err(Refusal::because(format!(
                    "Line {line} begins with “{}”. A file has one A00, then records {code_of_type}, then one Z99.",
                    other.chars().take(10).collect::<String>()
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
            Err(Refusal::because(format!("The file has no records {code_of_type} between its header and trailer.")))
        }
        Some(_) => Ok(rows),
    }
}

/// A date as people type it, from YYYYMMDD; anything else as it is, for the rules to say what is wrong with it.
fn typed(text: &str) -> String {
    match (text.len(), text.bytes().all(|byte| byte.is_ascii_digit())) {
        (8, true) => format!("{}/{}/{}", &text[6..], &text[4..6], &text[..4]),
        _ => text.to_owned(),
    }
}

/// A record: text in double quotes, numbers as they are.
pub fn record(cells: &[Cell<'_>]) -> String {
    let cells: Vec<String> = cells
        .iter()
        .map(|cell| match cell {
            Cell::Text(text) => format!("\"{}\"", text.replace('"', "\"\"")),
            Cell::Number(number) => number.to_string(),
        })
        .collect();
    cells.join(",") + "\r\n"
}

/// A field of a record.
#[derive(Debug)]
pub enum Cell<'a> {
    Text(&'a str),
    Number(usize),
}

/// The header of a file of this type, made now.
pub fn header(code: &str, kind: &str, now: OffsetDateTime) -> String {
    let london = crate::trade::working_time::london_date(now);
    let day = london.format(format_description!("[year][month][day]")).unwrap_or_default();
    let clock = crate::trade::working_time::show_clock(now).replace(':', "");
    let number = |text: &str| text.parse().unwrap_or_default();
    record(&[Cell::Text("A00"), Cell::Text(code), Cell::Text(kind), Cell::Number(number(&day))]).trim_end().to_owned()
        + &format!(",{clock}00,1\r\n")
}

/// A site as its record.
pub fn site(sent: &Sent) -> String {
    let mut texts = vec![spec().code.to_owned()];
    for field in spec().fields() {
        let text = sent.fields.iter().find(|(known, _)| *known == field).map_or("", |(_, text)| text);
        texts.push(if matches!(field.input(), Input::Date) { compact(text) } else { text.to_owned() });
    }
    record(&texts.iter().map(|text| Cell::Text(text)).collect::<Vec<_>>())
}

/// YYYYMMDD of a date as typed, real or not; anything else as it is.
fn compact(text: &str) -> String {
    let day = |date: Date| show_typed(date).split('/').rev().collect::<String>();
    let parts: Vec<&str> = text.split('/').collect();
    match parse_date(text) {
        Ok(date) => day(date),
        Err(_) if parts.len() == 3 && [2, 2, 4] == [parts[0].len(), parts[1].len(), parts[2].len()] => {
            parts.iter().rev().copied().collect()
        }
        Err(_) => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contacts::fields::Field;

    fn sent() -> Sent {
        Sent {
            line: 2,
            fields: vec![
                (Field::Street, "“Moss” \"Lane\"".to_owned()),
                (Field::ReadingDate, "01/02/2026".to_owned()),
                (Field::Why, "two\nlines, really".to_owned()),
            ],
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let now = time::macros::datetime!(2026-11-24 14:30:05 UTC);
        let file = header("ALD", "MNC", now) + &site(&sent()) + "\"Z99\",1\r\n";
        assert!(file.starts_with("\"A00\",\"ALD\",\"MNC\",20261124,143000,1\r\n\"MNC\",\"\""), "{file}");
        assert!(file.contains("\"20260201\"") && is_one(&file));
        let rows = rows(&file, "ALD").unwrap();
        assert_eq!((rows.len(), &rows[0].fields), (1, &sent().fields));
    }

    #[test]
    fn a_file_that_is_not_whole_is_refused() {
        let site = site(&sent());
        for (file, says) in [
            (format!("\"A00\",\"BIR\",\"MNC\"\n{site}\"Z99\",1"), "signed in for ALD"),
            (format!("\"A00\",\"ALD\",\"RFA\"\n{site}\"Z99\",1"), "file type MNC"),
            (format!("\"A00\",\"ALD\",\"MNC\"\n{site}"), "trailer Z99 is missing"),
            (format!("\"A00\",\"ALD\",\"MNC\"\n{site}\"Z99\",2"), "counts 2 records, but there are 1"),
            ("\"A00\",\"ALD\",\"MNC\"\n\"MNC\",\"7\"\n\"Z99\",1".to_owned(), "has 2 fields"),
            ("\"A00\",\"ALD\",\"MNC\"\n\"XYZ\"\n\"Z99\",0".to_owned(), "begins with “XYZ”"),
            (format!("\"A00\",\"ALD\",\"MNC\"\n{site}\"Z99\",1\n{site}"), "comes after the trailer"),
            ("\"A00\",\"ALD\",\"MNC\"\n\"Z99\",0".to_owned(), "no records"),
        ] {
            let refused = rows(&file, "ALD").unwrap_err().0;
            assert!(refused.contains(says), "{refused}");
        }
    }
}
