//! Days and times by the tokens of a section.

use std::fmt::Display;

use calamine::{ExcelDateTime, ExcelDateTimeType};
use time::Month;

use super::Unclear;
use super::section::Token;

/// The last day of a spreadsheet, 31 December 9999.
const LAST: f64 = 2_958_466.0;

/// A whole date as 01/02/2026; else as much as the cell shows.
pub fn shown(value: f64, section: &[Token], since_1904: bool) -> Result<String, Unclear> {
    let is_elapsed = section.iter().any(|token| matches!(token, Token::Elapsed(..)));
    if !(0.0..LAST).contains(&value) {
        return Err(format!("the number {} as a date, which is none", super::general(value)));
    }
    let has = |letter: char| section.iter().any(|token| matches!(token, Token::Date(known, _) if *known == letter));
    let at = ExcelDateTime::new(value, ExcelDateTimeType::DateTime, since_1904);
    let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
    if has('d') && has('m') && has('y') && !is_elapsed {
        return Ok(format!("{day:02}/{month:02}/{year:04}"));
    }
    let halves = section.contains(&Token::Half);
    let name = Month::try_from(month).map(|month| month.to_string()).unwrap_or_default();
    let mut text = String::new();
    for (place, token) in section.iter().enumerate() {
        match token {
            Token::Literal(literal) => text += literal,
            Token::Point => text.push('.'),
            Token::Comma => text.push(','),
            Token::Fraction => text.push('/'),
            Token::Half => text += if hour < 12 { "AM" } else { "PM" },
            Token::Elapsed(unit, width) => {
                let unit = match unit {
                    'h' => 24.0,
                    'm' => 24.0 * 60.0,
                    _ => 24.0 * 3_600.0,
                };
                text += &padded((value * unit + 1e-7).floor(), *width);
            }
            Token::Date('y', width) => {
                text += &if *width > 2 { year.to_string() } else { padded(year % 100, 2) };
            }
            Token::Date('d', width) if *width < 3 => text += &padded(day, *width),
            Token::Date('d', _) => text += &weekday(value, since_1904),
            Token::Date('m', width) if is_minute(section, place) => {
                text += &padded(minute, *width);
            }
            Token::Date('m', width @ 1..=2) => text += &padded(month, *width),
            Token::Date('m', width) => text += if *width == 4 { &name } else { name.get(..3).unwrap_or_default() },
            Token::Date('h', width) => {
                let hour = if halves { (hour + 11) % 12 + 1 } else { hour };
                text += &padded(hour, *width);
            }
            Token::Date(_, width) => text += &padded(second, *width),
            Token::Digit(_) | Token::Percent | Token::Exponent | Token::General | Token::Text | Token::Condition => {}
        }
    }
    Ok(text.trim().to_owned())
}

/// With zeros before it.
fn padded(number: impl Display, width: usize) -> String {
    format!("{number:0width$}")
}

/// An m is of minutes behind hours and before seconds.
fn is_minute(section: &[Token], place: usize) -> bool {
    let unit = |token: &Token| match token {
        Token::Date(letter, _) | Token::Elapsed(letter, _) => Some(*letter),
        _ => None,
    };
    section[..place].iter().rev().find_map(unit) == Some('h') || section[place + 1..].iter().find_map(unit) == Some('s')
}

fn weekday(value: f64, since_1904: bool) -> String {
    let days = ["Saturday", "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday"];
    let since = if since_1904 { value + 1_462.0 } else { value };
    // day 0 is a Saturday; a sheet has fewer days than a u32
    let place = format!("{:.0}", since.floor().rem_euclid(7.0)).parse::<usize>().unwrap_or_default();
    days[place % 7].to_owned()
}
