//! Files of text: which characters their bytes are, and the cells of a CSV.

use crate::bulk::sent::refusal::Refusal;
use crate::bulk::sent::{MOST_CELLS, MOST_ROWS, Table};

/// The text of a file: UTF-8 or UTF-16 with or without its mark, else Windows-1252, as Excel writes a plain CSV.
pub fn decode(bytes: &[u8]) -> Result<String, Refusal> {
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        let (text, is_wrong) = encoding.decode_without_bom_handling(&bytes[mark..]);
        return if is_wrong { Err(unreadable()) } else { Ok(text.into_owned()) };
    }
    if let Ok(text) = std::str::from_utf8(bytes)
        && !text.contains('\0')
    {
        return Ok(text.to_owned());
    }
    // text in UTF-16 without its mark: every other byte of a plain letter is nought
    let nought = |place: usize| bytes.iter().skip(place).step_by(2).take(32).filter(|byte| **byte == 0).count();
    for (place, encoding) in [(1, encoding_rs::UTF_16LE), (0, encoding_rs::UTF_16BE)] {
        if nought(place) > 12 && nought(1 - place) == 0 {
            let (text, is_wrong) = encoding.decode_without_bom_handling(bytes);
            return if is_wrong { Err(unreadable()) } else { Ok(text.into_owned()) };
        }
    }
    // five bytes are no character of Windows-1252: this is something else
    if bytes.iter().any(|byte| *byte == 0 || [0x81, 0x8d, 0x8f, 0x90, 0x9d].contains(byte)) {
        return Err(unreadable());
    }
    Ok(encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned())
}

fn unreadable() -> Refusal {
    Refusal::because(
        "The file can’t be read as text. Save it as CSV UTF-8, or as an Excel Workbook (.xlsx), and send it again.",
    )
}

/// The cells of a CSV, whichever of comma, semicolon and tab lies between them.
pub fn table(text: &str) -> Result<Table, Refusal> {
    let text = text.replace("\r\n", "\n") + "\n";
    let text = text.as_str();
    let (text, delimiter) = match text.strip_prefix("sep=") {
        // as Excel writes it
        Some(rest) => {
            let delimiter = rest.bytes().next().unwrap_or(b',');
            (rest.split_once('\n').map_or("", |(_, rows)| rows), delimiter)
        }
        None => (text, delimiter(text)),
    };
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let (mut rows, mut cells, mut within) = (Table::new(), 0, 0);
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(|_| unreadable())? {
        // a line break within a cell begins no row; an empty line is skipped before the record's own first line
        let (line, byte) = record.position().map_or((0, 0), |at| (at.line(), at.byte()));
        let rest = text.as_bytes().get(usize::try_from(byte).unwrap_or_default()..).unwrap_or_default();
        let skipped = rest.iter().take_while(|byte| **byte == b'\n').count();
        let line = (line + skipped as u64).saturating_sub(within);
        within += record.iter().map(|cell| cell.matches('\n').count() as u64).sum::<u64>();
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        cells += record.len();
        if rows.len() > MOST_ROWS {
            return Err(Refusal::too_many_rows());
        }
        if cells > MOST_CELLS {
            return Err(Refusal::too_many_columns());
        }
        rows.push((usize::try_from(line).unwrap_or_default(), record.iter().map(str::to_owned).collect()));
    }
    Ok(rows)
}

/// Whichever occurs most in the first line, outside of quotes.
pub fn delimiter(text: &str) -> u8 {
    let (mut quoted, mut counts) = (false, [(b',', 0), (b';', 0), (b'\t', 0)]);
    for byte in text.trim_start().bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if quoted => {}
            _ => {
                if let Some(count) = counts.iter_mut().find(|(delimiter, _)| *delimiter == byte) {
                    count.1 += 1;
                }
            }
        }
    }
    // of equals the comma
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(delimiter, _)| *delimiter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_known_by_its_bytes() {
        let text = "Street;Café Lane – “7”";
        let utf16 = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        let mut marked = vec![0xff, 0xfe];
        marked.extend(utf16(u16::to_le_bytes));
        for bytes in [
            text.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            marked,
            encoding_rs::WINDOWS_1252.encode(text).0.into_owned(),
        ] {
            assert_eq!(decode(&bytes).unwrap(), text);
        }
        for text in ["Street;Post town;Postcode;Market sector", "Street,Post town,Postcode"] {
            for bytes in [u16::to_le_bytes as fn(u16) -> [u8; 2], u16::to_be_bytes] {
                assert_eq!(decode(&text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>()).unwrap(), text);
            }
        }
        for bytes in [b"\xff\xfe\x00\xd8x\x00".as_slice(), b"a\0b", b"caf\x81", b"\xef\xbb\xbf\xff"] {
            assert!(decode(bytes).is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn cells_are_parted_by_what_the_first_line_has_most() {
        for (text, expected) in
            [("a,b,c\n1,2,3", b','), ("a;b;c\n1,2;3", b';'), ("a\tb,c\td", b'\t'), ("\"a;b;c\",d", b','), ("one", b',')]
        {
            assert_eq!(delimiter(text), expected, "{text}");
        }
        let rows = table("Street,Why\r\n\r\nMoss Lane,\"two\nlines\"\r\nMill Lane,x\r\n").unwrap();
        let lines: Vec<usize> = rows.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [1, 3, 4]);
        assert_eq!(rows[1].1, ["Moss Lane", "two\nlines"]);
        assert_eq!(table("sep=;\na;b\n").unwrap()[0].1, ["a", "b"]);
    }
}
