//! The report: one table, ready for the README, the notes below it, and what was reached of what must be.

use std::collections::{BTreeMap, BTreeSet};

use super::Bench;
use super::aims::judge;
use super::measured::{Look, Measured};
use crate::error::CommandError;

#[derive(Debug, Default)]
pub struct Report {
    measured: BTreeMap<i64, Vec<Measured>>,
    /// what is no request, such as memory: by line, of the most contacts that were measured
    figures: BTreeMap<String, f64>,
    notes: Vec<(i64, String)>,
    tables: Vec<String>,
    /// what could not be measured at all, and why
    broken: Vec<String>,
    /// what costs more than it may
    costly: Vec<String>,
    heading: String,
    only_counts: bool,
    /// not everything was asked for
    is_part: bool,
}

impl Report {
    pub fn new(bench: &Bench) -> Report {
        let heading = format!("{} connections, {} s a page", bench.connections, bench.seconds);
        Report {
            heading,
            only_counts: bench.counts,
            is_part: bench.counts || !bench.only.is_empty(),
            ..Report::default()
        }
    }

    pub fn add(&mut self, size: i64, measured: Measured) {
        println!("  {measured}");
        if !measured.failures.is_empty() {
            self.note(size, format!("{}: {}", measured.name, measured.failures.in_full()));
        }
        self.measured.entry(size).or_default().push(measured);
    }

    pub fn note(&mut self, size: i64, note: String) {
        println!("  {note}");
        self.notes.push((size, note));
    }

    /// A table of its own, printed at once and at the end.
    pub fn table(&mut self, size: i64, lines: &[String]) {
        let table = format!("{size} contacts:\n\n{}", lines.join("\n"));
        println!("{table}");
        self.tables.push(table);
    }

    pub fn add_figure(&mut self, size: i64, line: &str, figure: f64, unit: &str) {
        self.note(size, format!("{line}: {figure:.2} {unit}"));
        self.figures.insert(line.to_owned(), figure);
    }

    /// A part of the run did not come to its end; the others go on.
    pub fn broke(&mut self, size: i64, what: &str, done: Result<(), CommandError>) {
        if let Err(CommandError(why)) = done {
            self.note(size, format!("{what} broke off: {why}"));
            self.broken.push(format!("{size} contacts, {what}: {why}"));
        }
    }

    /// What a scene costs without load, and what it may cost.
    pub fn look(&mut self, size: i64, name: &str, look: &Look, may: (u64, u64)) {
        let Look { statements, round_trips, longest, .. } = *look;
        let took = longest.map_or_else(String::new, |longest| format!(", longest {longest:.1} ms"));
        println!("  {name:<42} {statements} statements, {round_trips} round trips{took}");
        // an export costs more where there is more
        let is_held = self.only_counts || !name.starts_with("export");
        if is_held && (statements > may.0 || round_trips > may.1) {
            let (most, most_trips) = may;
            self.costly.push(format!(
                "{name}, {size} contacts | ≤ {most} statements, {most_trips} round trips | {statements}, {round_trips}"
            ));
        }
        let lines = self.measured.entry(size).or_default();
        if !lines.iter().any(|line| line.name == name) {
            lines.push(Measured { name: name.to_owned(), ..Measured::default() });
        }
        for line in lines.iter_mut().filter(|line| line.name == name) {
            line.look = Some(*look);
        }
    }

    /// Names of what was measured, in order.
    pub fn lines(&self) -> Vec<String> {
        let mut known = BTreeSet::new();
        let all = self.measured.values().flatten().map(|line| line.name.clone());
        all.filter(|name| known.insert(name.clone())).collect()
    }

    fn find(&self, size: i64, name: &str) -> Option<&Measured> {
        self.measured.get(&size)?.iter().find(|line| line.name == name && line.count > 0)
    }

    /// The line with the most contacts.
    pub fn latest(&self, name: &str) -> Option<&Measured> {
        self.find(*self.measured.keys().next_back()?, name)
    }

    /// How many times its p50 with the fewest contacts a line has with the most.
    pub fn growth(&self, name: &str) -> Option<f64> {
        let fewest = *self.measured.keys().next().filter(|_| self.measured.len() > 1)?;
        Some(self.latest(name)?.p50 / self.find(fewest, name)?.p50)
    }

    pub fn figure(&self, line: &str) -> Option<f64> {
        self.figures.get(line).copied()
    }

    /// Prints everything; a failure if something was missed.
    pub fn close(&self) -> Result<(), CommandError> {
        println!("\n{}\n", self.heading);
        if !self.only_counts {
            self.print_lines();
            println!();
        }
        for table in &self.tables {
            println!("{table}\n");
        }
        for (size, note) in &self.notes {
            println!("- {size} contacts: {note}");
        }
        println!("\n| Line | Aim | Figure | |\n| --- | --- | --- | --- |");
        let mut missed = 0;
        for judged in judge(self) {
            // of some lines alone nobody expects the others
            if judged.reached.is_none() && self.is_part {
                continue;
            }
            let word = match judged.reached {
                Some(true) => "reached",
                Some(false) => "MISSED",
                None => "not measured",
            };
            missed += usize::from(judged.reached == Some(false));
            println!("| {} | {} | {} | {word} |", judged.line, judged.aim, judged.figure);
        }
        for (size, line) in self.measured.iter().flat_map(|(size, lines)| lines.iter().map(move |line| (size, line))) {
            if !line.failures.is_empty() {
                missed += 1;
                let failures = line.failures.in_short();
                println!("| {}, {size} contacts | every answer is a page | {failures} | MISSED |", line.name);
            }
        }
        for costly in &self.costly {
            missed += 1;
            println!("| {costly} | MISSED |");
        }
        for broken in &self.broken {
            missed += 1;
            println!("| {broken} | runs to its end | broke off | MISSED |");
        }
        if missed > 0 {
            return Err(CommandError(format!("missed: {missed}")));
        }
        Ok(())
    }

    fn print_lines(&self) {
        println!(
            "| contacts | page | requests/s | p50 ms | p99 ms | CPU ms, program + Postgres | bytes | statements | round trips + guard \
             | longest statement ms | p50 against the fewest |"
        );
        println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        let fewest = self.measured.keys().next().copied().unwrap_or_default();
        for (size, lines) in &self.measured {
            for line in lines {
                let look = line.look.unwrap_or_default();
                let trips = format!("{} + {}", look.round_trips.saturating_sub(look.guards), look.guards);
                let (statements, trips) =
                    line.look.map_or_else(Default::default, |_| (look.statements.to_string(), trips));
                let base = self.find(fewest, &line.name).filter(|_| *size != fewest);
                println!(
                    "| {size} | {} | {:.0} | {:.2} | {:.2} | {:.2} + {:.2} | {} | {statements} | {trips} | {} | {} |",
                    line.name,
                    line.per_second,
                    line.p50,
                    line.p99,
                    line.cpu.0,
                    line.cpu.1,
                    line.bytes,
                    look.longest.map_or_else(String::new, |longest| format!("{longest:.1}")),
                    base.map_or_else(String::new, |base| format!("{:.2}", line.p50 / base.p50))
                );
            }
        }
    }
}
