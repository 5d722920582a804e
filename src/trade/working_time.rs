//! Working time: which days count, when something is due, how old it is, and how to say so.
//!
//! - All days are London days, whatever offset an instant comes with. This file alone knows
//!   about time zones.
//! - A working day is Monday to Friday but for the bank holidays of England and Wales, which
//!   stand in `bank-holidays.txt`; beyond the years listed there only weekends are free.
//! - D+n means n working days after the day of receipt. What comes on a day that is not a
//!   working day counts as received on the next one.
//! - Working time is all 24 hours of a working day. Clocks change on Sundays, so a working
//!   day is never longer or shorter.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use time::{Date, Duration, Month, OffsetDateTime, Time, UtcOffset};

use super::dates::show_words;
use super::words::plural;

static LONDON: LazyLock<TimeZone> =
    LazyLock::new(|| TimeZone::get("Europe/London").expect("the time zones are built in"));

/// Sorted; none of them on a weekend.
static BANK_HOLIDAYS: LazyLock<Vec<Date>> = LazyLock::new(|| {
    let lines = include_str!("bank-holidays.txt").lines();
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(listed_day).collect()
});

/// The bank holidays that are known, in order.
pub fn bank_holidays() -> &'static [Date] {
    &BANK_HOLIDAYS
}

pub fn is_working_day(date: Date) -> bool {
    date.weekday().number_days_from_monday() < 5 && BANK_HOLIDAYS.binary_search(&date).is_err()
}

/// When something received `at` is due that is allowed `days` working days: the last second,
/// 23:59:59, of the London day D+`days`.
pub fn add_working_days(at: OffsetDateTime, days: u32) -> OffsetDateTime {
    let mut due = received(at);
    for _ in 0..days {
        due = working_day_from(due.next_day().unwrap_or(Date::MAX));
    }
    last_second(due)
}

/// Whole working days from one instant to another, as an age is counted: 0 on the day of
/// receipt and until the next working day begins. Negative if `to` is before `from`.
pub fn working_days_between(from: OffsetDateTime, to: OffsetDateTime) -> i64 {
    if to < from {
        return -working_days_between(to, from);
    }
    (working_days_until(london_date(to)) - working_days_until(received(from))).max(0)
}

/// The working time from one instant to another, exact and additive: the part from a to c is
/// that from a to b plus that from b to c. Negative if `to` is before `from`.
pub fn elapsed_working(from: OffsetDateTime, to: OffsetDateTime) -> Duration {
    working_time_until(to) - working_time_until(from)
}

/// Whether something due at `due` is late.
pub fn overdue(due: OffsetDateTime, now: OffsetDateTime) -> bool {
    now > due
}

/// The day it is in London.
pub fn london_date(at: OffsetDateTime) -> Date {
    in_london(at).date()
}

/// The instant at which it is this day and time in London. A time that the clocks skip in spring is an hour later.
pub fn at_london(date: Date, time: Time) -> OffsetDateTime {
    let (Ok(year), Ok(month), Ok(day), Ok(hour), Ok(minute), Ok(second)) = (
        i16::try_from(date.year()),
        i8::try_from(u8::from(date.month())),
        i8::try_from(date.day()),
        i8::try_from(time.hour()),
        i8::try_from(time.minute()),
        i8::try_from(time.second()),
    ) else {
        unreachable!("a calendar date has a year of four digits, a month and a day: {date}")
    };
    let local = DateTime::new(year, month, day, hour, minute, second, 0);
    let timestamp = local.and_then(|time| LONDON.to_timestamp(time));
    timestamp.map_or_else(
        |_| date.with_time(time).assume_utc(),
        |at| in_london(OffsetDateTime::from_unix_timestamp(at.as_second()).unwrap_or(OffsetDateTime::UNIX_EPOCH)),
    )
}

/// "24 Nov 2026", in London.
pub fn show_date(at: OffsetDateTime) -> String {
    show_words(london_date(at))
}

