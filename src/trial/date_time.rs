//! A date with a time of day as people type it, in London.

use time::{OffsetDateTime, Time};

use crate::trade::dates::{DateError, parse_date, show_typed};
use crate::trade::working_time::{at_london, london_date, show_clock};

/// Reads "24/11/2026 17:30"; what is wrong comes back as a sentence.
pub fn parse(typed: &str) -> Result<OffsetDateTime, String> {
    let whole = || "Enter a date and time such as 24/11/2026 17:30".to_owned();
    let (date, clock) = typed.trim().rsplit_once(char::is_whitespace).ok_or_else(whole)?;
    let date = parse_date(date.trim_end().trim_end_matches(" at")).map_err(|error| match error {
        DateError::NotADate => whole(),
        known => known.to_string(),
    })?;
    let (hour, minute) = clock.split_once([':', '.']).ok_or_else(whole)?;
    if minute.len() != 2 || !(1..=2).contains(&hour.len()) {
        return Err(whole());
    }
    let number = |digits: &str| digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok()).flatten();
    let (Some(hour), Some(minute)) = (number(hour), number(minute)) else { return Err(whole()) };
    let time = Time::from_hms(hour, minute, 0).map_err(|_| "Enter a time between 00:00 and 23:59".to_owned())?;
    Ok(at_london(date, time))
}

/// As [`parse`] reads it.
pub fn show(at: OffsetDateTime) -> String {
    format!("{} {}", show_typed(london_date(at)), show_clock(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_in_london() {
        let utc = |typed| parse(typed).unwrap().to_offset(time::UtcOffset::UTC).to_string();
        assert_eq!(utc("24/11/2026 17:30"), "2026-11-24 17:30:00.0 +00:00:00");
        assert_eq!(utc(" 1/7/26  9.05 "), "2026-07-01 8:05:00.0 +00:00:00");
        assert_eq!(utc("Tue 24 Nov 2026 at 17:30"), utc("24/11/2026 17:30"));
        assert_eq!(show(parse("1/7/26 9.05").unwrap()), "01/07/2026 09:05");
    }

    #[test]
    fn a_time_that_the_clocks_skip_is_an_hour_later() {
        assert_eq!(show(parse("28/03/2027 01:30").unwrap()), "28/03/2027 02:30");
    }

    #[test]
    fn mistakes_have_their_sentences() {
        for typed in ["", "24/11/2026", "17:30", "24/11/2026 17", "24/11/2026 17:3", "24/11/2026 +1:30", "soon 17:30"] {
            assert_eq!(parse(typed).unwrap_err(), "Enter a date and time such as 24/11/2026 17:30", "{typed}");
        }
        assert_eq!(parse("24/11/2026 24:00").unwrap_err(), "Enter a time between 00:00 and 23:59");
        assert_eq!(parse("31/11/2026 12:00").unwrap_err(), "There is no 31 November 2026");
    }
}
