//! A workbook as the archive it is: refused before anything is read of it, if it is none or would inflate to too much.

use std::io::{Cursor, Read};

use memchr::memmem;
use zip::ZipArchive;

use super::{damaged, too_big};
use crate::bulk::sent::refusal::Refusal;

/// Parts of a workbook, what they inflate to in all, and to how much for each byte. Small parts may pack better.
const MOST_PARTS: usize = 64;
const MOST_INFLATED: u64 = 50 * 1024 * 1024;
const MOST_RATIO: u64 = 100;
const SMALL: u64 = 256 * 1024;

/// Refuses what is no workbook, or inflates to more than one needs.
pub fn safe(bytes: &[u8]) -> Result<(), Refusal> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    if zip.len() > MOST_PARTS {
        return Err(too_big());
    }
    what_it_is(&zip)?;
    let (mut declared, mut packed, mut inflated) = (0_u64, 0_u64, 0_u64);
    for place in 0..zip.len() {
        let mut part = zip.by_index(place).map_err(|_| damaged())?;
        declared = declared.saturating_add(part.size());
        packed = packed.saturating_add(part.compressed_size());
        if declared > MOST_INFLATED || packed > bytes.len() as u64 {
            return Err(too_big());
        }
        // what it says of itself proves nothing: it is inflated up to a limit, and counted
        let most = part.compressed_size().saturating_mul(MOST_RATIO).max(SMALL).min(MOST_INFLATED - inflated);
        let mut text = Vec::new();
        (&mut part).take(most + 1).read_to_end(&mut text).map_err(|_| damaged())?;
        let length = text.len() as u64;
        if length > most {
            return Err(too_big());
        }
        inflated += length;
        has_no_declarations(&text)?;
    }
    Ok(())
}

fn what_it_is(zip: &ZipArchive<Cursor<&[u8]>>) -> Result<(), Refusal> {
    let has = |name: &str| zip.index_for_name(name).is_some();
    let says = if has("word/document.xml") {
        "This is a Word document"
    } else if has("ppt/presentation.xml") {
        "This is a presentation"
    } else if has("xl/workbook.bin") {
        "This is a binary workbook (.xlsb)"
    } else if has("xl/vbaProject.bin") {
        "This is a workbook with macros (.xlsm)"
    } else if has("content.xml") {
        "This is an OpenDocument file (.ods)"
    } else if !has("xl/workbook.xml") {
        "This is an archive, not a workbook"
    } else {
        return Ok(());
    };
    Err(Refusal::because(format!("{says}. Save your rows as an Excel Workbook (.xlsx) or as CSV and send that.")))
}

/// A workbook has no document type, so one that brings its own entities is not from a spreadsheet program.
fn has_no_declarations(text: &[u8]) -> Result<(), Refusal> {
    let wide: Vec<u8> = "<!DOCTYPE".encode_utf16().flat_map(u16::to_le_bytes).collect();
    // both ends of a code unit: without its first byte it is found in either order
    let found = ["<!DOCTYPE", "<!ENTITY"].iter().any(|word| memmem::find(text, word.as_bytes()).is_some())
        || memmem::find(text, &wide[1..]).is_some()
        || memmem::find(text, &wide[..wide.len() - 1]).is_some();
    if found { Err(damaged()) } else { Ok(()) }
}
