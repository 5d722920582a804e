//! What is said of a row of a bulk, and who found it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::contacts::fields::rule::Broken;
use crate::contacts::fields::{Field, Spec};

/// Who found a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemSource {
    /// a rule, by its number
    Rule,
    /// the search for possible duplicates
    LooksAlike,
    /// the search for equal rows, logged or earlier in the file
    AlreadyLogged,
    /// the worker, which could not add the row
    Worker,
}

/// Something that is said of a row: what a rule finds in a field, or something of the whole row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowProblem {
    pub source: ProblemSource,
    pub field: Option<Field>,
    pub rule: Option<u16>,
    pub says: String,
}

impl RowProblem {
    /// Of the whole row.
    pub fn plain(source: ProblemSource, says: impl Into<String>) -> RowProblem {
        RowProblem { source, field: None, rule: None, says: says.into() }
    }

    pub fn as_json(&self) -> Value {
        json!({"source": self.source, "field": self.field.map(Field::name), "rule": self.rule, "says": self.says})
    }

    /// From what [`RowProblem::as_json`] wrote.
    pub fn of_json(value: &Value) -> RowProblem {
        let rule = value["rule"].as_u64().and_then(|rule| u16::try_from(rule).ok());
        // rows of before have no source; of those still to be added, what is no rule's looks alike
        let of_before = if rule.is_some() { ProblemSource::Rule } else { ProblemSource::LooksAlike };
        RowProblem {
            source: serde_json::from_value(value["source"].clone()).unwrap_or(of_before),
            field: value["field"].as_str().and_then(Field::parse),
            rule,
            says: value["says"].as_str().unwrap_or_default().to_owned(),
        }
    }

    /// In one text: "Rule 113, Postcode: Enter the postcode".
    pub fn in_words(&self, spec: &Spec) -> String {
        match (self.rule, self.field) {
            (Some(rule), Some(field)) => format!("Rule {rule}, {}: {}", spec.label(&field), self.says),
            _ => self.says.clone(),
        }
    }
}

impl From<Broken> for RowProblem {
    fn from(broken: Broken) -> Self {
        let (field, rule) = (Some(broken.rule.field), Some(broken.rule.number));
        RowProblem { source: ProblemSource::Rule, field, rule, says: broken.says }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_are_read_as_they_were_written() {
        let plain = RowProblem::plain(ProblemSource::Worker, "It could not be added");
        assert_eq!(RowProblem::of_json(&plain.as_json()), plain);
        let rule = RowProblem { source: ProblemSource::Rule, field: Some(Field::Msn), rule: Some(301), ..plain };
        assert_eq!(RowProblem::of_json(&rule.as_json()), rule);
    }

    #[test]
    fn problems_of_before_have_the_source_that_can_still_matter() {
        let source = |value| RowProblem::of_json(&value).source;
        assert_eq!(source(json!({"field": "msn", "rule": 301, "says": "Enter it"})), ProblemSource::Rule);
        assert_eq!(source(json!({"field": null, "rule": null, "says": "Looks the same"})), ProblemSource::LooksAlike);
    }
}
