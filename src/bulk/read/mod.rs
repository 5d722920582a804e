//! Reading a file that was sent: what it is, by its content and never by its name, then its rows, or one sentence
//! that says why not and what to do. A file is taken whole or refused whole.

use std::path::Path;

pub mod child;
mod kind;
mod reading;
mod table;
pub mod text;
pub mod uklink;
pub mod workbook;

use self::kind::kind;
pub use self::table::rows_of;
use crate::bulk::sent::refusal::Refusal;
use crate::bulk::sent::{ReadFile, RowSource};
use crate::contacts::types::ContactType;
use crate::error::AppError;

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

/// Reads the file. `program` is our own, which reads workbooks in a process of its own; `code` that of the sender's
/// organisation; `contact_type` that of a table. A UK Link style file names its own.
pub async fn read(program: &Path, code: &str, contact_type: ContactType, bytes: Vec<u8>) -> Result<ReadFile, NotRead> {
    let kind = kind(&bytes)?;
    if kind == RowSource::Xlsx {
        return Ok(rows_of(contact_type, &child::read(program, contact_type, bytes).await?)?);
    }
    let code = code.to_owned();
    let read = move || -> Result<ReadFile, Refusal> {
        let (text, encoding) = text::decode(&bytes)?;
        if kind == RowSource::UkLink {
            let rows = uklink::rows(&text, &code)?;
            let reading = reading::of_uk_link(encoding, &rows);
            return Ok(ReadFile { kind, rows, reading });
        }
        rows_of(contact_type, &text::table(&text, encoding)?)
    };
    let read = tokio::task::spawn_blocking(read).await;
    Ok(read.map_err(|panic| NotRead::Failed(AppError::Broken(panic.into())))??)
}
