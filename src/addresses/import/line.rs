//! One line of a file: its cells as text, and what it came to.

/// What a line came to.
pub enum LineResult {
    Good,
    /// holds nothing for us
    LeftOut,
    Bad(String),
}

/// A cell's text: UTF-8, or Latin-1 as older files have it, without the blanks around it.
pub fn text(cell: &[u8]) -> String {
    let cell = cell.strip_prefix(b"\xef\xbb\xbf").unwrap_or(cell);
    match std::str::from_utf8(cell) {
        Ok(text) => text.trim().to_owned(),
        Err(_) => cell.iter().map(|byte| char::from(*byte)).collect::<String>().trim().to_owned(),
    }
}
