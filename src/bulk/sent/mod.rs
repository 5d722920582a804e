//! What is sent in a bulk: its rows, how many there may be, and under which columns they stand in a file.

use serde_json::{Map, Value, json};

pub mod columns;
pub mod refusal;

use self::refusal::Refusal;
use crate::contacts::fields::{Details, Field, Spec};
use crate::contacts::types::ContactType;
use crate::typed::Typed;

/// The most bytes, rows, columns and filled cells of a file.
pub const MOST_BYTES: usize = 5 * 1024 * 1024;
pub const MOST_ROWS: usize = 5_000;
pub const MOST_COLUMNS: usize = 60;
pub const MOST_CELLS: usize = 300_000;
/// Rows of cells, each with its number in the file as a spreadsheet counts.
pub type Table = Vec<(usize, Vec<String>)>;

/// The type of contact that rows are of.
pub fn spec() -> &'static Spec {
    ContactType::ALL[0].spec()
}

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

/// A row as it was sent: text by field, and where it stands in its file.
#[derive(Debug, Clone, Default)]
pub struct SentRow {
    pub line: usize,
    pub fields: Vec<(Field, String)>,
}

impl SentRow {
    pub fn details(&self) -> Details {
        let mut typed = Typed::default();
        for (field, text) in &self.fields {
            typed.set(field.name(), text.clone());
        }
        Details::from_typed(spec(), &typed)
    }

    pub fn as_json(&self) -> Value {
        let filled = self.fields.iter().filter(|(_, text)| !text.is_empty());
        Value::Object(filled.map(|(field, text)| (field.name().to_owned(), json!(text))).collect::<Map<_, _>>())
    }

    /// From what [`SentRow::as_json`] wrote.
    pub fn of_json(line: i32, fields: &Value) -> SentRow {
        let text = |field: Field| fields[field.name()].as_str().map(|text| (field, text.to_owned()));
        SentRow { line: usize::try_from(line).unwrap_or_default(), fields: spec().fields().filter_map(text).collect() }
    }
}

/// The cell, if it holds only what can be typed.
pub fn readable(cell: &str, line: usize, column: &str) -> Result<String, Refusal> {
    let cell = cell.replace("\r\n", "\n").replace('\r', "\n");
    if cell.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        return Err(Refusal::because(format!(
            "Row {line}, {column}, holds a character that can’t be typed. Type that cell again and send the file again. \
             If there are many, save the file as CSV UTF-8."
        )));
    }
    Ok(cell)
}
