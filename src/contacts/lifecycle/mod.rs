//! The law: which action moves a contact from where to where, who may, what it needs and whom it tells.
//!
//! Everything else follows its one table ([`LIFECYCLE`]): the actions a page offers, what the writer accepts, the help
//! page and its diagram, the table in the README, and the rows that Postgres holds (a test keeps all of them equal).
//! It knows no web and no database.

mod decide;
mod table;

use Action::*;
use Status::*;

pub use self::decide::{Actor, Latest, Position, Refusal, decide, may_receive, offers};
pub use self::table::{LIFECYCLE, Need, Tell, TransitionRule, UNDO_SECONDS, UNDOABLE, Who};

/// Where a contact stands. The codes and names are the industry's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    Aaca,
    Atca,
    Svdn,
    Svda,
    Dcrs,
    Dcaa,
    Ccva,
    Cciv,
}

/// What can be done to a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    Log,
    Assign,
    Reassign,
    Return,
    SendClarification,
    Allocate,
    AnswerClarification,
    SendVisit,
    AnswerVisit,
    ResolveValid,
    ResolveInvalid,
    Withdraw,
    CloseNoReply,
    Release,
    Undo,
    LogPsc,
    Add,
    Note,
}

/// Who acts next where a contact stands so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party {
    Cdsp,
    Network,
    Raiser,
    Nobody,
}

impl Status {
    pub const ALL: [Status; 8] = [Aaca, Atca, Svdn, Svda, Dcrs, Dcaa, Ccva, Cciv];

    pub fn code(self) -> &'static str {
        match self {
            Aaca => "AACA",
            Atca => "ATCA",
            Svdn => "SVDN",
            Svda => "SVDA",
            Dcrs => "DCRS",
            Dcaa => "DCAA",
            Ccva => "CCVA",
            Cciv => "CCIV",
        }
    }

    pub fn party(self) -> Party {
        match self {
            Aaca | Atca => Party::Cdsp,
            Svdn | Svda => Party::Network,
            Dcrs | Dcaa => Party::Raiser,
            Ccva | Cciv => Party::Nobody,
        }
    }

    /// An agent has it, rather than the organisation's queue.
    pub fn is_held(self) -> bool {
        matches!(self, Atca | Svda | Dcaa)
    }

    pub fn is_closed(self) -> bool {
        matches!(self, Ccva | Cciv)
    }

    pub fn parse(code: &str) -> Option<Status> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }
}

impl Action {
    /// In the order in which pages offer them.
    pub const ALL: [Action; 18] = [
        Log,
        Assign,
        Reassign,
        Return,
        SendClarification,
        Allocate,
        AnswerClarification,
        SendVisit,
        AnswerVisit,
        ResolveValid,
        ResolveInvalid,
        Withdraw,
        CloseNoReply,
        Release,
        Undo,
        LogPsc,
        Add,
        Note,
    ];

    /// As it is written in addresses and in the history table.
    pub fn slug(self) -> &'static str {
        match self {
            Log => "log",
            Assign => "assign",
            Reassign => "reassign",
            Return => "return",
            SendClarification => "send-clarification",
            Allocate => "allocate",
            AnswerClarification => "answer-clarification",
            SendVisit => "send-visit",
            AnswerVisit => "answer-visit",
            ResolveValid => "resolve-valid",
            ResolveInvalid => "resolve-invalid",
            Withdraw => "withdraw",
            CloseNoReply => "close-no-reply",
            Release => "release",
            Undo => "undo",
            LogPsc => "log-psc",
            Add => "add",
            Note => "note",
        }
    }

    /// Whether it is an event of the contact's history. A note is its organisation's own, and no event.
    pub fn is_event(self) -> bool {
        self != Note
    }

    /// Whether it can change where the contact stands or who has it. What is added or noted leaves it where it is.
    pub fn moves(self) -> bool {
        !matches!(self, Add | Note)
    }

    pub fn parse(slug: &str) -> Option<Action> {
        Self::ALL.into_iter().find(|action| action.slug() == slug)
    }
}
