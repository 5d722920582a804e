//! Working time: examples around weekends, holidays and clock changes, then properties.

use cms::trade::dates::parse_date;
use cms::trade::working_time::*;
use proptest::prelude::*;
use time::{Date, Duration, OffsetDateTime, Time, UtcOffset};

/// "24/11/2026" and an hour of UTC.
fn at(date: &str, hour: u8) -> OffsetDateTime {
    day(date).with_time(Time::from_hms(hour, 0, 0).expect("an hour")).assume_utc()
}

fn day(date: &str) -> Date {
    parse_date(date).expect("a day")
}

/// Any second of 2019 to 2033.
fn instants() -> impl Strategy<Value = OffsetDateTime> {
    (1_546_300_800_i64..2_019_686_400).prop_map(|second| OffsetDateTime::from_unix_timestamp(second).expect("in range"))
}

/// An instant near a change of the clocks.
fn near_clock_changes() -> impl Strategy<Value = OffsetDateTime> {
    let changes = ["29/03/2026", "25/10/2026", "28/03/2027", "31/10/2027", "30/03/2025"];
    (prop::sample::select(changes.to_vec()), -400_000_i64..400_000)
        .prop_map(|(change, seconds)| at(change, 1) + Duration::seconds(seconds))
}

#[test]
fn due_is_the_last_second_of_the_working_day() {
    for (received, days, due) in [
        (at("24/11/2026", 9), 0, "24/11/2026"),
        (at("24/11/2026", 9), 2, "26/11/2026"),
        (at("27/11/2026", 9), 1, "30/11/2026"),
        (at("28/11/2026", 9), 1, "01/12/2026"), // a Saturday counts as Monday
        (at("28/11/2026", 9), 0, "30/11/2026"),
        (at("24/12/2026", 9), 2, "30/12/2026"),
        (at("02/04/2026", 9), 1, "07/04/2026"),  // over Easter
        (at("30/06/2026", 23), 1, "02/07/2026"), // already 1 July in London
    ] {
        let due_at = add_working_days(received, days);
        assert_eq!(london_date(due_at), day(due), "{received} + {days}");
        assert_eq!(due_at.time(), Time::from_hms(23, 59, 59).expect("a time"));
    }
    let summer = add_working_days(at("26/03/2026", 9), 2);
    assert_eq!(summer.offset(), UtcOffset::from_hms(1, 0, 0).expect("an hour"));
    assert_eq!(add_working_days(at("22/10/2026", 9), 2).offset(), UtcOffset::UTC);
}

#[test]
fn ages_stand_still_when_nobody_works() {
    let friday = at("27/11/2026", 9);
    for (now, age) in [("27/11/2026", 0), ("29/11/2026", 0), ("30/11/2026", 1), ("04/12/2026", 5)] {
        assert_eq!(working_days_between(friday, at(now, 8)), age, "{now}");
    }
    assert_eq!(working_days_between(at("28/11/2026", 9), at("29/11/2026", 9)), 0);
    assert_eq!(working_days_between(at("28/11/2026", 9), at("30/11/2026", 9)), 0);
    assert_eq!(working_days_between(at("30/11/2026", 9), friday), -1);
    assert_eq!(elapsed_working(friday, at("30/11/2026", 9)), Duration::DAY);
    assert_eq!(elapsed_working(at("28/11/2026", 9), at("29/11/2026", 9)), Duration::ZERO);
    // Friday 09:00 GMT to Monday 09:00 BST
    assert_eq!(elapsed_working(at("27/03/2026", 9), at("30/03/2026", 8)), Duration::DAY);
}

#[test]
fn times_are_said_as_in_london() {
    let noon = at("16/08/2026", 12);
    assert_eq!(show_date(noon), "16 Aug 2026");
    assert_eq!(show_time(noon), "16 Aug 2026 at 13:00");
    assert_eq!(show_time(at("30/06/2026", 23)), "1 Jul 2026 at 00:00");
    assert_eq!(age_words(at("24/11/2026", 9), at("24/11/2026", 17)), "today");
    assert_eq!(age_words(at("24/11/2026", 9), at("25/11/2026", 7)), "1 day");
    assert_eq!(age_words(at("24/11/2026", 9), at("27/11/2026", 7)), "3 days");
    let due = add_working_days(at("26/11/2026", 9), 1);
    assert_eq!(due_words(due, at("26/11/2026", 9)), "27 Nov 2026");
    assert_eq!(due_words(due, at("27/11/2026", 23)), "today");
    assert_eq!(due_words(due, at("28/11/2026", 9)), "overdue");
    assert_eq!(due_words(due, at("30/11/2026", 9)), "overdue by 1 day");
    assert_eq!(due_words(due, at("01/12/2026", 9)), "overdue by 2 days");
}

