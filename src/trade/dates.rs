//! Dates as people in Britain type and read them: the day first, DD/MM/YYYY.
//!
//! A date here is a day of the calendar without a time; times are in `working_time`.

use std::fmt;

use time::{Date, Month};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateError {
    NotADate,
    NoSuchMonth { month: u8 },
    NoSuchDay { day: u8, month: Month, year: i32 },
}

/// Reads DD/MM/YYYY, also D/M/YY (20YY), with `/`, `.`, `-` or spaces between. Years before
/// 1900 are taken for slips.
pub fn parse_date(typed: &str) -> Result<Date, DateError> {
    let parts: Vec<&str> = typed
        .split(|c: char| matches!(c, '/' | '.' | '-') || c.is_whitespace())
        .filter(|part| !part.is_empty())
        .collect();
    let [day, month, year] = parts[..] else {
        return Err(DateError::NotADate);
    };
    let day = u8::try_from(number(day, &[1, 2])?).map_err(|_| DateError::NotADate)?;
    let month = u8::try_from(number(month, &[1, 2])?).map_err(|_| DateError::NotADate)?;
    let year = match number(year, &[2, 4])? {
        short @ ..=99 if year.len() == 2 => 2000 + i32::from(short),
        long @ 1900.. => i32::from(long),
        _ => return Err(DateError::NotADate),
    };
    let month = Month::try_from(month).map_err(|_| DateError::NoSuchMonth { month })?;
    Date::from_calendar_date(year, month, day).map_err(|_| DateError::NoSuchDay { day, month, year })
}

/// Reads "2026-11-24", as addresses and date fields of browsers write it.
pub fn parse_iso(text: &str) -> Option<Date> {
    let shape = time::macros::format_description!("[year]-[month]-[day]");
    Date::parse(text, shape).ok().filter(|date| (1900..2200).contains(&date.year()))
}

/// "24/11/2026".
pub fn show_typed(date: Date) -> String {
    format!("{:02}/{:02}/{:04}", date.day(), u8::from(date.month()), date.year())
}

/// "24 Nov 2026".
pub fn show_words(date: Date) -> String {
    let month = date.month().to_string();
    format!("{} {} {}", date.day(), &month[..3], date.year())
}

fn number(part: &str, lengths: &[usize]) -> Result<u16, DateError> {
    let plain = lengths.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    part.parse().ok().filter(|_| plain).ok_or(DateError::NotADate)
}

impl fmt::Display for DateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotADate => f.write_str("Enter a date such as 24/11/2026"),
            Self::NoSuchMonth { month } => {
                write!(f, "There is no month {month}; enter the day first, as in 24/11/2026")
            }
            Self::NoSuchDay { day, month, year } => write!(f, "There is no {day} {month} {year}"),
        }
    }
}

impl std::error::Error for DateError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_comes_first_however_it_is_separated() {
        for typed in ["24/11/2026", "24.11.2026", "24-11-26", " 24 / 11 / 2026 ", "24 11 2026"] {
            assert_eq!(parse_date(typed).map(show_typed), Ok("24/11/2026".to_owned()), "{typed}");
        }
        assert_eq!(parse_date("3/2/2026").map(show_typed), Ok("03/02/2026".to_owned()));
        assert_eq!(parse_date("03/02/26").map(show_words), Ok("3 Feb 2026".to_owned()));
        assert!(parse_date("29/02/2028").is_ok());
    }

    #[test]
    fn each_mistake_has_its_own_sentence() {
        let sentence = |typed| parse_date(typed).expect_err("not a date").to_string();
        for typed in ["", "soon", "24/11", "2026-11-24", "24/11/026", "1/1/1/2026", "+1/1/2026", "1/1/0026"] {
            assert_eq!(sentence(typed), "Enter a date such as 24/11/2026", "{typed}");
        }
        assert_eq!(sentence("31/02/2026"), "There is no 31 February 2026");
        assert_eq!(sentence("00/01/2026"), "There is no 0 January 2026");
        assert_eq!(sentence("11/24/2026"), "There is no month 24; enter the day first, as in 24/11/2026");
    }
}
