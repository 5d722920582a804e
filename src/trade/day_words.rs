//! Dates that need to know which day it is: "today", "yesterday", "24/11", "24 Nov". They are made whole dates at once
//! as they come in, so that they mean the same tomorrow.

use time::{Date, Duration};

use super::dates::{day_and_month, show_typed, without_weekday, words};

/// Days by which a date without its year may lie ahead before last year's is meant.
const AHEAD: i64 = 31;

/// The text, or the date that it means on the day `today`, as people type it. `ahead`: a day to come is asked for.
pub fn whole_date(typed: &str, today: Date, ahead: bool) -> String {
    // with a time of day behind it: "today 17:30"
    let (day, clock) = match typed.trim().rsplit_once(char::is_whitespace) {
        Some((day, clock)) if clock.contains(':') => (day, format!(" {clock}")),
        _ => (typed, String::new()),
    };
    meant(day, today, ahead).map_or_else(|| typed.to_owned(), |date| show_typed(date) + &clock)
}

fn meant(typed: &str, today: Date, ahead: bool) -> Option<Date> {
    let words = words(typed);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match *without_weekday(&words) {
        ["today" | "now"] => Some(today),
        ["yesterday"] => today.previous_day(),
        ["tomorrow"] => today.next_day(),
        // the day first: "Feb-26" is a month of a year, as spreadsheets show it
        [day, month] if day.starts_with(|c: char| c.is_ascii_digit()) => {
            let (day, month) = day_and_month(day, month).ok()?;
            let of = |year: i32| Date::from_calendar_date(year, month, day).ok();
            let this_year = of(today.year());
            if ahead {
                return this_year.filter(|date| *date >= today).or_else(|| of(today.year() + 1));
            }
            // a little ahead is a slip, and a rule says so
            this_year.filter(|date| *date - today <= Duration::days(AHEAD)).or_else(|| of(today.year() - 1))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn what_is_meant_depends_on_the_day() {
        let today = date!(2026 - 11 - 26);
        for (typed, past, ahead) in [
            ("today", "26/11/2026", "26/11/2026"),
            (" Yesterday ", "25/11/2026", "25/11/2026"),
            ("tomorrow", "27/11/2026", "27/11/2026"),
            ("today 17:30", "26/11/2026 17:30", "26/11/2026 17:30"),
            ("24/11", "24/11/2026", "24/11/2027"),
            ("24 Nov", "24/11/2026", "24/11/2027"),
            ("Tue 24 November", "24/11/2026", "24/11/2027"),
            ("27/11", "27/11/2026", "27/11/2026"),
            ("5/1", "05/01/2026", "05/01/2027"),
            ("24/11/2026", "24/11/2026", "24/11/2026"),
            ("31/11", "31/11", "31/11"),
            ("Feb-26", "Feb-26", "Feb-26"),
            ("soon", "soon", "soon"),
            ("", "", ""),
        ] {
            assert_eq!(whole_date(typed, today, false), past, "{typed}");
            assert_eq!(whole_date(typed, today, true), ahead, "{typed}");
        }
        assert_eq!(whole_date("30/12", date!(2027 - 01 - 02), false), "30/12/2026");
    }
}
