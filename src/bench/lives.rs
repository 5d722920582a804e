//! The lives that contacts of the benchmark lead, as steps of the lifecycle.

use fastrand::Rng;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
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

impl Step {
    pub fn slug(self) -> &'static str {
        match self {
            Step::Log => "log",
            Step::Assign => "assign",
            Step::Return => "return",
            Step::Visit => "send-visit",
            Step::AnswerVisit => "answer-visit",
            Step::Ask => "send-clarification",
            Step::Allocate => "allocate",
            Step::AnswerAsk => "answer-clarification",
            Step::Valid => "resolve-valid",
            Step::Invalid => "resolve-invalid",
        }
    }
}

#[derive(Debug)]
pub struct Path {
    pub steps: Vec<Step>,
}

const VISIT: [Step; 4] = [Step::Visit, Step::Assign, Step::AnswerVisit, Step::Assign];
const ASK: [Step; 4] = [Step::Ask, Step::Allocate, Step::AnswerAsk, Step::Assign];

impl Path {
    /// Six events on average; open ones break off at one of the six open statuses.
    pub fn draw(rng: &mut Rng, is_open: bool) -> Path {
        let mut steps = vec![Step::Log, Step::Assign];
        if is_open {
            // half of what is open was asked about before
            if rng.bool() {
                steps.extend(ASK);
            }
            match rng.u8(..100) {
                0..=35 => steps.extend([Step::Return]),
                36..=59 => {}
                60..=73 => steps.push(Step::Visit),
                74..=86 => steps.extend([Step::Visit, Step::Assign]),
                87..=92 => steps.push(Step::Ask),
                _ => steps.extend([Step::Ask, Step::Allocate]),
            }
            return Path { steps };
        }
        match rng.u8(..100) {
            0..=34 => {}
            35..=69 => steps.extend(VISIT),
            70..=87 => steps.extend(ASK),
            _ => {
                steps.extend(ASK);
                steps.extend(VISIT);
            }
        }
        steps.push(if rng.u8(..10) < 8 { Step::Valid } else { Step::Invalid });
        Path { steps }
    }

    /// A contact that went to and fro five hundred times.
    pub fn long() -> Path {
        let mut steps = vec![Step::Log];
        steps.extend([Step::Assign, Step::Return].into_iter().cycle().take(499));
        Path { steps }
    }
}
