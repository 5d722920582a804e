//! How far an import has come: a bar on a terminal, a plain line now and then elsewhere. Both go to stderr.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use crate::trade::words::thousands;

/// How often it is said.
const ON_A_TERMINAL: Duration = Duration::from_millis(200);
const ELSEWHERE: Duration = Duration::from_secs(5);
/// Characters of the bar.
const WIDE: u64 = 30;

pub struct Progress {
    size: u64,
    began: Instant,
    /// lines that an earlier run had done
    before: u64,
    said: Option<Instant>,
    is_terminal: bool,
    line: String,
}

impl Progress {
    pub fn new(size: i64, lines: i64) -> Progress {
        Progress {
            size: size.unsigned_abs(),
            began: Instant::now(),
            before: lines.unsigned_abs(),
            said: None,
            is_terminal: std::io::stderr().is_terminal(),
            line: String::new(),
        }
    }

    /// After a batch: bytes and lines of the file that are done.
    pub fn show(&mut self, done: i64, lines: i64) {
        let (done, lines) = (done.unsigned_abs(), lines.unsigned_abs());
        let took = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
        let speed = (lines - self.before) * 1_000 / took;
        let text = format!("{} lines, {} a second", thousands(lines), thousands(speed));
        let part = |of: u64| (done * of).checked_div(self.size).map_or(of, |part| part.min(of));
        self.line = if self.is_terminal {
            let full = part(WIDE);
            let bar: String = (0..WIDE).map(|at| if at < full { '█' } else { '░' }).collect();
            format!("{bar} {:3} %, {text}", part(100))
        } else {
            format!("{} %, {text}", part(100))
        };
        let pause = if self.is_terminal { ON_A_TERMINAL } else { ELSEWHERE };
        if self.said.is_none_or(|said| said.elapsed() >= pause) {
            self.say();
        }
    }

    /// After the last batch.
    pub fn end(&mut self) {
        self.say();
        if self.is_terminal {
            eprintln!();
        }
    }

    fn say(&mut self) {
        self.said = Some(Instant::now());
        if self.line.is_empty() {
            return;
        }
        if self.is_terminal {
            eprint!("\r{}\u{1b}[K", self.line);
            let _ = std::io::stderr().flush();
        } else {
            eprintln!("{}", self.line);
        }
    }
}
