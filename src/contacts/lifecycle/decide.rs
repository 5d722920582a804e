//! The one gate that every action passes: whether it is lawful for this contact, now, by this person.

use super::Action::{self, *};
use super::Who::{self, *};
use super::{Status, TransitionRule, UNDO_SECONDS, UNDOABLE};

/// Where a contact is when somebody acts on it.
#[derive(Debug, Clone)]
pub struct Position {
    /// `None`: it is being logged
    pub status: Option<Status>,
    pub raised_by: i64,
    pub originator: i64,
    pub with_org: Option<i64>,
    pub holder: Option<i64>,
    /// a PSC was logged for it already
    pub has_psc: bool,
    /// its originator took it back
    pub withdrawn: bool,
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
    let rule = action.rule();
    if action == Undo {
        return undo(&rule, position, actor);
    }
    let path = rule.paths.iter().find(|(from, _)| *from == position.status);
    let Some((_, to)) = path else { return Err(Refusal::NotFromHere) };
    if action == LogPsc && (position.has_psc || position.withdrawn) {
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
        Originator => organisation == Some(position.raised_by) && id == position.originator,
        // who does not see it has no position to ask about
        Reader => organisation.is_some(),
        Author => there && position.latest.is_some_and(|latest| latest.actor == Some(id)),
        System => false,
    }
}

/// Whether the contact can be given to this colleague: any but the present holder.
pub fn may_receive(position: &Position, colleague: i64) -> bool {
    position.holder != Some(colleague)
}

/// What this person may do from here, in the order of the table.
pub fn offers(position: &Position, actor: Actor) -> Vec<Action> {
    Action::ALL.into_iter().filter(|action| decide(*action, position, actor).is_ok()).collect()
}
