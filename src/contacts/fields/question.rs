//! Questions that are answered while a contact lives: of a site visit, and of its outcome. One engine reads, checks, keeps
//! and shows the answers, whatever the contact type asks.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::Date;

use super::Input;
use crate::trade::text::length;
use crate::typed::Typed;

/// A question. `says` gives the sentence for what is wrong with its answer, beside the others.
#[derive(Debug)]
pub struct Question {
    pub name: &'static str,
    pub label: &'static str,
    pub hint: &'static str,
    pub input: Input,
    pub optional: bool,
    pub asked: Asked,
    pub says: fn(&Answers, &When) -> Option<String>,
}

/// Whether a question is asked at all.
#[derive(Debug, Clone, Copy)]
pub enum Asked {
    Always,
    /// only where another question has this answer
    If(&'static str, &'static str),
    /// not where another question has this answer
    Unless(&'static str, &'static str),
}

impl Asked {
    fn is_met(self, answers: &Answers) -> bool {
        match self {
            Asked::Always => true,
            Asked::If(other, answer) => answers.get(other) == answer,
            Asked::Unless(other, answer) => answers.get(other) != answer,
        }
    }

    /// As a page says it to its script: "access=no", "access!=no"; empty for always.
    pub fn condition(self) -> String {
        match self {
            Asked::Always => String::new(),
            Asked::If(other, answer) => format!("{other}={answer}"),
            Asked::Unless(other, answer) => format!("{other}!={answer}"),
        }
    }
}

/// The days that answers are checked against, in London.
#[derive(Debug, Clone, Copy)]
pub struct When {
    pub logged: Date,
    pub today: Date,
}

/// What was answered, by the names of questions; each in the fixed form of its input, without the empty ones.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Answers(BTreeMap<String, String>);

impl Answers {
    /// From a form as typed.
    pub fn from_typed<'a>(questions: impl Iterator<Item = &'a Question>, typed: &Typed) -> Answers {
        let mut answers = Answers::default();
        for question in questions {
            answers.set(question.name, &question.input.fixed(typed.value(question.name)));
        }
        answers
    }

    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// Puts an answer in; an empty one is none.
    pub fn set(&mut self, name: &str, value: &str) {
        if value.is_empty() {
            self.0.remove(name);
        } else {
            self.0.insert(name.to_owned(), value.to_owned());
        }
    }

    /// Says at each question what is wrong with its answer; true if nothing is.
    pub fn check<'a>(&self, questions: impl Iterator<Item = &'a Question>, when: &When, typed: &mut Typed) -> bool {
        for question in questions {
            // what is not asked may be left empty; what is given all the same must be right
            let is_asked = question.asked.is_met(self) || !self.get(question.name).is_empty();
            if let Some(says) = (question.says)(self, when).filter(|_| is_asked) {
                typed.wrong(question.name, says);
            }
        }
        !typed.has_errors()
    }

    /// As a reader sees them: label and answer, in the order of the questions.
    pub fn rows<'a>(&self, questions: impl Iterator<Item = &'a Question>) -> Vec<(&'static str, String)> {
        questions
            .filter(|question| !self.get(question.name).is_empty())
            .map(|question| (question.label, question.input.shown(self.get(question.name))))
            .collect()
    }
}

/// Nothing can be wrong with the answer.
pub fn fine(_: &Answers, _: &When) -> Option<String> {
    None
}

/// The sentence about a text of more characters than this.
pub fn too_long(text: &str, label: &str, most: usize) -> Option<String> {
    let length = length(text);
    (length > most).then(|| format!("{label} must have at most {most} characters; this has {length}"))
}
