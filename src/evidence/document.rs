//! PDF: read by a parser in a process of its own, judged, and written anew from what the parser understood, so that whoever
//! opens it reads what was judged here, and nothing else.

use std::io::{Read, Write};
use std::path::Path;
use std::time::Duration;

use super::limits::MOST_BYTES;
use super::refusal::FileRefusal;
use super::rewrite::rewrite;
use crate::child;
use crate::error::AppError;

/// The most memory that the process may ask for, and seconds of a processor's time.
const MOST_MEMORY: u64 = 512 * 1024 * 1024;
const MOST_SECONDS: u64 = 5;
/// The time one document may take.
const WITHIN: Duration = Duration::from_secs(10);
/// What the process says before a document that is taken.
const TAKEN: &[u8] = b"taken\n";

/// The document anew, or why it is refused. `program` is this program, by its path.
pub async fn clean(program: &Path, bytes: Vec<u8>) -> Result<Result<Vec<u8>, FileRefusal>, AppError> {
    // one more than may be kept, so that too much shows
    let most = (TAKEN.len() + MOST_BYTES + 1) as u64;
    let said = child::run(program, &["read-document"], bytes, most, WITHIN).await;
    let Some(mut said) = said.map_err(|error| AppError::Broken(error.into()))? else {
        return Ok(Err(FileRefusal::BrokenDocument));
    };
    if said.starts_with(TAKEN) {
        let anew = said.split_off(TAKEN.len());
        return Ok(if anew.len() > MOST_BYTES { Err(FileRefusal::TooBig) } else { Ok(anew) });
    }
    let refusals = [FileRefusal::Encrypted, FileRefusal::Active];
    // one that asked for too much memory or time says nothing
    Ok(Err(refusals
        .into_iter()
        .find(|refusal| said == refusal.slug().as_bytes())
        .unwrap_or(FileRefusal::BrokenDocument)))
}

/// `cms read-document`: reads stdin, writes stdout. Fails only where nobody listens any more.
pub fn run() -> std::io::Result<()> {
    child::limit(MOST_MEMORY, MOST_SECONDS)?;
    let mut bytes = Vec::new();
    std::io::stdin().take(MOST_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    let mut out = std::io::stdout().lock();
    match rewrite(&bytes) {
        Ok(anew) => {
            out.write_all(TAKEN)?;
            out.write_all(&anew)?;
        }
        Err(refusal) => out.write_all(refusal.slug().as_bytes())?,
    }
    out.flush()
}
