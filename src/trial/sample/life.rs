//! A life in the sample story: whose contact it is, where, what the matter is, between which days, and what happens.
//!
//! Days are working days before today. Every life begins by being logged; words are read in their order:
//!
//! | | |
//! | --- | --- |
//! | `again` | first word: logged as PSC of the contact in the row above |
//! | `take` `give` | a CDSP agent takes it; the CDSP's supervisor gives it to one |
//! | `move` `put` | the supervisor moves it to the other agent; its agent puts it back into the queue |
//! | `ask` `answer` `fix` | clarification; its answer; an answer that corrects the details |
//! | `drop` `pick` | the originator returns the clarification; a colleague takes it |
//! | `silence` | nobody answers, and the system closes it |
//! | `visit` `go` `swap` | site visit sent; the network's supervisor gives it to an agent, and to another |
//! | `see` `miss` | the visit is answered: as found, or no access |
//! | `add` `note` | the raiser adds a remark; who has it writes a note for its colleagues |
//! | `valid` `invalid` `withdraw` | the end |

/// Raiser, network, case, first and last day, and what happens.
pub type Life<Case> = (&'static str, &'static str, Case, u32, u32, &'static str);

/// Something that happens to a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Log,
    Again,
    Take,
    Give,
    Move,
    Put,
    Ask,
    Answer,
    Fix,
    Drop,
    Pick,
    Silence,
    Visit,
    Go,
    Swap,
    See,
    Miss,
    Add,
    Note,
    Valid,
    Invalid,
    Withdraw,
}

/// The steps of a life, from the first.
pub fn steps(script: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = script.split_whitespace().map(step).collect();
    if steps.first() != Some(&Step::Again) {
        steps.insert(0, Step::Log);
    }
    steps
}

fn step(word: &str) -> Step {
    use Step::{
        Add, Again, Answer, Ask, Drop, Fix, Give, Go, Invalid, Miss, Move, Note, Pick, Put, See, Silence, Swap, Take,
        Valid, Visit, Withdraw,
    };
    match word {
        "again" => Again,
        "take" => Take,
        "give" => Give,
        "move" => Move,
        "put" => Put,
        "ask" => Ask,
        "answer" => Answer,
        "fix" => Fix,
        "drop" => Drop,
        "pick" => Pick,
        "silence" => Silence,
        "visit" => Visit,
        "go" => Go,
        "swap" => Swap,
        "see" => See,
        "miss" => Miss,
        "add" => Add,
        "note" => Note,
        "valid" => Valid,
        "invalid" => Invalid,
        "withdraw" => Withdraw,
        // the plot is part of the program, and a test plays it
        _ => unreachable!("the plot has no word {word}"),
    }
}
