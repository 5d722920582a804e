//! The list of bank holidays is what the rules give, but for the days moved or added by decree.

use std::collections::BTreeSet;

use cms::trade::working_time::{add_working_days, bank_holidays, is_working_day, london_date};
use time::{Date, Duration, Month, Time, Weekday};

#[test]
fn the_list_is_what_the_rules_give() {
    let mut expected: BTreeSet<Date> = (2020..=2032).flat_map(by_the_rules).collect();
    for moved in [day(2020, Month::May, 4), day(2022, Month::May, 30)] {
        assert!(expected.remove(&moved));
    }
    expected.extend([
        day(2020, Month::May, 8),
        day(2022, Month::June, 2),
        day(2022, Month::June, 3),
        day(2022, Month::September, 19),
        day(2023, Month::May, 8),
    ]);
    assert_eq!(bank_holidays(), expected.into_iter().collect::<Vec<_>>());
    assert!(bank_holidays().iter().all(|holiday| !is_working_day(*holiday)));
}

#[test]
fn beyond_the_list_days_are_free_by_the_rules() {
    for year in 2033..=2150 {
        let expected = by_the_rules(year);
        let mut date = day(year, Month::January, 1);
        while date.year() == year {
            let is_free = is_weekend(date) || expected.contains(&date);
            assert_eq!(is_working_day(date), !is_free, "{date}");
            date += Duration::DAY;
        }
    }
    let logged = day(2032, Month::December, 31).with_time(Time::from_hms(9, 0, 0).unwrap()).assume_utc();
    // the 1st is a Saturday, so Monday the 3rd is free
    assert_eq!(london_date(add_working_days(logged, 2)), day(2033, Month::January, 5));
}

#[test]
fn easter_moves() {
    assert_eq!(easter(2024), day(2024, Month::March, 31));
    assert_eq!(easter(2025), day(2025, Month::April, 20));
    assert_eq!(easter(2026), day(2026, Month::April, 5));
}

fn by_the_rules(year: i32) -> Vec<Date> {
    let easter = easter(year);
    let mut days = vec![
        easter - Duration::days(2),
        easter + Duration::DAY,
        on_or_after(day(year, Month::May, 1), Weekday::Monday),
        on_or_after(day(year, Month::May, 25), Weekday::Monday),
        on_or_after(day(year, Month::August, 25), Weekday::Monday),
    ];
    // A fixed day on a weekend moves to the next weekday that is not taken.
    for fixed in [day(year, Month::January, 1), day(year, Month::December, 25), day(year, Month::December, 26)] {
        let mut holiday = fixed;
        while is_weekend(holiday) || days.contains(&holiday) {
            holiday += Duration::DAY;
        }
        days.push(holiday);
    }
    days
}

/// The anonymous Gregorian computus, as Meeus gives it.
fn easter(year: i32) -> Date {
    let (golden, century, short) = (year % 19, year / 100, year % 100);
    let lunar_shift = (century - (century + 8) / 25 + 1) / 3;
    let moon = (19 * golden + century - century / 4 - lunar_shift + 15) % 30;
    let sunday = (32 + 2 * (century % 4) + 2 * (short / 4) - moon - short % 4) % 7;
    let late = (golden + 11 * moon + 22 * sunday) / 451;
    let after_march = i64::from(moon + sunday - 7 * late + 21);
    day(year, Month::March, 1) + Duration::days(after_march)
}

fn on_or_after(mut date: Date, weekday: Weekday) -> Date {
    while date.weekday() != weekday {
        date += Duration::DAY;
    }
    date
}

fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

fn day(year: i32, month: Month, day: u8) -> Date {
    Date::from_calendar_date(year, month, day).expect("a day")
}
