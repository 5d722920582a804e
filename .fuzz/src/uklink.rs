//! A UK Link style file.

use cms::bulk::read::{text, uklink};

pub fn run(data: &[u8]) {
    let Ok((decoded, _)) = text::decode(data) else { return };
    if let Ok(rows) = uklink::rows(&decoded, "ALD") {
        crate::csv::judged(&rows);
    }
}
