//! The sample data of each contact type, asked of its own folder.

use fastrand::Rng;
use time::{Date, OffsetDateTime};

use super::mnc;
use super::sample::life::{Life, Step};
use super::sample::register::Street;
use super::sample::site::StorySite;
use super::sample::words::CaseWords;
use crate::contacts::fields::Details;
use crate::contacts::fields::outcome::Outcome;
use crate::contacts::fields::question::Answers;
use crate::contacts::types::ContactType;

/// What is the matter with a site, by contact type.
#[derive(Debug, Clone, Copy)]
pub enum Case {
    Mnc(mnc::Case),
}

/// The lives of the story, type by type.
pub fn lives() -> Vec<Life<Case>> {
    let of = |contact_type: &ContactType| match contact_type {
        ContactType::Mnc => mnc::LIVES.iter().map(|life| with(life, Case::Mnc)).collect::<Vec<_>>(),
    };
    ContactType::ALL.iter().flat_map(of).collect()
}

fn with<C: Copy>(life: &Life<C>, case: fn(C) -> Case) -> Life<Case> {
    let (raiser, network, of_type, first, last, script) = *life;
    (raiser, network, case(of_type), first, last, script)
}

/// Cases of those that fill a queue.
pub fn fresh() -> Vec<Case> {
    let of = |contact_type: &ContactType| match contact_type {
        ContactType::Mnc => mnc::FRESH.iter().copied().map(Case::Mnc).collect::<Vec<_>>(),
    };
    ContactType::ALL.iter().flat_map(of).collect()
}

impl Case {
    pub fn words(self) -> CaseWords {
        match self {
            Case::Mnc(case) => case.words(),
        }
    }

    /// Whether it can be the case of a site in this street.
    pub fn fits(self, street: &Street) -> bool {
        match self {
            Case::Mnc(case) => mnc::fits(case, street),
        }
    }

    /// A site in this street, with everything that its raiser fills in on this day.
    pub fn site(self, rng: &mut Rng, street: &Street, raiser: &str, logged: Date) -> StorySite {
        match self {
            Case::Mnc(case) => mnc::site(rng, street, case, raiser, logged),
        }
    }

    /// The same site logged again, with what is new of it.
    pub fn again(self, rng: &mut Rng, before: &StorySite, new: &StorySite) -> StorySite {
        match self {
            Case::Mnc(case) => mnc::again(rng, case, before, new),
        }
    }

    /// The details as an answer corrects them.
    pub fn corrected(self, rng: &mut Rng, details: &Details) -> Details {
        match self {
            Case::Mnc(_) => mnc::corrected(rng, details),
        }
    }

    /// What the network's form says.
    pub fn findings(self, rng: &mut Rng, site: &StorySite, step: Step, at: OffsetDateTime) -> Answers {
        match self {
            Case::Mnc(case) => mnc::findings(rng, case, site, step, at),
        }
    }

    /// What the n-th life comes to if it is valid.
    pub fn outcome(self, n: u64) -> Outcome {
        match self {
            Case::Mnc(_) => mnc::outcome(n),
        }
    }
}
