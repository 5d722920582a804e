//! What a notification asks of whoever gets it, and what several of one act say together.

use crate::contacts::lifecycle::Action;

/// The sections of the page, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Answer,
    Outcome,
    Assigned,
    Other,
}

impl Kind {
    pub const ALL: [Kind; 4] = [Kind::Answer, Kind::Outcome, Kind::Assigned, Kind::Other];

    pub fn label(self) -> &'static str {
        match self {
            Kind::Answer => "Needs an answer",
            Kind::Outcome => "Outcomes",
            Kind::Assigned => "Assigned",
            Kind::Other => "What else happened",
        }
    }

    pub fn slug(self) -> &'static str {
        match self {
            Kind::Answer => "answer",
            Kind::Outcome => "outcome",
            Kind::Assigned => "assigned",
            Kind::Other => "other",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.slug() == slug)
    }

    /// What is said of this: an action, or else a reminder.
    pub fn of(about: &str) -> Kind {
        Action::parse(about).map_or(Kind::Answer, |action| told(action).0)
    }

    /// The actions of the kind, as they are stored.
    pub fn actions(self) -> Vec<String> {
        let all = Action::ALL.iter().filter(|action| told(**action).0 == self);
        all.map(|action| action.slug().to_owned()).collect()
    }
}

/// What several contacts of one act say together, after their number.
pub fn together(about: &str) -> &'static str {
    Action::parse(about).map_or("contacts wait for your answer, which was due", |action| told(action).1)
}

/// A new action does not compile until it has its place and its words.
fn told(action: Action) -> (Kind, &'static str) {
    match action {
        Action::SendClarification | Action::Allocate => (Kind::Answer, "contacts: the CDSP asks you for an answer"),
        Action::SendVisit => (Kind::Answer, "site visits wait for your network"),
        Action::AnswerClarification => (Kind::Outcome, "answers to your questions are back"),
        Action::AnswerVisit => (Kind::Outcome, "answers to site visits are back"),
        Action::Note => (Kind::Answer, "notes of colleagues name you"),
        Action::Add => (Kind::Other, "contacts to which the raiser has added something"),
        Action::Withdraw => (Kind::Outcome, "contacts withdrawn by who logged them"),
        Action::ResolveValid => (Kind::Outcome, "contacts closed as valid"),
        Action::ResolveInvalid => (Kind::Outcome, "contacts closed as invalid"),
        Action::CloseNoReply => (Kind::Outcome, "contacts closed as invalid, since nobody replied"),
        Action::Assign => (Kind::Assigned, "contacts assigned to you"),
        Action::Reassign => (Kind::Assigned, "contacts given to a colleague"),
        Action::Return => (Kind::Other, "contacts returned to the organisation queue"),
        Action::Release => {
            (Kind::Other, "contacts are back in the organisation queue, since their holder was disabled")
        }
        Action::Undo => (Kind::Other, "contacts: what was done to them was undone"),
        Action::Log | Action::LogPsc => (Kind::Other, "contacts logged"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_is_of_one_kind_and_a_reminder_needs_an_answer() {
        let all: usize = Kind::ALL.iter().map(|kind| kind.actions().len()).sum();
        assert_eq!(all, Action::ALL.len());
        assert_eq!(Kind::of("reminder"), Kind::Answer);
        assert!(Kind::ALL.iter().all(|kind| Kind::from_slug(kind.slug()) == Some(*kind)));
        assert_eq!(Kind::from_slug("x"), None);
    }
}