#[test]
fn the_ends_of_time_do_not_panic() {
    for end in [Date::MIN.midnight().assume_utc(), Date::MAX.midnight().assume_utc()] {
        let due = add_working_days(end, 3);
        let _ = (show_time(end), working_days_between(end, due), elapsed_working(end, due));
    }
}

proptest! {
    #[test]
    fn due_days_are_working_days(at in instants(), days in 0_u32..40) {
        let due = add_working_days(at, days);
        prop_assert!(is_working_day(london_date(due)));
        prop_assert!(due >= at && !overdue(due, at));
        prop_assert_eq!(working_days_between(at, due), i64::from(days));
        prop_assert_eq!(add_working_days(add_working_days(at, days), 1), add_working_days(at, days + 1));
    }

    #[test]
    fn later_receipt_is_never_due_earlier(a in instants(), wait in 0_i64..900_000, days in 0_u32..30) {
        let b = a + Duration::seconds(wait);
        prop_assert!(add_working_days(a, days) <= add_working_days(b, days));
        prop_assert!(working_days_between(a, b) >= 0);
        prop_assert!(elapsed_working(a, b) >= Duration::ZERO && elapsed_working(a, b) <= b - a);
        prop_assert_eq!(working_days_between(b, a), -working_days_between(a, b));
    }

    #[test]
    fn elapsed_time_adds_up(a in near_clock_changes(), b in near_clock_changes(), c in instants()) {
        prop_assert_eq!(elapsed_working(a, b) + elapsed_working(b, c), elapsed_working(a, c));
        prop_assert_eq!(elapsed_working(a, b), -elapsed_working(b, a));
    }

    #[test]
    fn the_offset_it_comes_with_does_not_matter(at in near_clock_changes(), hours in -12_i8..=12, days in 0_u32..9) {
        let elsewhere = at.to_offset(UtcOffset::from_hms(hours, 0, 0).expect("an offset"));
        prop_assert_eq!(add_working_days(elsewhere, days), add_working_days(at, days));
        prop_assert_eq!(show_time(elsewhere), show_time(at));
        prop_assert_eq!(elapsed_working(elsewhere, at), Duration::ZERO);
    }

    #[test]
    fn within_a_working_day_all_time_counts(at in instants(), from in 0_i64..86_400, to in 0_i64..86_400) {
        let midnight = add_working_days(at, 0) - Duration::seconds(86_399);
        let (from, to) = (midnight + Duration::seconds(from), midnight + Duration::seconds(to));
        prop_assert_eq!(london_date(from), london_date(to));
        prop_assert_eq!(elapsed_working(from, to), to - from);
    }

    #[test]
    fn ages_add_up_at_working_days(a in instants(), first in 0_u32..20, then in 0_u32..20) {
        let b = add_working_days(a, first);
        let c = add_working_days(b, then);
        prop_assert_eq!(working_days_between(a, b) + working_days_between(b, c), working_days_between(a, c));
    }
}

proptest! {
    #[test]
    fn what_was_received_within_so_many_days_is_at_most_so_old(now in 1_704_067_200_i64..1_830_000_000, days in 0_u32..30, off in -90_i64..90) {
        let now = OffsetDateTime::from_unix_timestamp(now).unwrap();
        let since = cms::trade::working_time::received_within(days, now);
        prop_assert!(working_days_between(since, now) <= i64::from(days));
        prop_assert!(working_days_between(since - Duration::SECOND, now) > i64::from(days));
        // on either side of it, days away
        let other = since + Duration::hours(off * 7);
        if other <= now {
            prop_assert_eq!(working_days_between(other, now) <= i64::from(days), other >= since);
        }
    }
}
