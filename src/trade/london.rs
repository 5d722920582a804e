//! London's days and clocks. This file alone knows about time zones.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use time::{Date, Duration, OffsetDateTime, Time, UtcOffset};

use super::dates::show_words;

static LONDON: LazyLock<TimeZone> =
    LazyLock::new(|| TimeZone::get("Europe/London").expect("the time zones are built in"));

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
    // the last day that there is has no next one
    let after = |day| last_second(day).saturating_add(Duration::SECOND);
    (after(yesterday), after(today))
}

/// "14:05", in London.
pub fn show_clock(at: OffsetDateTime) -> String {
    let at = in_london(at);
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// The instant so many microseconds after 1970, if it is one that people and Postgres have: of the years 1 to 9999.
pub fn moment(microseconds: i64) -> Option<OffsetDateTime> {
    let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(microseconds) * 1_000).ok()?;
    (1..=9_999).contains(&at.year()).then_some(at)
}

/// The same instant as London's clocks have it.
pub fn in_london(at: OffsetDateTime) -> OffsetDateTime {
    let timestamp = Timestamp::from_second(at.unix_timestamp());
    let offset = timestamp.map_or(UtcOffset::UTC, offset_at);
    at.checked_to_offset(offset).unwrap_or(at)
}

pub fn last_second(date: Date) -> OffsetDateTime {
    at_london(date, Time::MIDNIGHT - Duration::SECOND)
}

/// London's offset from UTC.
fn offset_at(timestamp: Timestamp) -> UtcOffset {
    let seconds = LONDON.to_offset(timestamp).seconds();
    UtcOffset::from_whole_seconds(seconds).unwrap_or(UtcOffset::UTC)
}
