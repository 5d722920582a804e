//! Files of text: which characters their bytes are, and the cells of a CSV.

use super::reading;
use crate::bulk::sent::refusal::Refusal;
use crate::bulk::sent::table::{Cell, Rows, Table};
use crate::bulk::sent::{MOST_CELLS, MOST_ROWS, RowSource};
use crate::csv::records::{Quotes, Record, records};
use crate::trade::encoding;
use crate::trade::text::is_blank;

/// Lines among which the sign between cells is looked for.
const LOOKED_AT: usize = 20;

/// The text of a file and what it was written in: UTF-8 or UTF-16 with or without its mark, else Windows-1252, as Excel
/// writes a plain CSV, or ISO 8859-14, as old Welsh programs do.
pub fn decode(bytes: &[u8]) -> Result<(String, &'static str), Refusal> {
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        let (text, is_wrong) = encoding.decode_without_bom_handling(&bytes[mark..]);
        return match is_wrong {
            true if encoding == encoding_rs::UTF_8 => Err(one_bad(&bytes[mark..])),
            true => Err(unreadable()),
            false => Ok((text.into_owned(), encoding.name())),
        };
    }
    if let Ok(text) = std::str::from_utf8(bytes)
        && !text.contains('\0')
    {
        return Ok((text.to_owned(), "UTF-8"));
    }
    // text in UTF-16 without its mark: every other byte of a plain letter is nought
    let nought = |place: usize| bytes.iter().skip(place).step_by(2).take(32).filter(|byte| **byte == 0).count();
    for (place, encoding) in [(1, encoding_rs::UTF_16LE), (0, encoding_rs::UTF_16BE)] {
        if nought(place) > 12 && nought(1 - place) == 0 {
            let (text, is_wrong) = encoding.decode_without_bom_handling(bytes);
            return if is_wrong { Err(unreadable()) } else { Ok((text.into_owned(), encoding.name())) };
        }
    }
    if bytes.contains(&0) {
        return Err(unreadable());
    }
    if is_mostly_utf8(bytes) {
        return Err(one_bad(bytes));
    }
    // as an old Macintosh writes it, whose letters are others
    let is_macintosh = bytes.contains(&b'\r') && !bytes.contains(&b'\n');
    let encoding = encoding::of_bytes(bytes).filter(|_| !is_macintosh).ok_or_else(unreadable)?;
    let name = if encoding == encoding_rs::WINDOWS_1252 { "Windows-1252" } else { encoding.name() };
    Ok((encoding.decode_without_bom_handling(bytes).0.into_owned(), name))
}

/// The beginning of a file as text, whatever its letters are.
pub fn beginning(bytes: &[u8]) -> String {
    let start = &bytes[..bytes.len().min(64) & !1];
    match decode(start) {
        Ok((text, _)) => text,
        Err(_) => String::from_utf8_lossy(start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start)).into_owned(),
    }
}

/// Whether some letters are of UTF-8 although others are not: two files put together. In Windows-1252 what looks so is
/// next to never a word.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii())
}

/// One byte is no letter of a file that is otherwise UTF-8.
fn one_bad(bytes: &[u8]) -> Refusal {
    let before = bytes.utf8_chunks().next().map(|chunk| chunk.valid()).unwrap_or_default();
    // the byte itself belongs to the row that has begun
    let row = records(&format!("{before}?"), delimiter(before), Quotes::Lenient).ok();
    let row = row.and_then(|records| records.last().map(|record| record.row)).unwrap_or(1);
    Refusal::because(format!(
        "Row {row} holds a letter that is not UTF-8, though the rest of the file is. Open the file, type that letter again, \
         save it as CSV UTF-8 and send it again."
    ))
}

fn unreadable() -> Refusal {
    Refusal::because(
        "The file can’t be read as text. Save it as CSV UTF-8, or as an Excel Workbook (.xlsx), and send it again.",
    )
}

/// The cells of a CSV in this encoding, whichever of comma, semicolon and tab lies between them.
pub fn table(text: &str, encoding: &str) -> Result<Table, Refusal> {
    let (text, delimiter) = match text.strip_prefix("sep=").and_then(|rest| Some((rest, rest.chars().next()?))) {
        // as Excel writes it; a sheet does not show that line
        Some((rest, delimiter)) => {
            (rest.split_once(['\n', '\r']).map_or("", |(_, rows)| rows.trim_start_matches('\n')), delimiter)
        }
        None => (text, delimiter(text)),
    };
    let found = records(text, delimiter, Quotes::Strict).map_err(|unended| {
        Refusal::because(format!(
            "Row {} begins a text in double quotes that never ends. Close it, or take the quote away, and send the file again.",
            unended.row
        ))
    })?;
    let rows = rows(found)?;
    Ok(Table { kind: RowSource::Csv, from: reading::of_text(encoding, delimiter), rows, notes: Vec::new() })
}

/// Those that hold something, within the limits of a file.
fn rows(records: Vec<Record>) -> Result<Rows, Refusal> {
    let (mut rows, mut cells) = (Rows::new(), 0);
    for record in records {
        if record.cells.iter().all(|cell| is_blank(cell)) {
            continue;
        }
        cells += record.cells.len();
        if rows.len() > MOST_ROWS {
            return Err(Refusal::too_many_rows());
        }
        if cells > MOST_CELLS {
            return Err(Refusal::too_many_columns());
        }
        rows.push((record.row, record.cells.into_iter().map(Cell::Text).collect()));
    }
    Ok(rows)
}

