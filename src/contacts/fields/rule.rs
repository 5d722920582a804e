//! Rules over the fields of a form: what each is, what it goes by, and what a form breaks. The lists of rules stand with
//! the fields that types share ([`super::site`], [`super::own`]) and in the folder of each type. Lengths are PAF's and UK
//! Link's; check digits, postcode and AQ are the industry's.
//!
//! A `Stop` must be mended before the contact can be logged; a `Warn` is shown at check answers and stops nobody; an
//! `Ask`, of a trial only, is asked about once.

use time::Date;

use super::Details;
use super::field::Field;
use crate::trade::reality;
use crate::trade::text::length;

/// What a broken rule does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    Stop,
    Warn,
    Ask,
}

/// What the rules go by beside the details themselves.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    /// in London
    pub today: Date,
    /// the data is a trial's, where nothing may be real
    pub trial: bool,
    /// whether the address finder holds the address; `None` while it holds none at all
    pub in_finder: Option<bool>,
    /// the postcode lies on a network of its own, fed by LPG or otherwise
    pub isolated: bool,
}

impl Facts {
    /// What is known without looking anything up.
    pub fn on(today: Date) -> Facts {
        Facts { today, trial: false, in_finder: None, isolated: false }
    }
}

/// A rule that a form breaks, and what it says to whoever typed it.
#[derive(Debug, Clone)]
pub struct Broken {
    pub rule: &'static Rule,
    pub says: String,
}

/// One rule. `says` gives the sentence when it is broken; examples are values of `field`, with `beside` holding
/// what other fields must have for the example to mean something.
#[derive(Debug)]
pub struct Rule {
    pub number: u16,
    pub field: Field,
    pub severity: Severity,
    /// the rule as the help page states it
    pub rule: &'static str,
    pub says: fn(&Details, &Facts) -> Option<String>,
    pub good: &'static [&'static str],
    pub bad: &'static [&'static str],
    pub beside: &'static [(Field, &'static str)],
}

/// What a form breaks, in the order of its fields.
pub fn broken(details: &Details, facts: &Facts, severity: Severity) -> Vec<Broken> {
    let mut found: Vec<Broken> = Vec::new();
    for rule in details.spec.rules().filter(|rule| rule.severity == severity) {
        // one message a field: the first rule that fails explains most
        if found.iter().any(|broken| broken.rule.field == rule.field) {
            continue;
        }
        if let Some(says) = (rule.says)(details, facts) {
            found.push(Broken { rule, says });
        }
    }
    found.sort_by_key(|broken| broken.rule.field);
    found
}

/// What could be real in a field, in a trial.
pub fn doubted(details: &Details, facts: &Facts, field: Field) -> Option<String> {
    facts.trial.then(|| reality::doubts(details.get(field)).first().map(ToString::to_string)).flatten()
}

/// The sentence if nothing is there.
pub fn missing(details: &Details, field: Field, says: &str) -> Option<String> {
    details.get(field).is_empty().then(|| says.to_owned())
}

/// The sentence if there are more characters than this.
pub fn too_long(details: &Details, field: Field, most: usize) -> Option<String> {
    let length = length(details.get(field));
    (length > most)
        .then(|| format!("{} must have at most {most} characters; this has {length}", details.spec.label(&field)))
}

/// The sentence if a value is there and wrong.
pub fn sentence(value: &str, is_wrong: impl Fn(&str) -> bool, says: &str) -> Option<String> {
    (!value.is_empty() && is_wrong(value)).then(|| says.to_owned())
}

/// Whether there are digits only.
pub fn digits(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit())
}

/// The beginning of what was typed, to be named in a sentence.
pub fn short(text: &str) -> String {
    text.chars().take(20).collect()
}
