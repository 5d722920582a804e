//! What a file is by its first bytes; its name and what the browser says of it count for nothing.

use super::refusal::FileRefusal;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    Jpeg,
    Png,
    Pdf,
}

/// First bytes of what people send by mistake, and what we call it.
const OTHERS: &[(&[u8], &str)] = &[
    (b"GIF8", "a GIF picture"),
    (b"PK\x03\x04", "a Zip, Word or Excel file"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file"),
    (b"RIFF", "a WebP picture or a film"),
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
    (b"BM", "a bitmap picture"),
    (b"<", "a web page or a drawing (HTML, SVG or XML)"),
    (b"\xef\xbb\xbf<", "a web page or a drawing (HTML, SVG or XML)"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
];

impl FileKind {
    /// The kind, or what it is instead.
    pub fn of(bytes: &[u8]) -> Result<FileKind, FileRefusal> {
        if bytes.is_empty() {
            return Err(FileRefusal::Empty);
        }
        for (start, kind) in [
            (b"\xff\xd8\xff".as_slice(), FileKind::Jpeg),
            (b"\x89PNG\r\n\x1a\n", FileKind::Png),
            (b"%PDF-", FileKind::Pdf),
        ] {
            if bytes.starts_with(start) {
                return Ok(kind);
            }
        }
        if bytes.get(4..12).is_some_and(|brand| brand.starts_with(b"ftyphei") || brand.starts_with(b"ftypmif")) {
            return Err(FileRefusal::Other("a HEIC picture, as some phones make them"));
        }
        let at = bytes.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or_default();
        let known = OTHERS.iter().find(|(start, _)| bytes[at..].starts_with(start));
        Err(FileRefusal::Other(known.map_or("of a kind that can’t be shown safely", |(_, name)| name)))
    }

    pub fn media_type(self) -> &'static str {
        match self {
            FileKind::Jpeg => "image/jpeg",
            FileKind::Png => "image/png",
            FileKind::Pdf => "application/pdf",
        }
    }

    /// How a file of this media type ends when it is downloaded.
    pub fn ending(media_type: &str) -> &'static str {
        match media_type {
            "image/jpeg" => "jpg",
            "image/png" => "png",
            _ => "pdf",
        }
    }
}
