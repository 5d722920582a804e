//! A table as its file shows it, before its columns are known.

use serde::{Deserialize, Serialize};

use super::RowSource;
use crate::trade::text::is_blank;

/// A cell: its text as a person sees it, or why that can't be told ("a formula whose result is not saved").
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    Text(String),
    Unclear(String),
}

impl Cell {
    pub fn text(&self) -> &str {
        match self {
            Cell::Text(text) => text,
            Cell::Unclear(_) => "",
        }
    }

    pub fn is_blank(&self) -> bool {
        matches!(self, Cell::Text(text) if is_blank(text))
    }
}

/// Rows of cells, each with its number as a spreadsheet counts; blank rows are left out.
pub type Rows = Vec<(usize, Vec<Cell>)>;

/// What a file holds, and what there is to say of how it was read.
#[derive(Debug, Clone)]
pub struct Table {
    pub kind: RowSource,
    /// what was read, after the word "Read": "the sheet “Sites”"
    pub from: String,
    pub rows: Rows,
    /// what else its sender must know: "rows 3 and 5 are hidden and were read too"
    pub notes: Vec<String>,
}

/// The name of a column in a sheet: "A" for the first, "AA" for the 27th.
pub fn letters(place: usize) -> String {
    let letter = |place: usize| char::from(b'A' + u8::try_from(place % 26).unwrap_or_default());
    match place / 26 {
        0 => letter(place).to_string(),
        before => letters(before - 1) + &letter(place).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::letters;

    #[test]
    fn columns_are_called_as_a_sheet_calls_them() {
        for (place, name) in
            [(0, "A"), (12, "M"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")]
        {
            assert_eq!(letters(place), name);
        }
    }
}
