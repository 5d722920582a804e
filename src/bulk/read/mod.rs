//! Reading a file that was sent: what it is, by its content and never by its name, then its rows, or one sentence
//! that says why not and what to do. A file is taken whole or refused whole.

use std::path::Path;

pub mod child;
pub mod text;
pub mod uklink;
pub mod workbook;

use super::columns;
use super::{MOST_COLUMNS, MOST_ROWS, RowSource, SentRow};
use crate::csv::as_typed;
use crate::error::AppError;
use crate::trade::words::thousands;

/// Why a file was not taken, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal(pub String);

impl Refusal {
    pub fn because(says: impl Into<String>) -> Refusal {
        Refusal(says.into())
    }

    fn too_many_rows() -> Refusal {
        Refusal(format!(
            "The file has more than {} rows. Split it, and send the parts one after the other.",
            thousands(MOST_ROWS as u64)
        ))
    }

    fn too_many_columns() -> Refusal {
        Refusal(format!(
            "The file has more than {MOST_COLUMNS} columns. Download the template and copy your rows into it."
        ))
    }
}

/// Why there are no rows: the file, or our own fault.
#[derive(Debug)]
pub enum NotRead {
    Refused(Refusal),
    Failed(AppError),
}

impl From<Refusal> for NotRead {
    fn from(refusal: Refusal) -> Self {
        NotRead::Refused(refusal)
    }
}

/// Rows of cells, each with its number in the file as a spreadsheet counts.
pub type Table = Vec<(usize, Vec<String>)>;

/// Reads the file. `program` is our own, which reads workbooks in a process of its own; `code` that of the sender's
/// organisation.
pub async fn read(program: &Path, code: &str, bytes: Vec<u8>) -> Result<(RowSource, Vec<SentRow>), NotRead> {
    match kind(&bytes)? {
        RowSource::Xlsx => Ok((RowSource::Xlsx, rows_of(child::read(program, bytes).await?)?)),
        kind => {
            let code = code.to_owned();
            let read = move || -> Result<Vec<SentRow>, Refusal> {
                let text = text::decode(&bytes)?;
                if kind == RowSource::UkLink { uklink::rows(&text, &code) } else { rows_of(text::table(&text)?) }
            };
            let rows = tokio::task::spawn_blocking(read)
                .await
                .map_err(|panic| NotRead::Failed(AppError::Broken(panic.into())))??;
            Ok((kind, rows))
        }
    }
}

/// What the content is.
fn kind(bytes: &[u8]) -> Result<RowSource, Refusal> {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    if bytes.is_empty() {
        return Err(Refusal::because("The file is empty. Choose the file that holds your rows."));
    }
    if starts(b"PK\x03\x04") || starts(b"PK\x05\x06") {
        return Ok(RowSource::Xlsx);
    }
    if starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        let wide: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        return Err(Refusal::because(if memchr::memmem::find(bytes, &wide).is_some() {
            "The workbook is protected with a password. Save it without a password and send it again."
        } else {
            "This is a workbook of an old kind (.xls). Save it as an Excel Workbook (.xlsx) and send it again."
        }));
    }
    let known: [(&[u8], &str); 6] = [
        (b"%PDF", "a PDF"),
        (b"\x89PNG", "a picture"),
        (b"\xff\xd8\xff", "a picture"),
        (b"GIF8", "a picture"),
        (b"{\\rtf", "a text document"),
        (b"7z\xbc\xaf", "an archive"),
    ];
    if let Some((_, what)) = known.iter().find(|(magic, _)| starts(magic)) {
        return Err(Refusal::because(format!(
            "This is {what}, not a table. Send a CSV, an Excel Workbook (.xlsx) or a UK Link style file."
        )));
    }
    let start = text::decode(&bytes[..bytes.len().min(64) & !1]).unwrap_or_default();
    Ok(if uklink::is_one(&start) { RowSource::UkLink } else { RowSource::Csv })
}

/// The rows of a table whose first row names its columns.
pub fn rows_of(table: Table) -> Result<Vec<SentRow>, Refusal> {
    let mut rows = table.into_iter();
    let (_, headings) =
        rows.next().ok_or_else(|| Refusal::because("The file is empty. Choose the file that holds your rows."))?;
    if headings.len() > MOST_COLUMNS {
        return Err(Refusal::too_many_columns());
    }
    let columns = columns::of(&headings)?;
    let mut sent = Vec::new();
    for (line, cells) in rows {
        if cells.len() > MOST_COLUMNS {
            return Err(Refusal::too_many_columns());
        }
        let mut row = SentRow { line, fields: Vec::new() };
        for (place, cell) in cells.iter().enumerate() {
            let cell = as_typed(cell.trim());
            if cell.is_empty() {
                continue;
            }
            if let Some(column) = columns.get(place) {
                if let Some(field) = *column {
                    let cell = readable(cell, line, field.label())?;
                    row.fields.push((field, cell));
                }
            } else {
                return Err(Refusal::because(format!(
                    "Row {line} has more cells than there are columns. If a text of it holds a comma, put the text in \
                     double quotes, or send an Excel Workbook (.xlsx)."
                )));
            }
        }
        if !row.fields.is_empty() {
            sent.push(row);
            if sent.len() > MOST_ROWS {
                return Err(Refusal::too_many_rows());
            }
        }
    }
    if sent.is_empty() {
        return Err(Refusal::because("The file has headings but no rows. Add a row for each site and send it again."));
    }
    Ok(sent)
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
