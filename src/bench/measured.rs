//! One line of the report.

use std::fmt;

use super::load::times::{Failures, Times};

#[derive(Debug, Clone, Default)]
pub struct Measured {
    pub name: String,
    pub per_second: f64,
    pub p50: f64,
    pub p99: f64,
    /// processor milliseconds for each request: of the program, and of Postgres
    pub cpu: (f64, f64),
    pub bytes: usize,
    /// requests that were answered
    pub count: usize,
    /// answers that were no pages
    pub failures: Failures,
    pub look: Option<Look>,
}

/// What one request costs without load.
#[derive(Debug, Clone, Copy, Default)]
pub struct Look {
    pub statements: u64,
    pub round_trips: u64,
    /// of the round trips those of the pool's guard
    pub guards: u64,
    /// milliseconds of the longest statement
    pub longest: Option<f64>,
}

impl Look {
    /// Of some requests the one in the middle: between two of them the program may do something else.
    pub fn of(mut each: Vec<Look>) -> Look {
        each.sort_by_key(|look| (look.statements, look.round_trips));
        each.get(each.len() / 2).copied().unwrap_or_default()
    }
}

impl Measured {
    pub fn of(name: &str, times: &Times, program: f64, postgres: f64) -> Measured {
        let count = times.each.len().max(1) as f64;
        Measured {
            name: name.to_owned(),
            per_second: times.per_second(),
            p50: times.within(0.5),
            p99: times.within(0.99),
            cpu: (program / count, postgres / count),
            bytes: times.bytes,
            count: times.each.len(),
            failures: times.failures.clone(),
            ..Measured::default()
        }
    }

    /// A line that could not be measured.
    pub fn failed(name: &str, why: &str) -> Measured {
        Measured { name: name.to_owned(), failures: Failures::because(why), ..Measured::default() }
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:<42} {:>8.0}/s  p50 {:>7.2} ms  p99 {:>7.2} ms  cpu {:.2} + {:.2} ms  {} requests, {} bytes",
            self.name, self.per_second, self.p50, self.p99, self.cpu.0, self.cpu.1, self.count, self.bytes
        )
    }
}
