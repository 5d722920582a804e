//! Working time: which days count, when something is due, how old it is, and how to say so.
//!
//! - All days are London days, whatever offset an instant comes with ([`super::london`]).
//! - A working day is Monday to Friday but for the bank holidays of England and Wales, which
//!   stand in `bank-holidays.txt`, and beyond the years listed there are computed.
//! - D+n means n working days after the day of receipt. What comes on a day that is not a
//!   working day counts as received on the next one.
//! - Working time is all 24 hours of a working day. Clocks change on Sundays, so a working
//!   day is never longer or shorter.

use time::{Date, Duration, OffsetDateTime, Time};

use super::bank_holidays::all_bank_holidays;
pub use super::bank_holidays::bank_holidays;
use super::london::last_second;
pub use super::london::{at_london, in_london, london_date, london_day, moment, show_clock, show_date, show_time};
use super::words::plural;

pub fn is_working_day(date: Date) -> bool {
    date.weekday().number_days_from_monday() < 5 && all_bank_holidays().binary_search(&date).is_err()
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
    last_second(before).saturating_add(Duration::SECOND)
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
    let holidays = all_bank_holidays().partition_point(|holiday| *holiday <= date);
    weekdays - i64::try_from(holidays).expect("a short list")
}

/// How much working time there was up to this instant, counted from long ago.
fn working_time_until(at: OffsetDateTime) -> Duration {
    let at = in_london(at);
    let days = Duration::days(working_days_until(at.date()));
    if is_working_day(at.date()) { days - Duration::DAY + (at.time() - Time::MIDNIGHT) } else { days }
}
