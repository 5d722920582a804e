//! Reading a file that was sent: what it is, by its content and never by its name, then its rows, or one sentence
//! that says why not and what to do. A file is taken whole or refused whole.

use std::path::Path;

pub mod child;
mod kind;
mod table;
pub mod text;
pub mod uklink;
pub mod workbook;

use self::kind::kind;
pub use self::table::rows_of;
use crate::bulk::sent::refusal::Refusal;
use crate::bulk::sent::{RowSource, SentRow};
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
pub async fn read(
    program: &Path,
    code: &str,
    contact_type: ContactType,
    bytes: Vec<u8>,
) -> Result<(RowSource, Vec<SentRow>), NotRead> {
    match kind(&bytes)? {
        RowSource::Xlsx => Ok((RowSource::Xlsx, rows_of(contact_type, child::read(program, bytes).await?)?)),
        kind => {
            let code = code.to_owned();
            let read = move || -> Result<Vec<SentRow>, Refusal> {
                let text = text::decode(&bytes)?;
                match kind {
                    RowSource::UkLink => uklink::rows(&text, &code),
                    RowSource::Form | RowSource::Csv | RowSource::Xlsx => rows_of(contact_type, text::table(&text)?),
                }
            };
            let rows = tokio::task::spawn_blocking(read)
                .await
                .map_err(|panic| NotRead::Failed(AppError::Broken(panic.into())))??;
            Ok((kind, rows))
        }
    }
}
