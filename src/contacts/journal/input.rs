//! What the writer is asked to do: an action together with everything that the law says it needs.

use super::Logged;
use crate::contacts::fields::Details;
use crate::contacts::fields::outcome::Outcome;
use crate::contacts::fields::question::Answers;
use crate::contacts::lifecycle::{Action, Need};

/// An action and what it is given; without what it needs it can't be written down. Logging is [`super::log`]'s, and a
/// note [`super::note`]'s.
#[derive(Debug, Clone)]
pub enum Input<'a> {
    /// to this colleague
    Assign(i64),
    Reassign(i64),
    Return,
    /// with this question
    SendClarification(&'a str),
    Allocate,
    AnswerClarification {
        answer: &'a str,
        /// the contact's details as the answer corrects them
        corrected: Option<Box<Details>>,
    },
    SendVisit {
        network: i64,
        look_at: &'a str,
    },
    /// with the site visit form
    AnswerVisit(Answers),
    ResolveValid(Outcome),
    ResolveInvalid {
        /// code of a reason
        reason: &'a str,
        remarks: &'a str,
    },
    /// with these remarks, or none
    Withdraw(&'a str),
    CloseNoReply,
    Release,
    Undo,
    /// the form of the contact that follows this one
    LogPsc(&'a Logged<'a>),
    /// this remark; an empty one needs files beside it
    Add(&'a str),
}

impl Input<'_> {
    pub fn action(&self) -> Action {
        match self {
            Input::Assign(_) => Action::Assign,
            Input::Reassign(_) => Action::Reassign,
            Input::Return => Action::Return,
            Input::SendClarification(_) => Action::SendClarification,
            Input::Allocate => Action::Allocate,
            Input::AnswerClarification { .. } => Action::AnswerClarification,
            Input::SendVisit { .. } => Action::SendVisit,
            Input::AnswerVisit(_) => Action::AnswerVisit,
            Input::ResolveValid(_) => Action::ResolveValid,
            Input::ResolveInvalid { .. } => Action::ResolveInvalid,
            Input::Withdraw(_) => Action::Withdraw,
            Input::CloseNoReply => Action::CloseNoReply,
            Input::Release => Action::Release,
            Input::Undo => Action::Undo,
            Input::LogPsc(_) => Action::LogPsc,
            Input::Add(_) => Action::Add,
        }
    }

    /// What it carries. A test holds this against the table's column.
    pub fn needs(&self) -> &'static [Need] {
        match self {
            Input::Assign(_) | Input::Reassign(_) => &[Need::Colleague],
            Input::SendClarification(_) => &[Need::Question],
            Input::AnswerClarification { answer: _, corrected: _ } => &[Need::Answer],
            Input::SendVisit { network: _, look_at: _ } => &[Need::Network, Need::WhatToLookAt],
            Input::AnswerVisit(_) => &[Need::VisitForm],
            Input::ResolveValid(_) => &[Need::Outcome],
            Input::ResolveInvalid { reason: _, remarks: _ } => &[Need::Reason, Need::Remarks],
            Input::LogPsc(_) => &[Need::Form],
            Input::Add(_) => &[Need::RemarkOrFiles],
            Input::Return
            | Input::Allocate
            | Input::Withdraw(_)
            | Input::CloseNoReply
            | Input::Release
            | Input::Undo => &[],
        }
    }

    /// It changes nothing but with whom the contact is, so that many may be written at once.
    pub fn is_move(&self) -> bool {
        match self {
            Input::Assign(_) | Input::Reassign(_) | Input::Return | Input::Release | Input::Undo => true,
            Input::SendClarification(_)
            | Input::Allocate
            | Input::AnswerClarification { .. }
            | Input::SendVisit { .. }
            | Input::AnswerVisit(_)
            | Input::ResolveValid(_)
            | Input::ResolveInvalid { .. }
            | Input::Withdraw(_)
            | Input::CloseNoReply
            | Input::LogPsc(_)
            | Input::Add(_) => false,
        }
    }

    /// What a raiser adds in words.
    pub(super) fn remark(&self) -> Option<&str> {
        if let Input::Add(remark) = self { Some(*remark).filter(|remark| !remark.is_empty()) } else { None }
    }

    pub(super) fn corrected(&self) -> Option<&Details> {
        if let Input::AnswerClarification { corrected, .. } = self { corrected.as_deref() } else { None }
    }

    pub(super) fn outcome(&self) -> Option<&Outcome> {
        if let Input::ResolveValid(outcome) = self { Some(outcome) } else { None }
    }
}

/// An action with what may stand beside any: `record(.., Input::Return)` has nothing beside it.
#[derive(Debug, Clone)]
pub struct Act<'a> {
    pub input: Input<'a>,
    /// address of the form, whose evidence the act takes with it
    pub evidence: Option<&'a str>,
    /// what a hand-over says beside each of its moves
    pub note: &'a str,
}

impl<'a> From<Input<'a>> for Act<'a> {
    fn from(input: Input<'a>) -> Self {
        Act { input, evidence: None, note: "" }
    }
}
