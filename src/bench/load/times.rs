//! What came of the requests of one line: how long each took, and how many got an answer that is no page.

use std::collections::BTreeMap;
use std::time::Duration;

#[derive(Debug, Default, Clone)]
pub struct Times {
    /// of those that were answered with what was asked for
    pub each: Vec<Duration>,
    pub took: Duration,
    pub bytes: usize,
    pub failures: Failures,
}

impl Times {
    pub fn per_second(&self) -> f64 {
        if self.took.is_zero() {
            return 0.0;
        }
        self.each.len() as f64 / self.took.as_secs_f64()
    }

    /// Milliseconds within which this share of the answers came.
    pub fn within(&self, share: f64) -> f64 {
        let mut sorted = self.each.clone();
        sorted.sort_unstable();
        let at = ((sorted.len() as f64 - 1.0) * share) as usize;
        sorted.get(at).map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
    }

    /// Those of another connection, at the same time.
    pub fn join(&mut self, other: Times) {
        self.each.extend(other.each);
        self.bytes = self.bytes.max(other.bytes);
        self.failures.join(other.failures);
    }
}

/// Answers that were not what was asked for: how many of which kind, and what the first of each said.
#[derive(Debug, Default, Clone)]
pub struct Failures(BTreeMap<String, (usize, String)>);

impl Failures {
    /// The line could not be measured at all.
    pub fn because(why: &str) -> Failures {
        let mut failures = Failures::default();
        failures.add("not measured", why);
        failures
    }

    pub fn add(&mut self, kind: &str, says: &str) {
        let known = self.0.entry(kind.to_owned()).or_insert_with(|| (0, sentence(says)));
        known.0 += 1;
    }

    fn join(&mut self, other: Failures) {
        for (kind, (count, says)) in other.0 {
            self.0.entry(kind).or_insert((0, says)).0 += count;
        }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// "12 × 503 Service Unavailable".
    pub fn in_short(&self) -> String {
        self.0.iter().map(|(kind, (count, _))| format!("{count} × {kind}")).collect::<Vec<_>>().join(", ")
    }

    /// With what they said.
    pub fn in_full(&self) -> String {
        let each = self.0.iter().map(|(kind, (count, says))| format!("{count} × {kind}: {says}"));
        each.collect::<Vec<_>>().join("; ")
    }
}

/// The sentence of an error page, or the beginning of whatever it is.
pub fn sentence(text: &str) -> String {
    let body = text.split_once("<main").map_or(text, |(_, rest)| rest.split_once('>').map_or(rest, |(_, rest)| rest));
    let mut plain = String::new();
    let mut in_tag = false;
    for letter in body.chars() {
        match letter {
            '<' => in_tag = true,
            '>' => in_tag = false,
            _ if !in_tag => plain.push(letter),
            _ => {}
        }
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect()
}
