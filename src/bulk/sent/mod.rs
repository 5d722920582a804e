//! What is sent in a bulk: its rows, how many there may be, and under which columns they stand in a file.

use serde_json::{Map, Value, json};
use time::Date;

pub mod columns;
pub mod heading;
pub mod refusal;
pub mod table;
pub mod words;

use crate::contacts::fields::{Details, Field, Input};
use crate::contacts::types::ContactType;
use crate::trade::day_words::whole_date;
use crate::typed::Typed;

/// The most bytes, rows, columns and filled cells of a file.
pub const MOST_BYTES: usize = 5 * 1024 * 1024;
pub const MOST_ROWS: usize = 5_000;
pub const MOST_COLUMNS: usize = 60;
pub const MOST_CELLS: usize = 300_000;

/// Where a row comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowSource {
    Form,
    Csv,
    Xlsx,
    UkLink,
}

impl RowSource {
    pub fn code(self) -> &'static str {
        match self {
            RowSource::Form => "form",
            RowSource::Csv => "csv",
            RowSource::Xlsx => "xlsx",
            RowSource::UkLink => "uklink",
        }
    }
}

/// What a file holds: its rows, and in one line how it was read.
#[derive(Debug, Clone)]
pub struct ReadFile {
    pub kind: RowSource,
    pub rows: Vec<SentRow>,
    pub reading: String,
}

/// A row as it was sent: of which contact type it is, where it stands in its file, and text by field.
#[derive(Debug, Clone)]
pub struct SentRow {
    pub contact_type: ContactType,
    pub line: usize,
    pub fields: Vec<(Field, String)>,
}

impl SentRow {
    pub fn details(&self) -> Details {
        let mut typed = Typed::default();
        for (field, text) in &self.fields {
            typed.set(field.name(), text.clone());
        }
        self.contact_type.typed(&typed)
    }

    /// Days that are said in words become dates, so that they mean the same whenever the row is added.
    pub fn settle_dates(&mut self, today: Date) {
        for (field, text) in &mut self.fields {
            if matches!(field.input(), Input::Date) {
                *text = whole_date(text, today, false);
            }
        }
    }

    pub fn as_json(&self) -> Value {
        let filled = self.fields.iter().filter(|(_, text)| !text.is_empty());
        Value::Object(filled.map(|(field, text)| (field.name().to_owned(), json!(text))).collect::<Map<_, _>>())
    }

    /// From what [`SentRow::as_json`] wrote.
    pub fn of_json(contact_type: ContactType, line: i32, fields: &Value) -> SentRow {
        let text = |field: Field| fields[field.name()].as_str().map(|text| (field, text.to_owned()));
        SentRow {
            contact_type,
            line: usize::try_from(line).unwrap_or_default(),
            fields: contact_type.spec().fields().filter_map(text).collect(),
        }
    }
}
