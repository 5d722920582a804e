//! The fields for which texts are saved.

use crate::contacts::lifecycle::Action;
use crate::session::Viewer;

/// The field in which a saved text is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsedFor {
    Question,
    LookAt,
    Remarks,
    Answer,
}

impl UsedFor {
    pub const ALL: [UsedFor; 4] = [UsedFor::Question, UsedFor::LookAt, UsedFor::Remarks, UsedFor::Answer];

    /// The field's name in its form, and the word that is stored.
    pub fn field(self) -> &'static str {
        match self {
            UsedFor::Question => "question",
            UsedFor::LookAt => "look_at",
            UsedFor::Remarks => "remarks",
            UsedFor::Answer => "answer",
        }
    }

    /// As pages name it.
    pub fn label(self) -> &'static str {
        match self {
            UsedFor::Question => "Questions to the raiser",
            UsedFor::LookAt => "What a site visit should look at",
            UsedFor::Remarks => "Remarks on closing as invalid",
            UsedFor::Answer => "Answers to a data clarification",
        }
    }

    pub fn of_field(field: &str) -> Option<UsedFor> {
        Self::ALL.into_iter().find(|used_for| used_for.field() == field)
    }

    /// The field of this action's form that takes saved texts.
    pub fn of_action(action: Action) -> Option<UsedFor> {
        match action {
            Action::SendClarification => Some(UsedFor::Question),
            Action::SendVisit => Some(UsedFor::LookAt),
            Action::ResolveInvalid => Some(UsedFor::Remarks),
            Action::AnswerClarification => Some(UsedFor::Answer),
            Action::Log
            | Action::Assign
            | Action::Reassign
            | Action::Return
            | Action::Allocate
            | Action::AnswerVisit
            | Action::ResolveValid
            | Action::CloseNoReply
            | Action::Release
            | Action::Undo
            | Action::LogPsc
            | Action::Withdraw
            | Action::Add
            | Action::Note => None,
        }
    }

    /// The fields that people of this organisation fill in.
    pub fn of_viewer(viewer: &Viewer) -> Vec<UsedFor> {
        match () {
            () if viewer.is_cdsp() => vec![UsedFor::Question, UsedFor::LookAt, UsedFor::Remarks],
            () if viewer.raises() => vec![UsedFor::Answer],
            () => Vec::new(),
        }
    }
}
