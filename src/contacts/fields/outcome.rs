//! What comes of a contact that is found valid, and the form that asks for it.

use time::OffsetDateTime;

use super::Details;
use super::question::{Answers, Question};
use crate::trade::Mprn;

/// What came of a contact that was found valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// an MPRN was created
    Created(Mprn),
}

impl Outcome {
    /// In words, after "Resolved as valid:".
    pub fn words(&self) -> String {
        match self {
            Outcome::Created(mprn) => format!("MPRN {mprn} created"),
        }
    }
}

/// What resolving a contact as valid asks.
#[derive(Debug)]
pub struct OutcomeForm {
    /// what the law says that it needs: "the MPRN created"
    pub needs: &'static str,
    /// what a valid contact has led to: "the MPRN has been created"
    pub done: &'static str,
    pub questions: &'static [Question],
    /// what is confirmed with it, since it can't be taken back
    pub sure: &'static str,
    /// the sentence where it is not, with the answers said back
    pub unsure: fn(&Answers) -> String,
    /// none where an answer is wrong
    pub read: fn(&Answers) -> Option<Outcome>,
    /// the question at which it is said that the register has the answer already, and the sentence
    pub taken: (&'static str, fn(&Answers) -> String),
}

/// A contact that was just closed as valid, for what its type does then.
#[derive(Debug)]
pub struct Closed<'a> {
    pub contact: i64,
    /// of the event that closed it
    pub version: i32,
    pub raised_by: i64,
    pub ldz: &'a str,
    pub details: &'a Details,
    pub at: OffsetDateTime,
}
