//! What is sent in a bulk: its rows, how many there may be, and under which columns they stand in a file.

use serde_json::{Map, Value, json};

pub mod columns;
pub mod heading;
pub mod refusal;
pub mod table;
pub mod words;

use self::refusal::Refusal;
use crate::contacts::fields::{Details, Field};
use crate::contacts::types::ContactType;
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

/// The cell, if it holds only what can be typed.
pub fn readable(kind: RowSource, cell: &str, line: usize, column: &str) -> Result<String, Refusal> {
    let cell = cell.replace("\r\n", "\n").replace('\r', "\n");
    if cell.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        let many = if kind == RowSource::Xlsx { "" } else { " If there are many, save the file as CSV UTF-8." };
        return Err(Refusal::because(format!(
            "Row {line}, {column}, holds a character that can’t be typed. Type that cell again and send the file again.{many}"
        )));
    }
    Ok(cell)
}
