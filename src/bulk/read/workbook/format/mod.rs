//! A number as its cell shows it, by the cell's number format: "00123456", "12,345", "01-Feb".

mod date;
mod number;
mod section;

pub use self::number::general;
use self::section::{Token, sections};
use crate::trade::spreadsheet::Slip;

/// Why a cell's text can't be told.
pub type Unclear = String;

/// The number as the cell shows it. A whole date is written as 01/02/2026, however the cell does.
pub fn shown(value: f64, code: &str, since_1904: bool) -> Result<String, Unclear> {
    if code.trim().is_empty() {
        return Ok(general(value));
    }
    let sections = sections(code);
    let numbers = if sections.len() > 3 { &sections[..3] } else { &sections[..] };
    // positive, negative and zero; what has no section of its own goes by the first
    let (section, signed) = match (numbers.len(), value) {
        (2.., value) if value < 0.0 => (&numbers[1], false),
        (3.., 0.0) => (&numbers[2], false),
        _ => (&numbers[0], true),
    };
    if section.iter().any(|token| matches!(token, Token::Condition | Token::Fraction)) {
        return Err(format!("the number {} in a format that can’t be read here", general(value)));
    }
    if section.iter().any(|token| matches!(token, Token::Date(..) | Token::Elapsed(..) | Token::Half)) {
        return date::shown(value, section, since_1904).and_then(known);
    }
    let text = number::shown(value, section, signed)?;
    if text.trim().is_empty() {
        return Err(format!("the number {}, which its format hides", general(value)));
    }
    Ok(text.trim().to_owned())
}

/// Part of a date is known as one by what it looks like; what is not would be taken for a word.
fn known(text: String) -> Result<String, Unclear> {
    match Slip::of(&text) {
        Some(_) => Ok(text),
        None => Err(format!("a date or a time of which the cell shows only “{text}”")),
    }
}

