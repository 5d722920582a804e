//! Reading text whose cells are separated: where each record stands, in the file and as a sheet counts.

/// A record: the row of a sheet that would show it, the line of the file where it begins, and its cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub row: usize,
    pub line: usize,
    pub cells: Vec<String>,
}

/// A text in double quotes that begins in this row and never ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unended {
    pub row: usize,
}

/// How double quotes are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quotes {
    /// a cell that begins with one ends with one
    Strict,
    /// one that has no partner is a sign like others, as in what spreadsheets copy
    Lenient,
}

/// The records, blank ones included. Lines may end in any usual way; a line break in quotes ends none.
pub fn records(text: &str, delimiter: char, quotes: Quotes) -> Result<Vec<Record>, Unended> {
    let mut records = Vec::new();
    let (mut rest, mut line) = (text, 1);
    while !rest.is_empty() {
        let mut record = Record { row: records.len() + 1, line, cells: Vec::new() };
        loop {
            let (cell, after) = match quoted(rest, delimiter, quotes) {
                Some(Ok(found)) => found,
                Some(Err(())) => return Err(Unended { row: record.row }),
                None => {
                    let end = rest.find([delimiter, '\n', '\r']).unwrap_or(rest.len());
                    (rest[..end].to_owned(), &rest[end..])
                }
            };
            line += cell.matches('\n').count();
            record.cells.push(cell);
            rest = after;
            match rest.strip_prefix(delimiter) {
                Some(next) => rest = next,
                None => break,
            }
        }
        rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix(['\n', '\r'])).unwrap_or(rest);
        line += 1;
        records.push(record);
    }
    Ok(records)
}

/// A cell that begins with a double quote, and what comes after it; an error if its end is missing.
fn quoted(text: &str, delimiter: char, quotes: Quotes) -> Option<Result<(String, &str), ()>> {
    let mut rest = text.strip_prefix('"')?;
    let mut cell = String::new();
    loop {
        // the longest text of a form; without a limit a text of nothing but quotes would be searched again and again
        if quotes == Quotes::Lenient && cell.len() > 2_000 {
            return None;
        }
        let Some(end) = rest.find('"') else {
            return (quotes == Quotes::Strict).then_some(Err(()));
        };
        cell += &rest[..end];
        rest = &rest[end + 1..];
        match rest.strip_prefix('"') {
            Some(next) => {
                cell.push('"');
                rest = next;
            }
            None => break,
        }
    }
    // what stands behind the closing quote
    let end = rest.find([delimiter, '\n', '\r']).unwrap_or(rest.len());
    if end > 0 && quotes == Quotes::Lenient {
        return None;
    }
    cell += &rest[..end];
    Some(Ok((cell.replace("\r\n", "\n").replace('\r', "\n"), &rest[end..])))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, quotes: Quotes) -> Vec<(usize, usize, Vec<String>)> {
        records(text, ',', quotes).unwrap().into_iter().map(|one| (one.row, one.line, one.cells)).collect()
    }

    fn row(row: usize, line: usize, cells: &[&str]) -> (usize, usize, Vec<String>) {
        (row, line, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn rows_are_those_of_a_sheet_however_lines_end() {
        let expected =
            [row(1, 1, &["a", "b"]), row(2, 2, &[""]), row(3, 3, &["two\nlines", "x"]), row(4, 5, &["c", ""])];
        for end in ["\n", "\r\n", "\r"] {
            let text = format!("a,b{end}{end}\"two{end}lines\",x{end}c,{end}");
            assert_eq!(read(&text, Quotes::Strict), expected, "{end:?}");
            assert_eq!(read(text.trim_end(), Quotes::Strict), expected, "{end:?} without a last one");
        }
        assert_eq!(read("a\rb\nc\r\nd", Quotes::Strict).len(), 4, "mixed");
        assert_eq!(read("", Quotes::Strict), []);
    }

    #[test]
    fn quotes_hold_a_cell_together() {
        for (text, cells) in [
            ("\"a,b\",c", &["a,b", "c"][..]),
            ("\"say \"\"so\"\"\",", &["say \"so\"", ""]),
            ("5\" pipe,x", &["5\" pipe", "x"]),
            ("\"\",x", &["", "x"]),
            (" \"a\",x", &[" \"a\"", "x"]),
        ] {
            for quotes in [Quotes::Strict, Quotes::Lenient] {
                assert_eq!(read(text, quotes), [row(1, 1, cells)], "{text}");
            }
        }
        assert_eq!(read("\"a\"b,c", Quotes::Strict), [row(1, 1, &["ab", "c"])]);
        assert_eq!(read("\"a\" b,c", Quotes::Lenient), [row(1, 1, &["\"a\" b", "c"])]);
        assert_eq!(records("x\n\"a,b\nc", ',', Quotes::Strict), Err(Unended { row: 2 }));
        assert_eq!(read("\"a,b\nc", Quotes::Lenient), [row(1, 1, &["\"a", "b"]), row(2, 2, &["c"])]);
    }
}
