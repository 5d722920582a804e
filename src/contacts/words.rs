//! The law in words: statuses and actions by name, who may, what is needed, who is told. Help page and README
//! print these.

use crate::contacts::Contact;
use crate::contacts::fields::Spec;
use crate::contacts::lifecycle::Need::*;
use crate::contacts::lifecycle::Tell::*;
use crate::contacts::lifecycle::Who::*;
use crate::contacts::lifecycle::{Action, Need, Party, Status, Tell, TransitionRule, Who};
use crate::contacts::types::ContactType;

impl Status {
    pub fn name(self) -> &'static str {
        match self {
            Status::Aaca => "Awaiting allocation to CDSP agent",
            Status::Atca => "Allocated to CDSP agent",
            Status::Svdn => "Site visit sent to Distribution Network",
            Status::Svda => "Site visit allocated to Distribution Network agent",
            Status::Dcrs => "Data clarification sent to raising stakeholder",
            Status::Dcaa => "Data clarification allocated to agent",
            Status::Ccva => "Contact closed as valid",
            Status::Cciv => "Contact closed as invalid",
        }
    }

    /// In a list, beside the code: who has to do what.
    pub fn short(self) -> &'static str {
        match self {
            Status::Aaca => "to take",
            Status::Atca => "with agent",
            Status::Svdn => "visit asked",
            Status::Svda => "visiting",
            Status::Dcrs => "question sent",
            Status::Dcaa => "answering",
            Status::Ccva => "valid",
            Status::Cciv => "invalid",
        }
    }

    /// What it means for contacts of these types, in a plain sentence.
    pub fn means(self, of: &[ContactType]) -> String {
        let plain = match self {
            Status::Aaca => "The contact waits in the CDSP's organisation queue for an agent to take it.",
            Status::Atca => "A CDSP agent has the contact and is looking into it.",
            Status::Svdn => "The network has been asked to look at the site and has yet to give the visit to an agent.",
            Status::Svda => "An agent of the network has the site visit.",
            Status::Dcrs => {
                "The CDSP has a question; it waits in the raising organisation's queue for somebody to take it."
            }
            Status::Dcaa => "The CDSP has a question; somebody of the raising organisation has it to answer.",
            Status::Ccva => return format!("The contact was found right: {}.", each(of, |spec| spec.outcome.done)),
            Status::Cciv => {
                "The contact was found wrong, could not be settled, or was withdrawn by its originator. Unless it was \
                 withdrawn, the raiser may log it again as a PSC."
            }
        };
        plain.to_owned()
    }
}

impl Contact {
    /// What its status means for this contact.
    pub fn means(&self) -> String {
        if self.is_withdrawn() {
            return "The contact was withdrawn by who logged it. It can’t be logged again as a PSC: log a new one instead."
                .to_owned();
        }
        self.status.means(&[self.contact_type])
    }
}

impl Action {
    /// The key that does it on a contact's page, for what is done all day.
    pub fn key(self) -> Option<&'static str> {
        match self {
            Action::ResolveValid => Some("r"),
            Action::ResolveInvalid => Some("i"),
            Action::SendClarification | Action::AnswerClarification => Some("c"),
            Action::SendVisit | Action::AnswerVisit => Some("v"),
            Action::LogPsc => Some("l"),
            Action::Log
            | Action::Assign
            | Action::Reassign
            | Action::Return
            | Action::Allocate
            | Action::CloseNoReply
            | Action::Release
            | Action::Undo
            | Action::Withdraw
            | Action::Add
            | Action::Note => None,
        }
    }

    /// As it is written on the control that does it.
    pub fn label(self) -> &'static str {
        match self {
            Action::Log => "Log a contact",
            Action::Assign => "Assign",
            Action::Reassign => "Reassign",
            Action::Return => "Return to organisation queue",
            Action::SendClarification => "Send data clarification",
            Action::Allocate => "Allocate to originator",
            Action::AnswerClarification => "Answer data clarification",
            Action::SendVisit => "Send site visit",
            Action::AnswerVisit => "Answer site visit",
            Action::ResolveValid => "Resolve as valid",
            Action::ResolveInvalid => "Resolve as invalid",
            Action::Withdraw => "Withdraw",
            Action::CloseNoReply => "Close for no reply",
            Action::Release => "Release",
            Action::Undo => "Undo",
            Action::LogPsc => "Log PSC",
            Action::Add => "Add to contact",
            Action::Note => "Add a note",
        }
    }
}

/// How a page offers an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Offer {
    /// what most people do who see the contact so: the green button, before all others
    Usual,
    Other,
    /// seldom done: a quiet link or button, after all others
    Rare,
}