/// A text as the cell shows it: with what its format adds.
pub fn shown_text(text: &str, code: &str) -> Result<String, Unclear> {
    let sections = sections(code);
    let section = match sections.len() {
        4.. => &sections[3],
        1 if sections[0].contains(&Token::Text) => &sections[0],
        _ => return Ok(text.to_owned()),
    };
    let shown: String = section
        .iter()
        .map(|token| match token {
            Token::Text | Token::General => text,
            Token::Literal(literal) => literal,
            _ => "",
        })
        .collect();
    if shown.trim().is_empty() && !text.trim().is_empty() {
        return Err(format!("“{}”, which its format hides", text.chars().take(40).collect::<String>()));
    }
    Ok(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_their_cells_show_them() {
        for (value, code, text) in [
            (123_456.0, "00000000", "00123456"),
            (123_456.0, "0000 0000", "0012 3456"),
            (123_456.0, "0000-0000", "0012-3456"),
            (123_456.0, "000\\-000\\-000", "000-123-456"),
            (123_456.0, "\"G4A\"00000000", "G4A00123456"),
            (123_456.0, "\\M00000000", "M00123456"),
            (123_456_789.0, "000-000", "123456-789"),
            (7.0, "\"Plot \"0", "Plot 7"),
            (7.0, "0\" kWh\"", "7 kWh"),
            (7.0, "General\" kWh\"", "7 kWh"),
            (12_345.0, "#,##0", "12,345"),
            (999.0, "#,##0", "999"),
            (1_234_567.0, "#,##0.00", "1,234,567.00"),
            (12_345.0, "0.00", "12345.00"),
            (12_345.678, "0", "12346"),
            (0.5, "0", "1"),
            (1.005, "0.00", "1.01"),
            (12.5, "0.###", "12.5"),
            (12.0, "0.##", "12."),
            (0.5, "#.0", ".5"),
            (0.5, "0%", "50%"),
            (0.125, "0.0%", "12.5%"),
            (1234.5, "\"£\"#,##0.00", "£1,234.50"),
            (1234.5, "[$£-809]#,##0.00", "£1,234.50"),
            (-5.0, "[$£-809]#,##0.00;[Red]-[$£-809]#,##0.00", "-£5.00"),
            (-5.0, "#,##0_);(#,##0)", "(5)"),
            (-5.0, "0", "-5"),
            (5.0, "_(* #,##0_);_(* (#,##0);_(* \"-\"_);_(@_)", "5"),
            (0.0, "_(* #,##0_);_(* (#,##0);_(* \"-\"_);_(@_)", "-"),
            (123_456_789_012.0, "0.00E+00", "1.23E+11"),
            (100_012_345_678.0, "General", "100012345678"),
            (7_512_345_604.0, "@", "7512345604"),
            (999_999_999_999_999.0, "0", "999999999999999"),
            (0.1 + 0.2, "General", "0.3"),
            (1.0 / 3.0, "General", "0.333333333"),
            (123.456_789_123, "General", "123.4567891"),
            (12.5, "General", "12.5"),
            (-1.0, "General", "-1"),
            (0.0, "General", "0"),
            (1e15, "0", "1.00000E+15"),
            (1_234_567_890_123_456.0, "General", "1.23457E+15"),
            (1.2e-10, "General", "0.00000000012"),
        ] {
            assert_eq!(shown(value, code, false).as_deref(), Ok(text), "{value} {code}");
        }
    }

    #[test]
    fn days_are_whole_dates_or_what_their_cells_show_of_them() {
        for (value, code, text) in [
            (46_054.0, "mm-dd-yy", "01/02/2026"),
            (46_054.0, "dd/mm/yyyy", "01/02/2026"),
            (46_054.0, "[$-809]d mmmm yyyy;@", "01/02/2026"),
            (46_054.5, "dd/mm/yyyy hh:mm", "01/02/2026"),
            (46_054.0, "yyyy-mm-dd", "01/02/2026"),
            (46_054.0, "d-mmm", "1-Feb"),
            (46_054.0, "dd-mmm", "01-Feb"),
            (46_054.0, "mmm-yy", "Feb-26"),
            (46_054.0, "mmmm yyyy", "February 2026"),
            (0.25, "h:mm", "6:00"),
            (0.75, "h:mm AM/PM", "6:00 PM"),
            (0.75, "hh:mm:ss", "18:00:00"),
            (1.260_416_666_666_667, "[h]:mm", "30:15"),
        ] {
            assert_eq!(shown(value, code, false).as_deref(), Ok(text), "{value} {code}");
        }
        assert_eq!(shown(44_592.0, "dd/mm/yyyy", true).as_deref(), Ok("01/02/2026"), "counted from 1904");
        for (value, code) in
            [(46_054.0, "dddd"), (46_054.0, "d"), (-1.0, "dd/mm/yyyy"), (5e9, "d-mmm"), (0.5, "mmss.0")]
        {
            assert!(shown(value, code, false).is_err(), "{value} {code}");
        }
    }

    #[test]
    fn what_cannot_be_told_is_not_guessed() {
        for (value, code) in [(5.0, ";;;"), (5.0, "# ?/?"), (5.0, "[>=100]0;\"few\""), (12_345.0, "0,"), (0.0, "0;-0;")]
        {
            assert!(shown(value, code, false).is_err(), "{value} {code}");
        }
        assert_eq!(shown_text("7", "\"Plot \"@").as_deref(), Ok("Plot 7"));
        for code in ["@", "General", "0.00", "0;-0;0;@"] {
            assert_eq!(shown_text("x", code).as_deref(), Ok("x"), "{code}");
        }
        assert!(shown_text("x", ";;;").is_err());
        for code in ["", "\"", "[", "\\", "_", "*", "0.0.0", "E+", "AM/PM", ";;;;;;", "[h", "%%%", "é0", "[$"] {
            let _ = (shown(12.5, code, false), shown_text("x", code));
        }
    }
}
