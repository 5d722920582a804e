//! The records of UK Link style files, as we write them.

use time::macros::format_description;
use time::{Date, OffsetDateTime};

use crate::bulk::sent::SentRow;
use crate::contacts::fields::Input;
use crate::trade::dates::{parse_date, show_typed};

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
pub fn site(sent: &SentRow) -> String {
    let spec = sent.contact_type.spec();
    let mut texts = vec![spec.code.to_owned()];
    for field in spec.fields() {
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