/// Whichever occurs most outside of quotes in the first line that has several: a title has none.
pub fn delimiter(text: &str) -> char {
    let mut counts = [(',', 0_usize), (';', 0), ('\t', 0)];
    let (mut quoted, mut lines, mut before) = (false, 0, '\n');
    for c in text.chars() {
        match c {
            // a quote within a cell is a sign like others
            '"' if quoted || matches!(before, '\n' | '\r' | '"' | ',' | ';' | '\t') => quoted = !quoted,
            '\n' | '\r' if !quoted => {
                if counts.iter().any(|(_, count)| *count > 2) || lines > LOOKED_AT {
                    break;
                }
                if counts.iter().any(|(_, count)| *count > 0) {
                    lines += 1;
                }
            }
            _ if quoted => {}
            _ => {
                if let Some(count) = counts.iter_mut().find(|(delimiter, _)| *delimiter == c) {
                    count.1 += 1;
                }
            }
        }
        before = c;
    }
    // of equals the comma
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(',', |(delimiter, _)| *delimiter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_known_by_its_bytes() {
        let text = "Street;Café Lane – “7”";
        let utf16 = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        for (bytes, encoding) in [
            (text.as_bytes().to_vec(), "UTF-8"),
            ([b"\xef\xbb\xbf", text.as_bytes()].concat(), "UTF-8"),
            ([b"\xff\xfe".to_vec(), utf16(u16::to_le_bytes)].concat(), "UTF-16LE"),
            ([b"\xfe\xff".to_vec(), utf16(u16::to_be_bytes)].concat(), "UTF-16BE"),
            (encoding_rs::WINDOWS_1252.encode(text).0.into_owned(), "Windows-1252"),
        ] {
            assert_eq!(decode(&bytes).unwrap(), (text.to_owned(), encoding));
        }
        for text in ["Street;Post town;Postcode;Market sector", "Street,Post town,Postcode"] {
            for bytes in [u16::to_le_bytes as fn(u16) -> [u8; 2], u16::to_be_bytes] {
                assert_eq!(decode(&text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>()).unwrap().0, text);
            }
        }
        for bytes in [b"\xff\xfe\x00\xd8x\x00".as_slice(), b"a\0b", b"caf\x81", b"\xef\xbb\xbf\xff", b"a\rcaf\x8e\r"] {
            assert!(decode(bytes).is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn a_file_of_two_encodings_is_refused_with_its_row() {
        for (bytes, row) in [
            ("a,b\nHeol Tŷ Gwyn,1\nCaf\u{1},2\n", "Row 3 "),
            ("a,b\r\n\r\n\"two\r\nlines\",x\r\nCaf\u{1},Tŷ", "Row 4 "),
            ("a\rTŷ\rCaf\u{1}\r", "Row 3 "),
            ("Caf\u{1},b\nTŷ,1\n", "Row 1 "),
        ] {
            let bytes: Vec<u8> = bytes.bytes().map(|byte| if byte == 1 { 0xe9 } else { byte }).collect();
            let says = decode(&bytes).unwrap_err().0;
            assert!(says.starts_with(row), "{says}");
        }
        let marked = [b"\xef\xbb\xbfa\nCaf".as_slice(), b"\xe9\n"].concat();
        assert!(decode(&marked).unwrap_err().0.starts_with("Row 2 "));
    }

    #[test]
    fn cells_are_parted_by_what_the_first_line_has_most() {
        for (text, expected) in [
            ("a,b,c\n1,2,3", ','),
            ("a;b;c\n1,2;3", ';'),
            ("a\tb,c\td", '\t'),
            ("\"a;b;c\",d", ','),
            ("one", ','),
            ("Sites, March\n\na;b;c;d;e\n1,2,3;4;5;6;7", ';'),
            ("5\" pipe;b;c;d", ';'),
            ("\ta\tb", '\t'),
        ] {
            assert_eq!(delimiter(text), expected, "{text}");
        }
        let lines =
            |text: &str| table(text, "UTF-8").unwrap().rows.into_iter().map(|(line, _)| line).collect::<Vec<_>>();
        for end in ["\r\n", "\n", "\r"] {
            let text = "Street,Why\n\nMoss Lane,\"two\nlines\"\nMill Lane,x\n".replace('\n', end);
            assert_eq!(lines(&text), [1, 3, 4], "{end:?}");
        }
        let read = table("sep=;\r\na;b\r\n\"x\ny\";z", "UTF-8").unwrap();
        assert_eq!(read.rows[1].1, [Cell::Text("x\ny".to_owned()), Cell::Text("z".to_owned())]);
        assert_eq!(
            (read.rows[0].0, read.rows[1].0, &*read.from),
            (1, 2, "as CSV in UTF-8 with semicolons between cells")
        );
        assert!(table("a,b\nc,\"d\ne,f", "UTF-8").unwrap_err().0.starts_with("Row 2 begins a text"));
    }
}
