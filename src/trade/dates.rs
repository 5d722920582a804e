//! Dates as people in Britain and CMS itself write them, the day first: 24/11/2026, 24.11.26, 24 Nov 2026, Tue 24
//! November 2026, 2026-11-24, 20261124. The one reader of dates, for forms, filters and files.
//!
//! A date here is a day of the calendar without a time; times are in `working_time`. What needs to know which day it
//! is, "today" or "24/11", is read by [`super::day_words`].

use std::fmt;

use time::{Date, Month};

use super::text::{clean_line, plain_dashes};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateError {
    NotADate,
    NoSuchMonth { month: u8 },
    NoSuchDay { day: u8, month: Month, year: i32 },
}

/// Reads a date in any of the ways of writing one, also with its weekday before it, and with a time of day behind it as
/// exports write it. Years of two digits are 20YY; years before 1900 are taken for slips.
pub fn parse_date(typed: &str) -> Result<Date, DateError> {
    let words = words(typed);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match *without_time(without_weekday(&words)) {
        [all] if all.len() == 8 && all.is_ascii() => {
            // either order can be meant, but only one of them is a date
            date(&all[6..], &all[4..6], &all[..4]).or_else(|_| date(&all[..2], &all[2..4], &all[4..]))
        }
        [year, month, day] if year.len() == 4 => date(day, month, year),
        [day, month, year] => date(day, month, year),
        _ => Err(DateError::NotADate),
    }
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

/// Signs that stand between the parts of a date.
const BETWEEN: [char; 11] = ['/', '.', '-', ',', '_', '\\', '\'', '\u{2019}', '\u{b7}', '\u{2044}', '\u{2215}'];

/// The parts of a date in small letters: "24Nov2026" has three as well.
pub(super) fn words(typed: &str) -> Vec<String> {
    let typed = plain_dashes(&clean_line(typed)).to_lowercase();
    let mut words: Vec<String> = Vec::new();
    let mut last = None;
    for c in typed.chars() {
        let is_between = BETWEEN.contains(&c) || c.is_whitespace();
        let changes = last.is_none_or(|last: char| last.is_alphabetic() != c.is_alphabetic());
        match words.last_mut() {
            _ if is_between => last = None,
            Some(word) if last.is_some() && !changes => {
                word.push(c);
                last = Some(c);
            }
            _ => {
                words.push(c.to_string());
                last = Some(c);
            }
        }
    }
    // "24th" is "24"
    let is_number = |word: &String| word.bytes().all(|byte| byte.is_ascii_digit());
    let mut kept: Vec<String> = Vec::new();
    for word in words {
        let is_ending = matches!(word.as_str(), "st" | "nd" | "rd" | "th" | "of");
        let is_before = kept.is_empty() && matches!(word.as_str(), "the" | "on");
        if !(is_before || is_ending && kept.last().is_some_and(is_number)) {
            kept.push(word);
        }
    }
    kept
}

pub(super) fn without_weekday<'a>(words: &'a [&'a str]) -> &'a [&'a str] {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    match words {
        [first, rest @ ..] if first.len() >= 3 && DAYS.iter().any(|day| day.starts_with(first)) => rest,
        ["weds", rest @ ..] => rest,
        _ => words,
    }
}

/// Without "06:44", "at 06:44", "T00:00:00", "12:30 pm" or "Z" at the end.
fn without_time<'a>(words: &'a [&'a str]) -> &'a [&'a str] {
    let Some((date, time)) = words.split_at_checked(3) else { return words };
    let is_sign = |byte: u8| byte.is_ascii_digit() || matches!(byte, b':' | b'+');
    let is_clock = |word: &str| word.contains(':') && word.bytes().all(is_sign);
    let is_beside = |word: &str| matches!(word, "at" | "t" | "am" | "pm" | "z" | "utc" | "gmt" | "bst");
    let is_fraction = |word: &str| word.len() <= 9 && word.bytes().all(|byte| byte.is_ascii_digit());
    let has_clock = time.iter().take(2).any(|word| is_clock(word)) || matches!(time.last(), Some(&("am" | "pm")));
    let is_time = time.iter().all(|word| is_clock(word) || is_beside(word) || is_fraction(word));
    if has_clock && is_time { date } else { words }
}

/// Of a day, a month by number or name, and a year, as typed.
fn date(day: &str, month: &str, year: &str) -> Result<Date, DateError> {
    let year = match number(year, &[2, 4])? {
        short @ ..=99 if year.len() == 2 => 2000 + i32::from(short),
        long @ 1900.. => i32::from(long),
        _ => return Err(DateError::NotADate),
    };
    let (day, month) = day_and_month(day, month)?;
    Date::from_calendar_date(year, month, day).map_err(|_| DateError::NoSuchDay { day, month, year })
}

/// A day and a month by number or name, the day first but where the month is a name.
pub(super) fn day_and_month(day: &str, month: &str) -> Result<(u8, Month), DateError> {
    let (day, month) = if month_named(day).is_some() { (month, day) } else { (day, month) };
    let day = u8::try_from(number(day, &[1, 2])?).map_err(|_| DateError::NotADate)?;
    if let Some(month) = month_named(month) {
        return Ok((day, month));
    }
    let month = u8::try_from(number(month, &[1, 2])?).map_err(|_| DateError::NotADate)?;
    Ok((day, Month::try_from(month).map_err(|_| DateError::NoSuchMonth { month })?))
}

/// "nov", "sept" or "november".
fn month_named(word: &str) -> Option<Month> {
    let mut months = (1..=12).filter_map(|month| Month::try_from(month).ok());
    months.find(|month| word.len() >= 3 && month.to_string().to_lowercase().starts_with(word))
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
    fn the_day_comes_first_however_it_is_written() {
        for typed in [
            "24/11/2026",
            "24.11.2026",
            "24-11-26",
            " 24 / 11 / 2026 ",
            "24 11 2026",
            "24 Nov 2026",
            "24 november 2026",
            "24-Nov-2026",
            "24Nov26",
            "24th November, 2026",
            "24th of Nov 2026",
            "Nov 24, 2026",
            "2026-11-24",
            "2026/11/24",
            "20261124",
            "24112026",
            "24 Nov ’26",
            "24_11_2026",
            "24\\11\\2026",
            "24\u{2044}11\u{2044}2026",
            "２４/１１/２０２６",
            "the 24th of November 2026",
            "2026-11-24T00:00:00Z",
            "2026-11-24 00:00:00.000",
            "Tue 24 Nov 2026",
            "Tuesday, 24 November 2026",
            "Tues 24/11/2026",
            "24 Nov 2026 at 06:44",
            "24/11/2026 06:44",
            "24/11/2026 12:30:00 pm",
            "24/11/2026 at 5.30pm",
            "2026-11-24T10:00:00+00:00",
            "24\u{2013}11\u{2013}2026",
            "24\u{a0}Nov\u{a0}2026",
            "\u{200e}24/11/2026\u{200e}",
        ] {
            assert_eq!(parse_date(typed).map(show_typed), Ok("24/11/2026".to_owned()), "{typed}");
        }
        for (typed, shown) in [
            ("3/2/2026", "3 Feb 2026"),
            ("03/02/26", "3 Feb 2026"),
            ("24 Sept 2026", "24 Sep 2026"),
            ("1 MAY 26", "1 May 2026"),
        ] {
            assert_eq!(parse_date(typed).map(show_words), Ok(shown.to_owned()), "{typed}");
        }
        assert!(parse_date("29/02/2028").is_ok());
    }

    #[test]
    fn each_mistake_has_its_own_sentence() {
        let sentence = |typed| parse_date(typed).expect_err("not a date").to_string();
        for typed in [
            "",
            "soon",
            "24/11",
            "24/11/026",
            "1/1/1/2026",
            "+1/1/2026",
            "1/1/0026",
            "2026",
            "46350",
            "24 Ma 2026",
            "24 Nov 2026 in the morning",
            "24/11/2026 7",
            "Nov 2026",
            "2026-11",
            "24/11/2026 25/11/2026",
        ] {
            assert_eq!(sentence(typed), "Enter a date such as 24/11/2026", "{typed}");
        }
        assert_eq!(sentence("20260231"), "Enter a date such as 24/11/2026");
        assert_eq!(sentence("31/02/2026"), "There is no 31 February 2026");
        assert_eq!(sentence("31 Feb 2026"), "There is no 31 February 2026");
        assert_eq!(sentence("2026-02-31"), "There is no 31 February 2026");
        assert_eq!(sentence("00/01/2026"), "There is no 0 January 2026");
        assert_eq!(sentence("11/24/2026"), "There is no month 24; enter the day first, as in 24/11/2026");
    }
}
