//! The report: one table, ready for the README, and the notes below it.

use std::collections::BTreeMap;
use std::fmt;

use super::Bench;
use super::client::Times;

/// One line of the table.
#[derive(Debug, Clone)]
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
    /// statements, round trips, and guards among them, for each request
    pub trips: Option<(f64, f64, f64)>,
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
            trips: None,
        }
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:<34} {:>8.0}/s  p50 {:>7.2} ms  p99 {:>7.2} ms  cpu {:.2} + {:.2} ms  {} requests, {} bytes",
            self.name, self.per_second, self.p50, self.p99, self.cpu.0, self.cpu.1, self.count, self.bytes
        )
    }
}

pub struct Report {
    measured: BTreeMap<i64, Vec<Measured>>,
    notes: Vec<(i64, String)>,
    heading: String,
}

impl Report {
    pub fn new(bench: &Bench) -> Report {
        let heading = format!("{} connections, {} s a page", bench.connections, bench.seconds);
        Report { measured: BTreeMap::new(), notes: Vec::new(), heading }
    }

    pub fn add(&mut self, size: i64, measured: Measured) {
        self.measured.entry(size).or_default().push(measured);
    }

    pub fn note(&mut self, size: i64, note: String) {
        println!("  {note}");
        self.notes.push((size, note));
    }

    /// Statements and round trips of a scene that was measured before.
    pub fn trips(&mut self, size: i64, name: &str, trips: (f64, f64, f64)) {
        let lines = self.measured.entry(size).or_default();
        if let Some(line) = lines.iter_mut().find(|line| line.name == name) {
            line.trips = Some(trips);
        }
    }

    fn find(&self, size: i64, name: &str) -> Option<&Measured> {
        self.measured.get(&size)?.iter().find(|line| line.name == name)
    }

    pub fn print(&self) {
        println!("\n{}\n", self.heading);
        println!(
            "| contacts | page | requests/s | p50 ms | p99 ms | CPU ms, program + Postgres | round trips + guard | p50 against the smallest |"
        );
        println!("| --- | --- | --- | --- | --- | --- | --- | --- |");
        let smallest = self.measured.keys().next().copied().unwrap_or_default();
        for (size, lines) in &self.measured {
            for line in lines {
                let trips = line
                    .trips
                    .map_or_else(String::new, |(_, trips, guards)| format!("{:.1} + {guards:.1}", trips - guards));
                let against = self
                    .find(smallest, &line.name)
                    .filter(|_| *size != smallest)
                    .map_or_else(String::new, |base| format!("{:.2}", line.p50 / base.p50));
                println!(
                    "| {size} | {} | {:.0} | {:.2} | {:.2} | {:.2} + {:.2} | {trips} | {against} |",
                    line.name, line.per_second, line.p50, line.p99, line.cpu.0, line.cpu.1
                );
            }
        }
        println!();
        for size in self.measured.keys() {
            for (page, twin) in [
                ("queue, first page", "twin: queue"),
                ("queue, first page, brotli", "twin: queue, brotli"),
                ("contact, 5 events", "twin: contact"),
                ("contact, 5 events, brotli", "twin: contact, brotli"),
                ("assign", "pgbench: assign"),
            ] {
                if let (Some(page), Some(twin)) = (self.find(*size, page), self.find(*size, twin)) {
                    println!(
                        "{size}: {} reaches {:.0} % of {}",
                        page.name,
                        page.per_second / twin.per_second * 100.0,
                        twin.name
                    );
                }
            }
        }
        for (size, note) in &self.notes {
            println!("{size}: {note}");
        }
    }
}
