//! The bank holidays of England and Wales, listed in `bank-holidays.txt`.

use std::sync::LazyLock;

use time::{Date, Month};

/// Sorted; none of them on a weekend.
static BANK_HOLIDAYS: LazyLock<Vec<Date>> = LazyLock::new(|| {
    let lines = include_str!("bank-holidays.txt").lines();
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(listed_day).collect()
});

/// The bank holidays that are known, in order.
pub fn bank_holidays() -> &'static [Date] {
    &BANK_HOLIDAYS
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
