//! Whose court is it in? The working time that a contact has taken, split by whose move it was: computed from its
//! events by the one function of working time, so that the parts are the whole.

use time::{Duration, OffsetDateTime};

use crate::contacts::ContactExtras;
use crate::contacts::lifecycle::{Party, Status};
use crate::trade::words::plural;
use crate::trade::working_time::elapsed_working;

/// Working time by whose move it was.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct TimeByParty {
    pub raiser: Duration,
    pub network: Duration,
    pub cdsp: Duration,
}

/// One part of the bar.
#[derive(Debug)]
pub struct PartOfBar {
    pub name: &'static str,
    pub slug: &'static str,
    pub words: String,
    /// in thousandths of the bar
    pub from: i64,
    pub wide: i64,
}

impl TimeByParty {
    pub fn of(extras: &ContactExtras, until: OffsetDateTime) -> TimeByParty {
        TimeByParty::split(&extras.stays(), until)
    }

    /// `stays` are the times from which a contact stood in a status, oldest first; the last of them lasts `until`.
    pub fn split(stays: &[(OffsetDateTime, Status)], until: OffsetDateTime) -> TimeByParty {
        let mut time_by_party = TimeByParty::default();
        let ends = stays.iter().skip(1).map(|(at, _)| *at).chain(std::iter::once(until));
        for ((from, status), to) in stays.iter().zip(ends) {
            let took = elapsed_working(*from, to);
            match status.party() {
                Party::Raiser => time_by_party.raiser += took,
                Party::Network => time_by_party.network += took,
                Party::Cdsp => time_by_party.cdsp += took,
                // closed: nobody's
                Party::Nobody => {}
            }
        }
        time_by_party
    }

    pub fn whole(&self) -> Duration {
        self.raiser + self.network + self.cdsp
    }

    /// The parts in the order in which a contact first meets them.
    pub fn parts(&self) -> Vec<PartOfBar> {
        let whole = self.whole().whole_milliseconds().max(1);
        let mut from = 0;
        let each =
            [("CDSP", "cdsp", self.cdsp), ("Raiser", "raiser", self.raiser), ("Network", "network", self.network)];
        each.into_iter()
            .map(|(name, slug, time)| {
                let wide = i64::try_from(time.whole_milliseconds() * 1_000 / whole).unwrap_or_default();
                let part = PartOfBar { name, slug, words: in_words(time), from, wide };
                from += wide;
                part
            })
            .collect()
    }
}

/// "3 working days", to the nearest one; "less than a working day" where there was some, "none" where not.
pub fn in_words(time: Duration) -> String {
    match (time + Duration::hours(12)).whole_days().unsigned_abs() {
        0 if time.is_positive() => "less than a working day".to_owned(),
        0 => "none".to_owned(),
        days => plural(days, "working day"),
    }
}
