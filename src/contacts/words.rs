//! The law in words: who may, what is needed, who is told. Help page and README print these.

use crate::contacts::lifecycle::Need::*;
use crate::contacts::lifecycle::Tell::*;
use crate::contacts::lifecycle::Who::*;
use crate::contacts::lifecycle::{Need, Party, Tell, TransitionRule, Who};

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
            RaisingMember => "a member of the raising organisation, once",
            Author => "who did it",
            System => "the system",
        }
    }
}

impl Need {
    pub fn words(self) -> &'static str {
        match self {
            Form => "the form",
            Colleague => "a colleague",
            Question => "a question",
            Answer => "an answer; may correct details",
            Network => "a network",
            WhatToLookAt => "what to look at",
            VisitForm => "the site visit form",
            MprnCreated => "the MPRN created",
            Reason => "a reason",
            Remarks => "remarks",
            DaysPassed => "the days have passed",
            HolderDisabled => "the holder was disabled",
            SecondsNotPassed => "within 30 seconds, and nothing done since",
        }
    }
}

impl Tell {
    pub fn words(self) -> &'static str {
        match self {
            NewHolder => "the new holder",
            FormerHolder => "the former holder",
            Originator => "the originator",
            WhoAsked => "the CDSP agent who asked",
            NetworkSupervisors => "the network's supervisors",
            Supervisors => "the supervisors there",
            WhoWasTold => "who was told of it",
        }
    }
}

impl TransitionRule {
    /// The row in words: action, from → to, who, needs, tells. Help page and README print these.
    pub fn in_words(&self) -> [String; 5] {
        let list = |words: Vec<&str>| if words.is_empty() { "–".to_owned() } else { words.join(", ") };
        let paths = self.paths.iter().map(|(from, to)| {
            from.map_or_else(|| format!("→ {}", to.code()), |from| format!("{} → {}", from.code(), to.code()))
        });
        [
            self.action.label().to_owned(),
            paths.collect::<Vec<_>>().join(", "),
            self.who.words().to_owned(),
            list(self.needs.iter().map(|need| need.words()).collect()),
            list(self.tells.iter().map(|tell| tell.words()).collect()),
        ]
    }
}