/// "24 Nov 2026 at 14:05", in London.
pub fn show_time(at: OffsetDateTime) -> String {
    let at = in_london(at);
    format!("{} at {:02}:{:02}", show_words(at.date()), at.hour(), at.minute())
}

/// When the London day of a moment begins, and when the next one does.
pub fn london_day(at: OffsetDateTime) -> (OffsetDateTime, OffsetDateTime) {
    let today = london_date(at);
    let yesterday = today.previous_day().unwrap_or(today);
    (last_second(yesterday) + Duration::SECOND, last_second(today) + Duration::SECOND)
}

/// From when on what was received is at most `days` working days old now: the beginning of the first London day that
/// counts so in [`working_days_between`].
pub fn received_within(days: u32, now: OffsetDateTime) -> OffsetDateTime {
    let newest = working_days_until(london_date(now)) - i64::from(days);
    let mut before = london_date(now);
    // the last working day that is too long ago; what comes after it, even on a weekend, is not
    while working_days_until(before) >= newest || !is_working_day(before) {
        let Some(day) = before.previous_day() else { break };
        before = day;
    }
    last_second(before) + Duration::SECOND
}

/// "14:05", in London.
pub fn show_clock(at: OffsetDateTime) -> String {
    let at = in_london(at);
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// An age in working days: "today", "1 day", "3 days".
pub fn age_words(from: OffsetDateTime, now: OffsetDateTime) -> String {
    match working_days_between(from, now).max(0).unsigned_abs() {
        0 => "today".to_owned(),
        days => plural(days, "day"),
    }
}

/// When it is due: "16 Aug 2026", "today", and once it is late "overdue", then "overdue by
/// 2 days" in whole working days.
pub fn due_words(due: OffsetDateTime, now: OffsetDateTime) -> String {
    if !overdue(due, now) {
        let today = london_date(due) == london_date(now);
        return if today { "today".to_owned() } else { show_date(due) };
    }
    match working_days_between(due, now).unsigned_abs() {
        0 => "overdue".to_owned(),
        days => format!("overdue by {}", plural(days, "day")),
    }
}

/// The working day that counts as the day of receipt.
fn received(at: OffsetDateTime) -> Date {
    working_day_from(london_date(at))
}

/// This day if it is a working day, else the next one.
fn working_day_from(mut date: Date) -> Date {
    while !is_working_day(date) {
        let Some(next) = date.next_day() else { break };
        date = next;
    }
    date
}

/// How many working days there were up to and with this day, counted from long ago.
fn working_days_until(date: Date) -> i64 {
    let days = i64::from(date.to_julian_day()) + 1; // Julian day 0 was a Monday
    let weekdays = days.div_euclid(7) * 5 + days.rem_euclid(7).min(5);
    let holidays = BANK_HOLIDAYS.partition_point(|holiday| *holiday <= date);
    weekdays - i64::try_from(holidays).expect("a short list")
}

/// How much working time there was up to this instant, counted from long ago.
fn working_time_until(at: OffsetDateTime) -> Duration {
    let at = in_london(at);
    let days = Duration::days(working_days_until(at.date()));
    if is_working_day(at.date()) { days - Duration::DAY + (at.time() - Time::MIDNIGHT) } else { days }
}

fn in_london(at: OffsetDateTime) -> OffsetDateTime {
    let timestamp = Timestamp::from_second(at.unix_timestamp());
    let offset = timestamp.map_or(UtcOffset::UTC, offset_at);
    at.checked_to_offset(offset).unwrap_or(at)
}

fn last_second(date: Date) -> OffsetDateTime {
    at_london(date, Time::MIDNIGHT - Duration::SECOND)
}

/// London's offset from UTC.
fn offset_at(timestamp: Timestamp) -> UtcOffset {
    let seconds = LONDON.to_offset(timestamp).seconds();
    UtcOffset::from_whole_seconds(seconds).unwrap_or(UtcOffset::UTC)
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
