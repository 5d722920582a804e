//! The table itself: one row for each action, which the compiler asks for.

use super::Action::{self, *};
use super::Status::{self, *};
use Need::*;
use Tell::*;
use Who::*;

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
    /// who logged it
    Originator,
    /// a member of an organisation that sees it
    Reader,
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
    Outcome,
    Reason,
    Remarks,
    RemarkOrFiles,
    Text,
    Once,
    DaysPassed,
    HolderDisabled,
    SecondsNotPassed,
}

/// Who hears of an action; nobody hears of an own act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tell {
    NewHolder,
    FormerHolder,
    /// where that is somebody of another organisation
    HolderElsewhere,
    Originator,
    WhoAsked,
    NetworkSupervisors,
    Supervisors,
    WhoWasTold,
    Named,
}

/// One row of the law.
#[derive(Debug, Clone, Copy)]
pub struct TransitionRule {
    pub action: Action,
    /// pairs of from and to; `None` is "not there yet"
    pub paths: &'static [(Option<Status>, Status)],
    pub who: Who,
    pub needs: &'static [Need],
    pub tells: &'static [Tell],
}

const ASSIGNED: &[(Option<Status>, Status)] = &[(Some(Aaca), Atca), (Some(Svdn), Svda), (Some(Dcrs), Dcaa)];
const KEPT: &[(Option<Status>, Status)] = &[(Some(Atca), Atca), (Some(Svda), Svda), (Some(Dcaa), Dcaa)];
const RETURNED: &[(Option<Status>, Status)] = &[(Some(Atca), Aaca), (Some(Svda), Svdn), (Some(Dcaa), Dcrs)];

const OPEN: &[(Option<Status>, Status)] = &[
    (Some(Aaca), Aaca),
    (Some(Atca), Atca),
    (Some(Svdn), Svdn),
    (Some(Svda), Svda),
    (Some(Dcrs), Dcrs),
    (Some(Dcaa), Dcaa),
];
const ANY: &[(Option<Status>, Status)] = &[
    (Some(Aaca), Aaca),
    (Some(Atca), Atca),
    (Some(Svdn), Svdn),
    (Some(Svda), Svda),
    (Some(Dcrs), Dcrs),
    (Some(Dcaa), Dcaa),
    (Some(Ccva), Ccva),
    (Some(Cciv), Cciv),
];

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

/// All rows, in the order of [`Action::ALL`].
pub const LIFECYCLE: [TransitionRule; Action::ALL.len()] = {
    let mut rows = [Action::ALL[0].rule(); Action::ALL.len()];
    let mut at = 1;
    while at < rows.len() {
        rows[at] = Action::ALL[at].rule();
        at += 1;
    }
    rows
};

impl Action {
    /// The action's row of the law.
    #[rustfmt::skip]
    pub const fn rule(self) -> TransitionRule {
        match self {
            // action                       from → to                                      who                 needs                    tells
            Log                 => self.row(&[(None, Aaca)],                               Raiser,             &[Form],                 &[]),
            Assign              => self.row(ASSIGNED,                                      Member,             &[Colleague],            &[NewHolder]),
            Reassign            => self.row(KEPT,                                          HolderOrSupervisor, &[Colleague],            &[NewHolder, FormerHolder]),
            Return              => self.row(RETURNED,                                      HolderOrSupervisor, &[],                     &[FormerHolder]),
            SendClarification   => self.row(&[(Some(Atca), Dcrs)],                         Holder,             &[Question],             &[Tell::Originator]),
            Allocate            => self.row(&[(Some(Dcrs), Dcaa)],                         System,             &[],                     &[]),
            AnswerClarification => self.row(&[(Some(Dcaa), Aaca)],                         Holder,             &[Answer],               &[WhoAsked]),
            SendVisit           => self.row(&[(Some(Atca), Svdn)],                         Holder,             &[Network, WhatToLookAt], &[NetworkSupervisors]),
            AnswerVisit         => self.row(&[(Some(Svda), Aaca)],                         Holder,             &[VisitForm],            &[WhoAsked]),
            ResolveValid        => self.row(&[(Some(Atca), Ccva)],                         Holder,             &[Outcome],          &[Tell::Originator]),
            ResolveInvalid      => self.row(&[(Some(Atca), Cciv)],                         Holder,             &[Reason, Remarks],      &[Tell::Originator]),
            Withdraw            => self.row(&[(Some(Aaca), Cciv)],                         Who::Originator,    &[],                     &[]),
            CloseNoReply        => self.row(&[(Some(Dcrs), Cciv), (Some(Dcaa), Cciv)],     System,             &[DaysPassed],           &[Tell::Originator, FormerHolder]),
            Release             => self.row(RETURNED,                                      System,             &[HolderDisabled],       &[Supervisors]),
            Undo                => self.row(UNDONE,                                        Author,             &[SecondsNotPassed],     &[WhoWasTold]),
            LogPsc              => self.row(&[(Some(Cciv), Cciv)],                         RaisingMember,      &[Form, Once],           &[]),
            Add                 => self.row(OPEN,                                          RaisingMember,      &[RemarkOrFiles],        &[HolderElsewhere]),
            Note                => self.row(ANY,                                           Reader,             &[Text],                 &[Named]),
        }
    }

    const fn row(
        self,
        paths: &'static [(Option<Status>, Status)],
        who: Who,
        needs: &'static [Need],
        tells: &'static [Tell],
    ) -> TransitionRule {
        TransitionRule { action: self, paths, who, needs, tells }
    }
}

impl Need {
    /// Whoever acts must give it; the others are facts about the contact, which the writer or its caller looks up.
    pub fn is_given(self) -> bool {
        match self {
            Form | Colleague | Question | Answer | Network | WhatToLookAt | VisitForm | Outcome | Reason | Remarks
            | RemarkOrFiles | Text => true,
            Once | DaysPassed | HolderDisabled | SecondsNotPassed => false,
        }
    }
}
