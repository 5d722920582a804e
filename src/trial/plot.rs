//! The plot of the sample story: whose contact it is, where, what the matter is, between which days, and what happens.
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
//! | `valid` `invalid` | the end |

use super::words::Case::{
    self, Dead, Estate, Exists, Flat, Found, NewBuild, NoService, Plot, Relaid, Serial, Unclear, Unit, Withdrawn,
};

/// Raiser, network, matter, first and last day, and what happens.
pub type PlotLine = (&'static str, &'static str, Case, u32, u32, &'static str);

#[rustfmt::skip]
pub const LIVES: &[PlotLine] = &[
    // AACA: new, and back from an answer
    ("ALD", "CAD", NewBuild,   1,  1, ""),
    ("ALD", "NGN", Flat,       1,  1, ""),
    ("BIR", "SGN", NewBuild,   1,  1, ""),
    ("BIR", "WWU", Unit,       2,  2, ""),
    ("CED", "CAD", Found,      2,  2, ""),
    ("DAL", "DAL", NewBuild,   1,  1, ""),
    ("NGN", "NGN", Found,      3,  3, ""),
    ("CED", "WWU", NewBuild,   5,  5, ""),
    ("ALD", "NGN", Relaid,     9,  2, "take ask answer"),
    ("BIR", "CAD", Flat,      12,  1, "take ask fix"),
    ("CED", "SGN", Found,     16,  1, "take visit go see"),
    ("ALD", "WWU", Unit,      21,  3, "take visit go miss"),
    ("BIR", "NGN", NewBuild,   6,  4, "take put"),
    ("DAL", "CAD", Found,     14,  2, "give ask fix"),
    // ATCA: with a CDSP agent
    ("ALD", "CAD", Found,      2,  1, "take"),
    ("ALD", "NGN", Exists,     3,  2, "take"),
    ("BIR", "WWU", NewBuild,   1,  1, "take"),
    ("BIR", "SGN", Plot,       4,  3, "give"),
    ("CED", "NGN", Unit,       6,  5, "take"),
    ("CED", "CAD", Serial,     2,  1, "give"),
    ("DAL", "DAL", NewBuild,   3,  1, "take move"),
    ("SGN", "SGN", Relaid,     5,  2, "give"),
    ("ALD", "SGN", Found,     18,  1, "take visit go see take"),
    ("BIR", "CAD", Dead,      22,  1, "take ask answer take visit go see take"),
    ("CED", "WWU", Flat,      24,  2, "take visit go miss give"),
    ("ALD", "CAD", Unclear,   11,  1, "take ask fix take"),
    ("DAL", "NGN", Estate,    13,  2, "give visit go see take"),
    // SVDN: waiting at a network
    ("ALD", "CAD", NewBuild,   4,  2, "take visit"),
    ("CED", "CAD", Unit,       7,  5, "take visit"),
    ("BIR", "CAD", Found,     16, 12, "give visit"),
    ("ALD", "NGN", Found,      3,  1, "take visit"),
    ("CED", "NGN", Flat,       9,  6, "take ask answer take visit"),
    ("NGN", "NGN", NewBuild,   6,  3, "take visit"),
    ("BIR", "SGN", Relaid,    15, 13, "take visit"),
    ("CED", "SGN", NewBuild,   4,  2, "give visit"),
    ("ALD", "WWU", NoService,  5,  3, "take visit"),
    ("BIR", "WWU", Found,     20,  2, "take visit go miss take visit"),
    ("ALD", "DAL", Estate,     6,  4, "take visit"),
    ("CED", "DAL", NewBuild,  14, 11, "take visit"),
    // SVDA: with an agent of the network
    ("ALD", "CAD", Flat,       9,  4, "take visit go"),
    ("BIR", "CAD", Unit,      20, 11, "take visit go"),
    ("CED", "NGN", Found,      8,  3, "give visit go"),
    ("BIR", "NGN", NewBuild,  17, 11, "take visit go swap"),
    ("ALD", "SGN", Unit,      10,  2, "take visit go"),
    ("CED", "SGN", NoService, 26,  2, "take visit go miss take visit go"),
    ("BIR", "WWU", Flat,       7,  2, "take visit go"),
    ("ALD", "WWU", NewBuild,  12,  3, "take ask answer take visit go"),
    ("BIR", "DAL", Estate,     8,  2, "give visit go"),
    ("CED", "DAL", Found,      9,  1, "take visit go"),
    // DCRS: a clarification waits in its raiser's queue
    ("ALD", "CAD", NewBuild,   6,  2, "take ask drop"),
    ("ALD", "NGN", Unclear,   12,  7, "take ask drop"),
    ("BIR", "SGN", Found,      5,  1, "take ask drop"),
    ("BIR", "WWU", Exists,    11,  8, "give ask drop"),
    ("CED", "CAD", Flat,       7,  3, "take ask drop"),
    ("CED", "NGN", NewBuild,  15, 10, "take ask drop"),
    ("DAL", "DAL", Unclear,    4,  1, "take ask drop"),
    ("DAL", "DAL", Found,     10,  7, "give ask drop"),
    // DCAA: somebody of the raiser has it
    ("ALD", "WWU", Unclear,    4,  2, "take ask"),
    ("ALD", "SGN", Found,     13,  9, "give ask"),
    ("ALD", "CAD", NewBuild,   9,  3, "take ask drop pick"),
    ("BIR", "NGN", Plot,       3,  1, "take ask"),
    ("BIR", "CAD", Serial,    12, 10, "take ask"),
    ("CED", "SGN", Dead,       5,  3, "take ask"),
    ("CED", "WWU", Unit,      16, 13, "give ask"),
    ("DAL", "DAL", NewBuild,   2,  1, "take ask"),
    ("DAL", "CAD", Found,     14,  8, "take visit go see take ask"),
    // CCVA: closed as valid
    ("ALD", "CAD", NewBuild,  30, 22, "take visit go see take valid"),
    ("ALD", "NGN", Found,     24, 18, "take ask answer take valid"),
    ("ALD", "SGN", Flat,      15,  9, "take valid"),
    ("BIR", "WWU", Unit,      28, 15, "give visit go see take valid"),
    ("BIR", "CAD", NewBuild,  12,  6, "take ask fix take valid"),
    ("BIR", "NGN", Relaid,    38, 20, "take visit go miss take visit go see take valid"),
    ("CED", "SGN", Found,     26, 12, "take visit go see take valid"),
    ("CED", "WWU", NewBuild,   8,  4, "take valid"),
    ("DAL", "DAL", NewBuild,  20, 10, "take visit go see take valid"),
    ("WWU", "WWU", Found,     18,  7, "give valid"),
    ("CED", "NGN", Unit,      10,  2, "take ask answer take valid"),
    // CCIV: closed as invalid
    ("ALD", "CAD", Exists,    16, 11, "take invalid"),
    ("BIR", "SGN", Plot,      14,  8, "take ask answer take invalid"),
    ("CED", "NGN", Serial,     9,  5, "take invalid"),
    ("ALD", "WWU", Estate,    25, 14, "take visit go see take invalid"),
    ("BIR", "CAD", NoService, 27, 13, "take visit go see take invalid"),
    ("CED", "SGN", Unclear,   19, 10, "take ask answer take invalid"),
    ("DAL", "NGN", Dead,      11,  6, "give invalid"),
    ("CED", "WWU", Withdrawn, 13,  9, "take invalid"),
    ("ALD", "NGN", Unclear,   30, 29, "take ask silence"),
    // a chain: closed, logged again, closed again, logged again and open
    ("BIR", "NGN", Unclear,   34, 28, "take invalid"),
    ("BIR", "NGN", Plot,      25, 17, "again take ask answer take invalid"),
    ("BIR", "NGN", Found,     11,  2, "again take visit go see take"),
];

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
    Valid,
    Invalid,
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
        Again, Answer, Ask, Drop, Fix, Give, Go, Invalid, Miss, Move, Pick, Put, See, Silence, Swap, Take, Valid, Visit,
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
        "valid" => Valid,
        "invalid" => Invalid,
        // the plot is part of the program, and a test plays it
        _ => unreachable!("the plot has no word {word}"),
    }
}
