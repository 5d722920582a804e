//! What kind of file was sent, by its content and never by its name.

use super::{text, uklink};
use crate::bulk::sent::RowSource;
use crate::bulk::sent::refusal::Refusal;

/// What the content is.
pub fn kind(bytes: &[u8]) -> Result<RowSource, Refusal> {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    if bytes.is_empty() {
        return Err(Refusal::because("The file is empty. Choose the file that holds your rows."));
    }
    if starts(b"PK\x03\x04") || starts(b"PK\x05\x06") {
        return Ok(RowSource::Xlsx);
    }
    if starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        let wide: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        return Err(Refusal::because(if memchr::memmem::find(bytes, &wide).is_some() {
            "The workbook is protected with a password. Save it without a password and send it again."
        } else {
            "This is a workbook of an old kind (.xls). Save it as an Excel Workbook (.xlsx) and send it again."
        }));
    }
    let known: [(&[u8], &str); 6] = [
        (b"%PDF", "a PDF"),
        (b"\x89PNG", "a picture"),
        (b"\xff\xd8\xff", "a picture"),
        (b"GIF8", "a picture"),
        (b"{\\rtf", "a text document"),
        (b"7z\xbc\xaf", "an archive"),
    ];
    if let Some((_, what)) = known.iter().find(|(magic, _)| starts(magic)) {
        return Err(Refusal::because(format!(
            "This is {what}, not a table. Send a CSV, an Excel Workbook (.xlsx) or a UK Link style file."
        )));
    }
    Ok(if uklink::is_one(&text::beginning(bytes)) { RowSource::UkLink } else { RowSource::Csv })
}
