//! Reading a workbook: `cms read-spreadsheet`, a process of its own with little memory and time, so that no file can
//! take more than that from the pages. The workbook comes in on stdin; out go lines of JSON: `[row, [cells]]` for each
//! row, then `{"end": true}`, or `{"refused": "why"}`.

use std::io::{Cursor, Read, Write};

use calamine::{DataRef, Reader, SheetVisible, Xlsx};
use memchr::memmem;
use rustix::process::{Resource, Rlimit, setrlimit};
use serde_json::json;
use zip::ZipArchive;

use super::{Refusal, Table};
use crate::bulk::{MOST_BYTES, MOST_CELLS, MOST_COLUMNS, MOST_ROWS};

/// The most memory that the process may ask for, and seconds of a processor's time.
const MOST_MEMORY: u64 = 512 * 1024 * 1024;
const MOST_SECONDS: u64 = 10;
/// Parts of a workbook, what they inflate to in all, and to how much for each byte. Small parts may pack better.
const MOST_PARTS: usize = 64;
const MOST_INFLATED: u64 = 50 * 1024 * 1024;
const MOST_RATIO: u64 = 100;
const SMALL: u64 = 256 * 1024;
/// Text of all cells together.
const MOST_TEXT: usize = 16 * 1024 * 1024;

/// Reads stdin, writes stdout. Fails only where nobody listens any more.
pub fn run() -> std::io::Result<()> {
    let limit = |most| Rlimit { current: Some(most), maximum: Some(most) };
    setrlimit(Resource::As, limit(MOST_MEMORY))?;
    setrlimit(Resource::Cpu, limit(MOST_SECONDS))?;
    setrlimit(Resource::Core, limit(0))?;
    setrlimit(Resource::Fsize, limit(0))?;
    let mut bytes = Vec::new();
    std::io::stdin().take(MOST_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let last = match safe(&bytes).and_then(|()| table(bytes)) {
        Ok(rows) => {
            for (row, cells) in rows {
                writeln!(out, "{}", json!([row, cells]))?;
            }
            json!({"end": true})
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

/// Refuses what is no workbook, or inflates to more than one needs, before anything is read of it.
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

/// The rows of the first sheet in view.
pub fn table(bytes: Vec<u8>) -> Result<Table, Refusal> {
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    let name = book
        .sheets_metadata()
        .iter()
        .find(|sheet| sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .ok_or_else(damaged)?;
    let mut cells = book.worksheet_cells_reader(&name).map_err(|_| damaged())?;
    let mut rows: Table = Vec::new();
    let (mut count, mut text) = (0, 0);
    while let Some(cell) = cells.next_cell().map_err(|_| damaged())? {
        let (row, column) = cell.get_position();
        let (row, column) = (row as usize + 1, column as usize);
        let shown = shown(cell.get_value(), row)?;
        if shown.trim().is_empty() {
            continue;
        }
        count += 1;
        text += shown.len();
        if column >= MOST_COLUMNS {
            return Err(Refusal::too_many_columns());
        }
        if count > MOST_CELLS || text > MOST_TEXT {
            return Err(too_big());
        }
        if rows.last().is_none_or(|(last, _)| *last != row) {
            if rows.len() > MOST_ROWS {
                return Err(Refusal::too_many_rows());
            }
            rows.push((row, Vec::new()));
        }
        if let Some((_, cells)) = rows.last_mut() {
            cells.resize(cells.len().max(column + 1), String::new());
            cells[column] = shown;
        }
    }
    Ok(rows)
}

/// A cell as its sheet shows it; of a formula what it came to when the workbook was saved.
fn shown(value: &DataRef<'_>, row: usize) -> Result<String, Refusal> {
    Ok(match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(value) => number(*value),
        DataRef::Bool(yes) => if *yes { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(at) if at.is_datetime() && at.as_f64() >= 1.0 => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            format!("{day:02}/{month:02}/{year:04}")
        }
        DataRef::DateTime(at) => number(at.as_f64()),
        DataRef::Error(error) => {
            return Err(Refusal::because(format!(
                "Row {row} holds a formula that failed ({error}). Put a value in its place and send the workbook again."
            )));
        }
    })
}

/// A number with the fifteen digits that a spreadsheet shows, and no more.
fn number(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        return format!("{value:.0}");
    }
    format!("{value:.14e}").parse::<f64>().map_or_else(|_| value.to_string(), |rounded| rounded.to_string())
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_as_the_sheet_shows_them() {
        for (value, shown) in [
            (100_012_345_678.0, "100012345678"),
            (7_512_345_604.0, "7512345604"),
            (0.1 + 0.2, "0.3"),
            (12.5, "12.5"),
            (-1.0, "-1"),
            (1234.0, "1234"),
        ] {
            assert_eq!(number(value), shown);
        }
    }
}
