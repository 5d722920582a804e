//! The bank holidays of England and Wales: those listed in `bank-holidays.txt`, with what was moved or added by
//! proclamation, and beyond the last listed year those that the standing rules give.

use std::sync::LazyLock;

use time::{Date, Duration, Month, Weekday};

/// The last year for which days are computed.
const LAST_YEAR: i32 = 2200;

/// Sorted; none of them on a weekend.
static LISTED: LazyLock<Vec<Date>> = LazyLock::new(|| {
    let lines = include_str!("bank-holidays.txt").lines();
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(listed_day).collect()
});

/// The listed ones, then the computed ones.
static KNOWN: LazyLock<Vec<Date>> = LazyLock::new(|| {
    let last_listed = LISTED.last().map_or(LAST_YEAR, |day| day.year());
    let computed = (last_listed + 1..=LAST_YEAR).filter_map(by_the_rules).flatten();
    LISTED.iter().copied().chain(computed).collect()
});

/// The bank holidays of the listed years, in order.
pub fn bank_holidays() -> &'static [Date] {
    &LISTED
}

/// The bank holidays of all years, in order.
pub(super) fn all_bank_holidays() -> &'static [Date] {
    &KNOWN
}

/// The eight days of a year by the standing rules, in order.
fn by_the_rules(year: i32) -> Option<[Date; 8]> {
    let easter = easter(year)?;
    let monday_from = |month, day| {
        let first = Date::from_calendar_date(year, month, day).ok()?;
        Some(on_weekday(first, Weekday::Monday))
    };
    let christmas = working_from(Date::from_calendar_date(year, Month::December, 25).ok()?);
    let mut boxing_day = working_from(Date::from_calendar_date(year, Month::December, 26).ok()?);
    let mut christmas_day = christmas;
    if boxing_day == christmas {
        // the one that falls on the weekend gives way
        boxing_day = working_from(boxing_day + Duration::DAY);
    }
    if boxing_day < christmas_day {
        std::mem::swap(&mut boxing_day, &mut christmas_day);
    }
    Some([
        working_from(Date::from_calendar_date(year, Month::January, 1).ok()?),
        easter - Duration::days(2),
        easter + Duration::DAY,
        monday_from(Month::May, 1)?,
        monday_from(Month::May, 25)?,
        monday_from(Month::August, 25)?,
        christmas_day,
        boxing_day,
    ])
}

/// Easter Sunday, by Gauss's rule with the exceptions of the Gregorian calendar, as Butcher wrote it down.
fn easter(year: i32) -> Option<Date> {
    let (golden, century, of_century) = (year % 19, year / 100, year % 100);
    let correction = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + century - century / 4 - correction + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - epact - of_century % 4) % 7;
    let late = (golden + 11 * epact + 22 * weekday) / 451;
    let day = epact + weekday - 7 * late + 114;
    let month = Month::try_from(u8::try_from(day / 31).ok()?).ok()?;
    Date::from_calendar_date(year, month, u8::try_from(day % 31 + 1).ok()?).ok()
}

/// This day, or the Monday after it if it is on a weekend.
fn working_from(day: Date) -> Date {
    match day.weekday() {
        Weekday::Saturday | Weekday::Sunday => on_weekday(day, Weekday::Monday),
        _ => day,
    }
}

/// The first such weekday from this day on.
fn on_weekday(mut day: Date, weekday: Weekday) -> Date {
    while day.weekday() != weekday {
        day += Duration::DAY;
    }
    day
}

/// The day at the head of a line such as "2026-12-25 Christmas Day".
fn listed_day(line: &str) -> Date {
    let number = |at: std::ops::Range<usize>| line.get(at).and_then(|digits| digits.parse().ok());
    let day = || {
        let month = Month::try_from(number(5..7)?).ok()?;
        Date::from_calendar_date(line.get(0..4)?.parse().ok()?, month, number(8..10)?).ok()
    };
    day().unwrap_or_else(|| panic!("not a bank holiday: {line}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Days of listed years that were moved by proclamation, and those that were added.
    const MOVED_AWAY: [&str; 2] = ["2020-05-04", "2022-05-30"];
    const ADDED: [&str; 5] = ["2020-05-08", "2022-06-02", "2022-06-03", "2022-09-19", "2023-05-08"];

    #[test]
    fn the_rules_give_the_list_but_for_what_was_proclaimed() {
        let years: std::collections::BTreeSet<i32> = LISTED.iter().map(|day| day.year()).collect();
        let mut computed: Vec<Date> = years.into_iter().filter_map(by_the_rules).flatten().collect();
        computed.retain(|day| !MOVED_AWAY.contains(&day.to_string().as_str()));
        computed.extend(ADDED.map(listed_day));
        computed.sort();
        assert_eq!(*LISTED, computed);
        assert!(KNOWN.is_sorted() && KNOWN.len() > LISTED.len());
    }
}