impl Action {
    /// On the button that sends its form.
    pub fn verb(self) -> &'static str {
        match self {
            Action::SendClarification | Action::SendVisit => "Send",
            Action::AnswerClarification | Action::AnswerVisit => "Answer",
            Action::ResolveValid | Action::ResolveInvalid => "Resolve",
            Action::Withdraw => "Withdraw this contact",
            Action::Add
            | Action::Note
            | Action::Assign
            | Action::Reassign
            | Action::Log
            | Action::Return
            | Action::Allocate
            | Action::CloseNoReply
            | Action::Release
            | Action::Undo
            | Action::LogPsc => self.label(),
        }
    }

    /// Its form stands open in the page of who is to answer.
    pub fn is_answer(self) -> bool {
        matches!(self, Action::AnswerClarification | Action::AnswerVisit)
    }

    /// Photos and documents go with it.
    pub fn takes_evidence(self) -> bool {
        self.is_answer() || self == Action::Add
    }

    /// How the page of a contact offers it.
    pub fn offer(self) -> Offer {
        match self {
            Action::Assign
            | Action::AnswerClarification
            | Action::AnswerVisit
            | Action::ResolveValid
            | Action::LogPsc => Offer::Usual,
            Action::SendClarification | Action::SendVisit | Action::ResolveInvalid | Action::Add => Offer::Other,
            Action::Reassign
            | Action::Withdraw
            | Action::Note
            | Action::Return
            | Action::Log
            | Action::Allocate
            | Action::CloseNoReply
            | Action::Release
            | Action::Undo => Offer::Rare,
        }
    }
}

impl Party {
    pub fn words(self) -> &'static str {
        match self {
            Party::Cdsp => "the CDSP",
            Party::Network => "the network",
            Party::Raiser => "the organisation that raised it",
            Party::Nobody => "nobody",
        }
    }
}

impl Who {
    pub fn words(self) -> &'static str {
        match self {
            Raiser => "a member of a Shipper, DN or IGT",
            Member => "any member of the organisation that has it",
            Holder => "the holder",
            HolderOrSupervisor => "the holder, or a supervisor there",
            RaisingMember => "a member of the raising organisation",
            Who::Originator => "the originator",
            Reader => "a member of an organisation that sees it",
            Author => "who did it",
            System => "the system",
        }
    }
}

impl Need {
    pub fn words(self) -> String {
        let plain = match self {
            Form => "the form",
            Colleague => "a colleague",
            Question => "a question",
            Answer => "an answer; may correct details",
            Network => "a network",
            WhatToLookAt => "what to look at",
            VisitForm => "the site visit form",
            Outcome => return each(ContactType::ALL, |spec| spec.outcome.needs),
            Reason => "a reason",
            Remarks => "remarks",
            RemarkOrFiles => "a remark, or photos or documents",
            Text => "a text",
            Once => "once, and not after withdrawing",
            DaysPassed => "the days have passed",
            HolderDisabled => "the holder was disabled",
            SecondsNotPassed => "within 30 seconds, and nothing done since",
        };
        plain.to_owned()
    }
}

impl Tell {
    pub fn words(self) -> &'static str {
        match self {
            NewHolder => "the new holder",
            FormerHolder => "the former holder",
            HolderElsewhere => "the holder, of another organisation",
            Tell::Originator => "the originator",
            WhoAsked => "the CDSP agent who asked",
            NetworkSupervisors => "the network's supervisors",
            Supervisors => "the supervisors there",
            WhoWasTold => "who was told of it",
            Named => "the colleagues whom it names",
        }
    }
}

/// What each type says: of one alone just that, of more "MNC: …; DUP: …".
fn each(types: &[ContactType], says: impl Fn(&Spec) -> &'static str) -> String {
    match types {
        [only] => says(only.spec()).to_owned(),
        more => {
            let said = more.iter().map(|known| format!("{}: {}", known.code(), says(known.spec())));
            said.collect::<Vec<_>>().join("; ")
        }
    }
}

impl TransitionRule {
    /// The row in words: action, from → to, who, needs, tells. Help page and README print these.
    pub fn in_words(&self) -> [String; 5] {
        let list = |words: Vec<String>| if words.is_empty() { "–".to_owned() } else { words.join(", ") };
        let paths = self.paths.iter().map(|(from, to)| {
            from.map_or_else(|| format!("→ {}", to.code()), |from| format!("{} → {}", from.code(), to.code()))
        });
        [
            self.action.label().to_owned(),
            paths.collect::<Vec<_>>().join(", "),
            self.who.words().to_owned(),
            list(self.needs.iter().map(|need| need.words()).collect()),
            list(self.tells.iter().map(|tell| tell.words().to_owned()).collect()),
        ]
    }
}
