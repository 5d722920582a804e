//! The law: which action moves a contact from where to where, who may, what it needs and whom it tells.
//!
//! Everything else follows this one table: the actions a page offers, what the writer accepts, the help page and
//! its diagram, the table in the README, and the rows that Postgres holds (a test keeps all of them equal).
//! It knows no web and no database.

use Action::*;
use Need::*;
use Status::*;
use Tell::*;
use Who::*;

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
    CloseNoReply,
    Release,
    Undo,
    LogPsc,
}

/// Who may take an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    /// a member of a Shipper, DN or IGT
    Raiser,
    /// any member of the organisation that holds the contact
    Member,
    /// the person who holds it, and nobody else
    Holder,
    /// the holder, or a supervisor of the same organisation
    HolderOrSupervisor,
    /// a member of the organisation that raised it
    RaisingMember,
    /// who did what is to be undone
    Author,
    System,
}

/// What an action needs to be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Need {
    Form,
    Colleague,
    Question,
    Answer,
    Network,
    WhatToLookAt,
    VisitForm,
    MprnCreated,
    Reason,
    Remarks,
    DaysPassed,
    HolderDisabled,
    SecondsNotPassed,
}

/// Who hears of an action; nobody hears of an own act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tell {
    NewHolder,
    FormerHolder,
    Originator,
    WhoAsked,
    NetworkSupervisors,
    Supervisors,
    WhoWasTold,
}

/// One row of the law.
#[derive(Debug)]
pub struct TransitionRule {
    pub action: Action,
    /// pairs of from and to; `None` is "not there yet"
    pub paths: &'static [(Option<Status>, Status)],
    pub who: Who,
    pub needs: &'static [Need],
    pub tells: &'static [Tell],
}

const fn row(
    action: Action,
    paths: &'static [(Option<Status>, Status)],
    who: Who,
    needs: &'static [Need],
    tells: &'static [Tell],
) -> TransitionRule {
    TransitionRule { action, paths, who, needs, tells }
}

const ASSIGNED: &[(Option<Status>, Status)] = &[(Some(Aaca), Atca), (Some(Svdn), Svda), (Some(Dcrs), Dcaa)];
const KEPT: &[(Option<Status>, Status)] = &[(Some(Atca), Atca), (Some(Svda), Svda), (Some(Dcaa), Dcaa)];
const RETURNED: &[(Option<Status>, Status)] = &[(Some(Atca), Aaca), (Some(Svda), Svdn), (Some(Dcaa), Dcrs)];

/// Back from where an assign, a reassign or a return has led.
const UNDONE: &[(Option<Status>, Status)] = &[
    (Some(Atca), Aaca),
    (Some(Svda), Svdn),
    (Some(Dcaa), Dcrs),
    (Some(Atca), Atca),
    (Some(Svda), Svda),
    (Some(Dcaa), Dcaa),
    (Some(Aaca), Atca),
    (Some(Svdn), Svda),
    (Some(Dcrs), Dcaa),
];
/// What can be undone.
pub const UNDOABLE: [Action; 3] = [Assign, Reassign, Return];
/// For how many seconds.
pub const UNDO_SECONDS: i64 = 30;

#[rustfmt::skip]
pub const LIFECYCLE: &[TransitionRule] = &[
    //  action               from → to                                      who                 needs                    tells
    row(Log,                 &[(None, Aaca)],                               Raiser,             &[Form],                 &[]),
    row(Assign,              ASSIGNED,                                      Member,             &[Colleague],            &[NewHolder]),
    row(Reassign,            KEPT,                                          HolderOrSupervisor, &[Colleague],            &[NewHolder, FormerHolder]),
    row(Return,              RETURNED,                                      HolderOrSupervisor, &[],                     &[FormerHolder]),
    row(SendClarification,   &[(Some(Atca), Dcrs)],                         Holder,             &[Question],             &[Originator]),
    row(Allocate,            &[(Some(Dcrs), Dcaa)],                         System,             &[],                     &[]),
    row(AnswerClarification, &[(Some(Dcaa), Aaca)],                         Holder,             &[Answer],               &[WhoAsked]),
    row(SendVisit,           &[(Some(Atca), Svdn)],                         Holder,             &[Network, WhatToLookAt], &[NetworkSupervisors]),
    row(AnswerVisit,         &[(Some(Svda), Aaca)],                         Holder,             &[VisitForm],            &[WhoAsked]),
    row(ResolveValid,        &[(Some(Atca), Ccva)],                         Holder,             &[MprnCreated],          &[Originator]),
    row(ResolveInvalid,      &[(Some(Atca), Cciv)],                         Holder,             &[Reason, Remarks],      &[Originator]),
    row(CloseNoReply,        &[(Some(Dcrs), Cciv), (Some(Dcaa), Cciv)],     System,             &[DaysPassed],           &[Originator, FormerHolder]),
    row(Release,             RETURNED,                                      System,             &[HolderDisabled],       &[Supervisors]),
    row(Undo,                UNDONE,                                        Author,             &[SecondsNotPassed],     &[WhoWasTold]),
    row(LogPsc,              &[(Some(Cciv), Cciv)],                         RaisingMember,      &[Form],                 &[]),
];

/// Where a contact is when somebody acts on it.
#[derive(Debug, Clone)]
pub struct Position {
    /// `None`: it is being logged
    pub status: Option<Status>,
    pub raised_by: i64,
    pub with_org: Option<i64>,
    pub holder: Option<i64>,
    /// a PSC was logged for it already
    pub has_psc: bool,
    /// what happened to it last; known only where that is to be undone
    pub latest: Option<Latest>,
}

