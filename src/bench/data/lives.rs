//! The lives that contacts of the benchmark lead, as steps of the lifecycle.

use fastrand::Rng;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LifeStep {
    Log,
    Assign,
    Return,
    Visit,
    AnswerVisit,
    Ask,
    Allocate,
    AnswerAsk,
    Valid,
    Invalid,
}

impl LifeStep {
    pub fn slug(self) -> &'static str {
        match self {
            LifeStep::Log => "log",
            LifeStep::Assign => "assign",
            LifeStep::Return => "return",
            LifeStep::Visit => "send-visit",
            LifeStep::AnswerVisit => "answer-visit",
            LifeStep::Ask => "send-clarification",
            LifeStep::Allocate => "allocate",
            LifeStep::AnswerAsk => "answer-clarification",
            LifeStep::Valid => "resolve-valid",
            LifeStep::Invalid => "resolve-invalid",
        }
    }
}

#[derive(Debug)]
pub struct Life {
    pub steps: Vec<LifeStep>,
}

const VISIT: [LifeStep; 4] = [LifeStep::Visit, LifeStep::Assign, LifeStep::AnswerVisit, LifeStep::Assign];
const ASK: [LifeStep; 4] = [LifeStep::Ask, LifeStep::Allocate, LifeStep::AnswerAsk, LifeStep::Assign];

impl Life {
    /// Seven events on average, a visit in four of five; open ones break off at one of the six open statuses.
    pub fn draw(rng: &mut Rng, is_open: bool) -> Life {
        let mut steps = vec![LifeStep::Log, LifeStep::Assign];
        if is_open {
            // of what is open half was asked about before, and half visited
            if rng.bool() {
                steps.extend(ASK);
            }
            if rng.bool() {
                steps.extend(VISIT);
            }
            match rng.u8(..100) {
                0..=35 => steps.extend([LifeStep::Return]),
                36..=59 => {}
                60..=73 => steps.push(LifeStep::Visit),
                74..=86 => steps.extend([LifeStep::Visit, LifeStep::Assign]),
                87..=92 => steps.push(LifeStep::Ask),
                _ => steps.extend([LifeStep::Ask, LifeStep::Allocate]),
            }
            return Life { steps };
        }
        match rng.u8(..100) {
            0..=9 => {}
            10..=79 => steps.extend(VISIT),
            80..=89 => steps.extend(ASK),
            _ => {
                steps.extend(ASK);
                steps.extend(VISIT);
            }
        }
        steps.push(if rng.u8(..10) < 8 { LifeStep::Valid } else { LifeStep::Invalid });
        Life { steps }
    }

    /// An agent took it and left it lying.
    pub fn forgotten() -> Life {
        Life { steps: vec![LifeStep::Log, LifeStep::Assign] }
    }

    /// A contact that went to and fro five hundred times.
    pub fn long() -> Life {
        let mut steps = vec![LifeStep::Log];
        steps.extend([LifeStep::Assign, LifeStep::Return].into_iter().cycle().take(499));
        Life { steps }
    }
}
