//! The law, held against the design's words, against Postgres, and against every kind of actor.

use cms::contacts::lifecycle::Action::{self, *};
use cms::contacts::lifecycle::Status::{self, *};
use cms::contacts::lifecycle::{Actor, LIFECYCLE, Position, Refusal, decide, offers};

use crate::world::World;

const ALL: [Action; 15] = [
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
];
const CDSP: i64 = 1;
const RAISER: i64 = 2;
const NETWORK: i64 = 3;
const RIVAL: i64 = 4;
const HOLDER: i64 = 100;

/// Who may ask, by where they belong.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Holder,
    Supervisor,
    Colleague,
    Raiser,
    RivalShipper,
    OtherCdsp,
    Facilitator,
    System,
}

fn there(status: Option<Status>) -> Option<i64> {
    match status? {
        Aaca | Atca => Some(CDSP),
        Svdn | Svda => Some(NETWORK),
        Dcrs | Dcaa => Some(RAISER),
        Ccva | Cciv => None,
    }
}

fn position(status: Option<Status>) -> Position {
    let held = status.is_some_and(Status::is_held);
    Position {
        status,
        raised_by: RAISER,
        with_org: there(status),
        holder: held.then_some(HOLDER),
        has_psc: false,
        latest: None,
    }
}

fn actor(kind: Kind, status: Option<Status>) -> Actor {
    let here = there(status).unwrap_or(CDSP);
    let person = |id, organisation: i64, supervisor| Actor::Person {
        id,
        organisation: Some(organisation),
        raises: organisation != CDSP,
        supervisor,
    };
    match kind {
        Kind::Holder => person(HOLDER, here, false),
        Kind::Supervisor => person(101, here, true),
        Kind::Colleague => person(102, here, false),
        Kind::Raiser => person(103, RAISER, false),
        Kind::RivalShipper => person(104, RIVAL, true),
        Kind::OtherCdsp => person(105, CDSP, true),
        Kind::Facilitator => Actor::Person { id: 106, organisation: None, raises: false, supervisor: false },
        Kind::System => Actor::System,
    }
}

/// The design's table once more, written the other way round: may this kind of person do this here?
fn may(action: Action, status: Option<Status>, kind: Kind) -> bool {
    use Kind::*;
    let Some(at) = status else {
        return action == Log && !matches!(kind, Facilitator | System | OtherCdsp) && raises(kind, status);
    };
    let is_there = match kind {
        Kind::Holder | Supervisor | Colleague => there(status).is_some(),
        Raiser => matches!(at, Dcrs | Dcaa),
        OtherCdsp => matches!(at, Aaca | Atca),
        RivalShipper | Facilitator | System => false,
    };
    let is_supervisor_there = is_there && matches!(kind, Supervisor | OtherCdsp);
    let is_holder = kind == Kind::Holder && at.is_held();
    match action {
        // nothing is known that could be undone
        Log | Undo => false,
        Assign => is_there && matches!(at, Aaca | Svdn | Dcrs),
        Reassign | Return => at.is_held() && (is_holder || is_supervisor_there),
        SendClarification | SendVisit | ResolveValid | ResolveInvalid => at == Atca && is_holder,
        AnswerClarification => at == Dcaa && is_holder,
        AnswerVisit => at == Svda && is_holder,
        Allocate => at == Dcrs && kind == System,
        CloseNoReply => matches!(at, Dcrs | Dcaa) && kind == System,
        Release => at.is_held() && kind == System,
        LogPsc => at == Cciv && matches!(kind, Raiser),
    }
}

fn raises(kind: Kind, status: Option<Status>) -> bool {
    matches!(actor(kind, status), Actor::Person { raises: true, .. })
}

#[test]
fn every_action_from_every_status_by_every_kind_of_actor() {
    use Kind::*;
    let kinds = [Kind::Holder, Supervisor, Colleague, Raiser, RivalShipper, OtherCdsp, Facilitator, System];
    let statuses: Vec<Option<Status>> = std::iter::once(None).chain(Status::ALL.map(Some)).collect();
    let mut allowed = 0;
    for action in ALL {
        for &status in &statuses {
            for kind in kinds {
                let decided = decide(action, &position(status), actor(kind, status));
                assert_eq!(decided.is_ok(), may(action, status, kind), "{action:?} from {status:?} by {kind:?}");
                allowed += usize::from(decided.is_ok());
            }
        }
    }
    assert_eq!(allowed, 40, "pairs that the law allows among these actors");
}

#[test]
fn what_is_not_possible_from_here_is_told_from_what_is_not_yours() {
    let stranger = actor(Kind::RivalShipper, Some(Atca));
    assert_eq!(decide(ResolveValid, &position(Some(Atca)), stranger), Err(Refusal::NotYours));
    assert_eq!(decide(ResolveValid, &position(Some(Ccva)), stranger), Err(Refusal::NotFromHere));
}

#[test]
fn a_contact_is_logged_again_once() {
    let raiser = actor(Kind::Raiser, Some(Cciv));
    let closed = position(Some(Cciv));
    assert_eq!(offers(&closed, raiser), [LogPsc]);
    assert!(offers(&Position { has_psc: true, ..closed }, raiser).is_empty());
}

#[test]
fn every_action_has_one_row_and_no_two_rows_share_a_path() {
    for action in ALL {
        assert_eq!(LIFECYCLE.iter().filter(|rule| rule.action == action).count(), 1, "{action:?}");
        assert_eq!(action.rule().action, action);
        assert_eq!(Action::parse(action.slug()), Some(action));
        let mut froms: Vec<_> = action.rule().paths.iter().map(|(from, _)| *from).collect();
        froms.dedup();
        assert_eq!(froms.len(), action.rule().paths.len());
    }
    assert_eq!(LIFECYCLE.len(), ALL.len());
}

#[tokio::test]
async fn rust_and_postgres_hold_the_same_law() {
    let world = World::new().await;
    let mut ours: Vec<(String, String, String)> = LIFECYCLE
        .iter()
        .flat_map(|rule| {
            rule.paths.iter().map(|(from, to)| {
                (rule.action.slug().to_owned(), from.map_or("NEW", Status::code).to_owned(), to.code().to_owned())
            })
        })
        .collect();
    let mut theirs: Vec<(String, String, String)> =
        sqlx::query_as("select action, from_status, to_status from contact_transition")
            .fetch_all(world.owner())
            .await
            .unwrap();
    ours.sort();
    theirs.sort();
    assert_eq!(ours, theirs);

    let names: Vec<(String, String)> =
        sqlx::query_as("select code, name from contact_status order by code").fetch_all(world.owner()).await.unwrap();
    let mut known: Vec<(String, String)> =
        Status::ALL.iter().map(|status| (status.code().to_owned(), status.name().to_owned())).collect();
    known.sort();
    assert_eq!(names, known);
}
