//! Reading a workbook: `cms read-spreadsheet`, a process of its own with little memory and time, so that no file can
//! take more than that from the pages. The workbook comes in on stdin; out go lines of JSON: `[row, [cells]]` for each
//! row, then `{"end": true}` with how it was read, or `{"refused": "why"}`.

mod archive;
mod choose;
mod format;
mod parts;
mod sheet;
mod table;

use std::io::{Read, Write};

use serde_json::json;

pub use self::archive::safe;
pub use self::table::table;
use crate::bulk::sent::MOST_BYTES;
use crate::bulk::sent::refusal::Refusal;
use crate::contacts::types::ContactType;

/// The most memory that the process may ask for, and seconds of a processor's time.
const MOST_MEMORY: u64 = 512 * 1024 * 1024;
const MOST_SECONDS: u64 = 10;

/// Reads stdin, writes stdout, for the contact type of this code. Fails only where nobody listens any more.
pub fn run(code: &str) -> std::io::Result<()> {
    let contact_type = ContactType::from_code(code).ok_or_else(|| std::io::Error::other("no such contact type"))?;
    crate::child::limit(MOST_MEMORY, MOST_SECONDS)?;
    let mut bytes = Vec::new();
    std::io::stdin().take(MOST_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let last = match safe(&bytes).and_then(|()| table(contact_type, &bytes)) {
        Ok(table) => {
            for row in table.rows {
                writeln!(out, "{}", json!(row))?;
            }
            json!({"end": true, "from": table.from, "notes": table.notes})
        }
        Err(Refusal(says)) => json!({"refused": says}),
    };
    writeln!(out, "{last}")?;
    out.flush()
}

fn damaged() -> Refusal {
    Refusal::because(
        "The workbook is damaged. Open it in your spreadsheet program, save it as an Excel Workbook (.xlsx) and send it again.",
    )
}

fn too_big() -> Refusal {
    Refusal::because(
        "The workbook is far larger inside than a workbook of 5,000 rows. Copy your rows into a new copy of the template.",
    )
}
