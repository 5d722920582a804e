//! Questions that every site visit is asked, whatever the contact type. Their content is our own: none is published.

use super::Input;
use super::input::{self, NARROW, TWENTY};
use super::question::{Asked, Question, fine, too_long};
use crate::trade::dates::{parse_date, show_words};

/// Yes, no, or not known.
pub const YES_NO: Input = Input::Radios(|| vec![("yes", "Yes"), ("no", "No"), ("unknown", "Not known")]);

pub const VISITED: Question = Question {
    name: "visited",
    label: "Date visited",
    hint: "Such as 24/11/2026",
    input: Input::Date,
    optional: false,
    asked: Asked::Always,
    says: |answers, when| {
        let visited = answers.get("visited");
        match input::date(visited) {
            None if visited.is_empty() => Some("Enter the date of the visit".to_owned()),
            None => parse_date(visited).err().map(|error| error.to_string()),
            Some(date) if date > when.today => Some("The date of the visit can’t be in the future".to_owned()),
            Some(date) if date < when.logged => Some(format!(
                "The date of the visit can’t be before the contact was logged, on {}",
                show_words(when.logged)
            )),
            Some(_) => None,
        }
    },
};

pub const ACCESS: Question = Question {
    name: "access",
    label: "Was access gained?",
    hint: "",
    input: YES_NO,
    optional: false,
    asked: Asked::Always,
    says: |answers, _| {
        (!YES_NO.offers(answers.get("access"))).then(|| format!("Say whether access was gained: {}", YES_NO.taken()))
    },
};

pub const NO_ACCESS: Question = Question {
    name: "no_access",
    label: "Why access was not gained",
    hint: "If it was not",
    input: Input::Words(NARROW),
    optional: false,
    asked: Asked::If("access", "no"),
    says: |answers, _| {
        let why = answers.get("no_access");
        if why.is_empty() {
            return Some("Say why access was not gained".to_owned());
        }
        too_long(why, "Why access was not gained", 500)
    },
};

pub const JOB: Question = Question {
    name: "job",
    label: "Engineer or job reference",
    hint: "No names of engineers",
    input: Input::Reference(TWENTY),
    optional: true,
    asked: Asked::Always,
    says: |answers, _| too_long(answers.get("job"), "The job reference", 60),
};

pub const REMARKS: Question = Question {
    name: "remarks",
    label: "Remarks",
    hint: "",
    input: Input::Lines { rows: 4, most: 2_000 },
    optional: true,
    asked: Asked::Always,
    says: |answers, _| too_long(answers.get("remarks"), "Remarks", 2_000),
};

/// A choice of a list that may be left open.
pub const fn choice(name: &'static str, label: &'static str, input: Input) -> Question {
    Question { name, label, hint: "", input, optional: true, asked: Asked::Always, says: fine }
}