/// The latest event of a contact, as it matters for taking it back.
#[derive(Debug, Clone, Copy)]
pub struct Latest {
    pub action: Action,
    pub actor: Option<i64>,
    /// where the contact stood before, and goes back to
    pub from: Option<Status>,
    pub seconds_ago: i64,
}

/// Who acts.
#[derive(Debug, Clone, Copy)]
pub enum Actor {
    Person { id: i64, organisation: Option<i64>, raises: bool, supervisor: bool },
    System,
}

/// Why an action was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// the table has no such move from here (409)
    NotFromHere,
    /// the move exists, but is not this person's (403)
    NotYours,
}

/// The one gate: every change of a contact's status passes here. Answers the status it leads to.
pub fn decide(action: Action, position: &Position, actor: Actor) -> Result<Status, Refusal> {
    let rule = LIFECYCLE.iter().find(|rule| rule.action == action).ok_or(Refusal::NotFromHere)?;
    if action == Undo {
        return undo(rule, position, actor);
    }
    let path = rule.paths.iter().find(|(from, _)| *from == position.status);
    let Some((_, to)) = path else { return Err(Refusal::NotFromHere) };
    if action == LogPsc && position.has_psc {
        return Err(Refusal::NotFromHere);
    }
    if may(rule.who, position, actor) { Ok(*to) } else { Err(Refusal::NotYours) }
}

/// Undoing leads back to where the latest event came from, for its author, while its seconds last.
fn undo(rule: &TransitionRule, position: &Position, actor: Actor) -> Result<Status, Refusal> {
    let latest = position.latest.filter(|latest| UNDOABLE.contains(&latest.action)).ok_or(Refusal::NotFromHere)?;
    let path = rule.paths.iter().find(|(from, to)| *from == position.status && Some(*to) == latest.from);
    let Some((_, to)) = path else { return Err(Refusal::NotFromHere) };
    if !may(rule.who, position, actor) {
        return Err(Refusal::NotYours);
    }
    if (0..=UNDO_SECONDS).contains(&latest.seconds_ago) { Ok(*to) } else { Err(Refusal::NotFromHere) }
}

fn may(who: Who, position: &Position, actor: Actor) -> bool {
    let Actor::Person { id, organisation, raises, supervisor } = actor else { return who == System };
    let there = organisation.is_some() && organisation == position.with_org;
    match who {
        Raiser => raises,
        Member => there,
        Holder => there && position.holder == Some(id),
        HolderOrSupervisor => there && (supervisor || position.holder == Some(id)),
        RaisingMember => organisation == Some(position.raised_by),
        Author => there && position.latest.is_some_and(|latest| latest.actor == Some(id)),
        System => false,
    }
}

/// Who may be given the contact: any colleague, but a holder doesn't hand it to self, nor anyone to who has it.
pub fn may_receive(position: &Position, colleague: i64) -> bool {
    position.holder != Some(colleague)
}

/// What this person may do from here, in the order of the table.
pub fn offers(position: &Position, actor: Actor) -> Vec<Action> {
    LIFECYCLE.iter().map(|rule| rule.action).filter(|action| decide(*action, position, actor).is_ok()).collect()
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

    pub fn name(self) -> &'static str {
        match self {
            Aaca => "Awaiting allocation to CDSP agent",
            Atca => "Allocated to CDSP agent",
            Svdn => "Site visit sent to Distribution Network",
            Svda => "Site visit allocated to Distribution Network agent",
            Dcrs => "Data clarification sent to raising stakeholder",
            Dcaa => "Data clarification allocated to agent",
            Ccva => "Contact closed as valid",
            Cciv => "Contact closed as invalid",
        }
    }

    /// What it means, in a plain sentence.
    pub fn means(self) -> &'static str {
        match self {
            Aaca => "The contact waits in the CDSP's organisation queue for an agent to take it.",
            Atca => "A CDSP agent has the contact and is looking into it.",
            Svdn => "The network has been asked to look at the site and has yet to give the visit to an agent.",
            Svda => "An agent of the network has the site visit.",
            Dcrs => "The CDSP has a question; it waits in the raising organisation's queue for somebody to take it.",
            Dcaa => "The CDSP has a question; somebody of the raising organisation has it to answer.",
            Ccva => "The contact was found right: the MPRN has been created.",
            Cciv => "The contact was found wrong or could not be settled. The raiser may log it again as a PSC.",
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
            CloseNoReply => "close-no-reply",
            Release => "release",
            Undo => "undo",
            LogPsc => "log-psc",
        }
    }

    /// As it is written on the control that does it.
    pub fn label(self) -> &'static str {
        match self {
            Log => "Log a contact",
            Assign => "Assign",
            Reassign => "Reassign",
            Return => "Return to organisation queue",
            SendClarification => "Send data clarification",
            Allocate => "Allocate to originator",
            AnswerClarification => "Answer data clarification",
            SendVisit => "Send site visit",
            AnswerVisit => "Answer site visit",
            ResolveValid => "Resolve as valid",
            ResolveInvalid => "Resolve as invalid",
            CloseNoReply => "Close for no reply",
            Release => "Release",
            Undo => "Undo",
            LogPsc => "Log PSC",
        }
    }

    pub fn parse(slug: &str) -> Option<Action> {
        LIFECYCLE.iter().map(|rule| rule.action).find(|action| action.slug() == slug)
    }

    pub fn rule(self) -> &'static TransitionRule {
        let at = LIFECYCLE.iter().position(|rule| rule.action == self);
        // every action has its row: a test walks them all
        &LIFECYCLE[at.unwrap_or(0)]
    }
}
