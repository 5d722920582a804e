//! Has a workbook read by a process of its own, and ends that process if it takes too long or says too much.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;
use tokio::sync::Semaphore;

use super::NotRead;
use crate::bulk::sent::RowSource;
use crate::bulk::sent::refusal::Refusal;
use crate::bulk::sent::table::{Rows, Table};
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
    let mut child = Command::new(program)
        .args(["read-spreadsheet", contact_type.code()])
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(failed)?;
    let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(failed(std::io::Error::other("the reader has no pipes")));
    };
    let writing = tokio::spawn(async move {
        // a reader that has seen enough hangs up
        let _ = stdin.write_all(&bytes).await;
    });
    let mut said = Vec::new();
    let listened = tokio::time::timeout(WITHIN, stdout.take(MOST_OUTPUT).read_to_end(&mut said)).await;
    writing.abort();
    // by its own id, and only once; it may have ended by itself
    let _ = child.kill().await;
    if !matches!(listened, Ok(Ok(_))) {
        tracing::warn!(event = "spreadsheet_refused", "a workbook took too long to read");
        return Err(unreadable().into());
    }
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
