//! Has a workbook read by a process of its own, and ends that process if it takes too long or says too much.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::Semaphore;

use super::NotRead;
use crate::bulk::sent::RowSource;
use crate::bulk::sent::refusal::Refusal;
use crate::bulk::sent::table::{Rows, Table};
use crate::child;
use crate::contacts::types::ContactType;
use crate::error::AppError;

/// The time a workbook may take; the largest that is allowed takes under a second.
const WITHIN: Duration = Duration::from_secs(10);
/// The most that is listened to: the text of a workbook and its quotes.
const MOST_OUTPUT: u64 = 48 * 1024 * 1024;
/// Read at once; others wait.
static READERS: Semaphore = Semaphore::const_new(2);

/// The rows of a workbook for this contact type.
pub async fn read(program: &Path, contact_type: ContactType, bytes: Vec<u8>) -> Result<Table, NotRead> {
    let failed = |error: std::io::Error| NotRead::Failed(AppError::Broken(error.into()));
    let _turn = READERS.acquire().await.map_err(|closed| NotRead::Failed(AppError::Broken(closed.into())))?;
    let said = child::run(program, &["read-spreadsheet", contact_type.code()], bytes, MOST_OUTPUT, WITHIN).await;
    let Some(said) = said.map_err(failed)? else {
        tracing::warn!(event = "spreadsheet_refused", "a workbook took too long to read");
        return Err(unreadable().into());
    };
    tokio::task::spawn_blocking(move || table(&said))
        .await
        .map_err(|panic| NotRead::Failed(AppError::Broken(panic.into())))?
        .map_err(NotRead::Refused)
}

fn unreadable() -> Refusal {
    Refusal::because(
        "The workbook takes more time or memory to read than any of 5,000 rows. Copy your rows into a new copy of the template.",
    )
}

/// What the reader said; one that was ended has not said its end.
fn table(said: &[u8]) -> Result<Table, Refusal> {
    let mut rows = Rows::new();
    for line in said.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let Ok(line) = serde_json::from_slice::<Value>(line) else { break };
        if let Some(says) = line["refused"].as_str() {
            return Err(Refusal::because(says));
        }
        if line["end"] == true {
            let from = line["from"].as_str().unwrap_or_default().to_owned();
            let notes = serde_json::from_value(line["notes"].clone()).unwrap_or_default();
            return Ok(Table { kind: RowSource::Xlsx, from, rows, notes });
        }
        let Ok(row) = serde_json::from_value(line) else { break };
        rows.push(row);
    }
    tracing::warn!(event = "spreadsheet_refused", "a workbook ended its reader");
    Err(unreadable())
}
