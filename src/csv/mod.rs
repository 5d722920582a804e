//! Comma-separated values: written so that a spreadsheet shows and never computes them, and read ([`records`]).

pub mod records;

use crate::trade::text::without_turns;

/// One line: cells quoted as RFC 4180 has it.
pub fn line(cells: &[&str]) -> String {
    let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    cells.join(",") + "\r\n"
}

/// A cell. One that a spreadsheet would take for a formula gets an apostrophe in front.
fn cell(text: &str) -> String {
    let text = &without_turns(text.to_owned());
    let text = if is_formula(text) { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\r', '\n']) || text != text.trim() {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text
}

/// The cell as it was before [`line`] wrote it: without the apostrophe in front of what looks like a formula.
pub fn as_typed(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(cell)
}

fn is_formula(text: &str) -> bool {
    if text.starts_with(['\t', '\r', '\n', '\0']) {
        return true;
    }
    // some programs look past blanks and a quote
    let first = text.trim_start_matches([' ', '"', '\'', '\u{a0}']);
    first.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for text in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "\0=1",
            "＝1",
            "＋1",
            "－1",
            "＠1",
            " =1",
            "  -1",
            "\"=1",
            "' =1",
            "\" @x",
            "=cmd|' /C calc'!A0",
            "-2+3+cmd",
            "@import",
            "+44 1632 960001",
            "\u{a0}=1",
        ] {
            let written = cell(text);
            let bare = written.trim_start_matches('"');
            assert!(bare.starts_with('\''), "{text:?} became {written:?}");
        }
        for text in ["", "plain", "1-2", "a=b", "C123456786", "9000000006", "“quoted”"] {
            assert_eq!(cell(text), text);
        }
    }

    #[test]
    fn what_was_written_is_read_as_it_was() {
        for text in ["+44 1632 960001", "-", "plain", "'", "'=1", "’s"] {
            let written = cell(text);
            assert_eq!(as_typed(written.trim_matches('"')), text);
        }
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        assert_eq!(
            line(&["a", "b,c", "say \"so\"", "two\nlines", ""]),
            "a,\"b,c\",\"say \"\"so\"\"\",\"two\nlines\",\r\n"
        );
    }
}
