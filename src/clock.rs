//! The clock: the only place that asks the machine for the time, so that tests and the trial can set it.

use time::OffsetDateTime;

/// Where "now" comes from.
#[derive(Debug, Clone, Copy, Default)]
pub enum Clock {
    #[default]
    System,
    /// stands still; for tests
    At(OffsetDateTime),
}

impl Clock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    /// The present moment, to the microsecond that Postgres keeps.
    pub fn now(self) -> OffsetDateTime {
        match self {
            Clock::System => {
                let now = OffsetDateTime::now_utc();
                now.replace_microsecond(now.microsecond()).unwrap_or(now)
            }
            Clock::At(moment) => moment,
        }
    }

    /// Now, in milliseconds since 1970.
    pub fn milliseconds(self) -> i64 {
        let now = self.now();
        now.unix_timestamp() * 1000 + i64::from(now.millisecond())
    }
}
