//! What must be reached, line by line, in one table; and whether it was.
//!
//! An aim is held against the line at the most contacts that were measured, growth against the fewest. What was left out is
//! "not measured", which is no failure.

use super::report::Report;

/// What a line must reach.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Goal {
    /// its p50 with the most contacts is at most so many times that with the fewest
    Growth(f64),
    /// milliseconds
    P50(f64),
    P99(f64),
    /// milliseconds of its longest statement
    Statement(f64),
    /// of a page, as it is sent
    Bytes(f64),
    PerSecond(f64),
    /// per cent of the requests a second of another line
    Share(f64, &'static str),
    /// so many a second, or per cent of another line
    PerSecondOrShare(f64, f64, &'static str),
    /// its p50 is at most so many times that of another line
    P50Of(f64, &'static str),
    /// its p99 is at most so many times that of another line
    P99Of(f64, &'static str),
    /// a figure that is no request, in its unit
    AtMost(f64, &'static str),
}

use Goal::*;

const WORDS: &[Goal] = &[Growth(2.0), P99(100.0), Statement(30.0)];
const LIST: &[Goal] = &[Growth(1.25), Statement(10.0)];
/// The work of one person never more than doubles what others wait.
const OTHERS: &[Goal] = &[P99Of(2.0, "others: quiet")];

/// A name that ends in a blank stands for every line that begins so.
const AIMS: &[(&str, &[Goal])] = &[
    ("search: ", WORDS),
    ("sorted by with", LIST),
    ("workload", LIST),
    ("filtered: raised by the biggest", LIST),
    ("filtered: LDZ, status, overdue", LIST),
    ("sorted by with, backwards", LIST),
    ("my queue", LIST),
    ("my queue, biggest Shipper", LIST),
    ("home, supervisor", LIST),
    ("queue, first page", &[Bytes(61_440.0), Share(55.0, "twin: queue")]),
    ("queue, first page, brotli", &[Share(55.0, "twin: queue, brotli")]),
    ("contact, 5 events", &[Share(55.0, "twin: contact")]),
    ("contact, 5 events, brotli", &[Share(55.0, "twin: contact, brotli")]),
    ("assign 100 ticked", &[P50(40.0)]),
    ("assign", &[PerSecondOrShare(1_000.0, 80.0, "pgbench: assign")]),
    ("log, form", &[PerSecond(1_500.0)]),
    ("log, submit", &[PerSecond(1_500.0)]),
    ("raised by the biggest, after many assigns", &[P50Of(1.25, "raised by the biggest, before many assigns")]),
    ("check of 5,000 rows", &[AtMost(10.0, "s")]),
    ("check of 5,000 rows where 5,000 are open", &[AtMost(10.0, "s")]),
    ("others: ", OTHERS),
    ("memory, at rest", &[AtMost(64.0, "MiB")]),
    ("memory, export and bulk", &[AtMost(64.0, "MiB")]),
    // eight files of 2 MB, and one of them decoded: 24 MB, once more where it is turned
    ("memory, export, bulk and eight uploads", &[AtMost(64.0 + 16.0 + 48.0, "MiB")]),
    ("memory, afterwards", &[AtMost(64.0, "MiB")]),
];

/// An aim of a line, and what came of it.
#[derive(Debug)]
pub struct Judged {
    pub line: String,
    pub aim: String,
    pub figure: String,
    /// none if it was not measured
    pub reached: Option<bool>,
}

/// Every aim of the table; a name for many lines stands once for each line that was measured.
pub fn judge(report: &Report) -> Vec<Judged> {
    let mut judged = Vec::new();
    for (name, goals) in AIMS {
        let mut lines = vec![(*name).to_owned()];
        if name.ends_with(' ') {
            lines = report.lines().into_iter().filter(|line| line.starts_with(name)).collect();
            if lines.is_empty() {
                lines.push(format!("{name}…"));
            }
        }
        for line in lines {
            let mut own = goals.iter().filter(|goal| !goal.is_of(&line));
            judged.extend(own.by_ref().map(|goal| goal.judge(report, &line)));
        }
    }
    judged
}

impl Goal {
    /// A line is not held against itself.
    fn is_of(&self, line: &str) -> bool {
        matches!(self, P50Of(_, other) | P99Of(_, other) if *other == line)
    }

    fn judge(&self, report: &Report, line: &str) -> Judged {
        let found = report.latest(line);
        let at_most = |aim: String, most: f64, figure: Option<f64>, unit: &str| Judged {
            line: line.to_owned(),
            aim,
            figure: figure.map_or_else(String::new, |figure| format!("{figure:.2}{unit}")),
            reached: figure.map(|figure| figure <= most),
        };
        let at_least = |aim: String, least: f64, figure: Option<f64>, unit: &str| {
            let reached = figure.map(|figure| figure >= least);
            let figure = figure.map_or_else(String::new, |figure| format!("{figure:.0}{unit}"));
            Judged { line: line.to_owned(), aim, figure, reached }
        };
        let per_second = found.map(|found| found.per_second);
        let share = |other: &str| Some(per_second? / report.latest(other)?.per_second * 100.0);
        match *self {
            Growth(most) => {
                let grown = report.growth(line);
                at_most(format!("p50 with the most contacts ≤ {most} × with the fewest"), most, grown, " ×")
            }
            P50(most) => at_most(format!("p50 ≤ {most} ms"), most, found.map(|found| found.p50), " ms"),
            P99(most) => at_most(format!("p99 ≤ {most} ms"), most, found.map(|found| found.p99), " ms"),
            Statement(most) => {
                at_most(format!("statements ≤ {most} ms"), most, found.and_then(|found| found.look?.longest), " ms")
            }
            Bytes(most) => {
                let kilobytes = found.map(|found| found.bytes as f64 / 1_024.0);
                at_most(format!("page ≤ {} KiB", most / 1_024.0), most / 1_024.0, kilobytes, " KiB")
            }
            PerSecond(least) => at_least(format!("≥ {least}/s"), least, per_second, "/s"),
            Share(least, other) => at_least(format!("≥ {least} % of {other}"), least, share(other), " %"),
            PerSecondOrShare(least, percent, other) => {
                let mut judged = at_least(format!("≥ {least}/s or ≥ {percent} % of {other}"), least, per_second, "/s");
                if let Some(share) = share(other) {
                    judged.figure = format!("{}, {share:.0} %", judged.figure);
                    judged.reached = judged.reached.map(|reached| reached || share >= percent);
                } else if judged.reached == Some(false) {
                    judged.reached = None;
                }
                judged
            }
            P50Of(most, other) => {
                let times = found.zip(report.latest(other)).map(|(found, other)| found.p50 / other.p50);
                at_most(format!("p50 ≤ {most} × {other}"), most, times, " ×")
            }
            P99Of(most, other) => {
                let times = found.zip(report.latest(other)).map(|(found, other)| found.p99 / other.p99);
                at_most(format!("p99 ≤ {most} × {other}"), most, times, " ×")
            }
            AtMost(most, unit) => at_most(format!("≤ {most} {unit}"), most, report.figure(line), &format!(" {unit}")),
        }
    }
}
