//! The law, held against the design's words, against Postgres, and against every kind of actor.

use cms::contacts::fields::outcome::Outcome;
use cms::contacts::journal::{Input, Logged};
use cms::contacts::lifecycle::Action::{self, *};
use cms::contacts::lifecycle::Status::{self, *};
use cms::contacts::lifecycle::{
    Actor, LIFECYCLE, Latest, Need, Position, Refusal, TransitionRule, UNDO_SECONDS, decide, may_receive, offers,
};
use cms::trade::Mprn;

use crate::world::{World, lives};

const CDSP: i64 = 1;
const RAISER: i64 = 2;
const NETWORK: i64 = 3;
const RIVAL: i64 = 4;
const HOLDER: i64 = 100;
const ORIGINATOR: i64 = 107;

/// Who may ask, by where they belong.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Holder,
    Supervisor,
    Colleague,
    Raiser,
    /// who logged it
    Originator,
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
        originator: ORIGINATOR,
        with_org: there(status),
        holder: held.then_some(HOLDER),
        has_psc: false,
        withdrawn: false,
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
        Kind::Originator => person(ORIGINATOR, RAISER, false),
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
        Raiser | Originator => matches!(at, Dcrs | Dcaa),
        OtherCdsp => matches!(at, Aaca | Atca),
        RivalShipper | Facilitator | System => false,
    };
    let is_supervisor_there = is_there && matches!(kind, Supervisor | OtherCdsp);
    // while it is the raiser's turn, whoever is there is of the raiser's
    let of_raiser = matches!(kind, Raiser | Originator)
        || (matches!(at, Dcrs | Dcaa) && matches!(kind, Kind::Holder | Supervisor | Colleague));
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
        Withdraw => at == Aaca && kind == Originator,
        LogPsc => at == Cciv && of_raiser,
        Add => !at.is_closed() && of_raiser,
        Note => !matches!(kind, Facilitator | System),
    }
}

fn raises(kind: Kind, status: Option<Status>) -> bool {
    matches!(actor(kind, status), Actor::Person { raises: true, .. })
}

fn kinds() -> [Kind; 9] {
    use Kind::*;
    [Kind::Holder, Supervisor, Colleague, Raiser, Originator, RivalShipper, OtherCdsp, Facilitator, System]
}

#[test]
fn every_action_from_every_status_by_every_kind_of_actor() {
    let statuses: Vec<Option<Status>> = std::iter::once(None).chain(Status::ALL.map(Some)).collect();
    let mut allowed = 0;
    for action in Action::ALL {
        for &status in &statuses {
            for kind in kinds() {
                let decided = decide(action, &position(status), actor(kind, status));
                assert_eq!(decided.is_ok(), may(action, status, kind), "{action:?} from {status:?} by {kind:?}");
                allowed += usize::from(decided.is_ok());
            }
        }
    }
    assert_eq!(allowed, 118, "pairs that the law allows among these actors");
}

#[test]
fn each_action_leads_to_where_its_row_says() {
    for rule in LIFECYCLE.iter().filter(|rule| rule.action != Undo) {
        for &(from, to) in rule.paths {
            let able = kinds().into_iter().filter(|kind| may(rule.action, from, *kind));
            let led: Vec<_> = able.map(|kind| decide(rule.action, &position(from), actor(kind, from))).collect();
            assert!(!led.is_empty() && led.iter().all(|led| *led == Ok(to)), "{:?} {from:?}: {led:?}", rule.action);
        }
        let elsewhere = |at: &Status| rule.paths.iter().all(|(from, _)| *from != Some(*at));
        for at in Status::ALL.into_iter().filter(elsewhere) {
            let led = decide(rule.action, &position(Some(at)), actor(Kind::Holder, Some(at)));
            assert_eq!(led, Err(Refusal::NotFromHere), "{:?} {at:?}", rule.action);
        }
    }
}

#[test]
fn what_is_undone_goes_back_to_where_it_came_from_for_its_author_in_time() {
    let decided = |latest: Latest, at, who| decide(Undo, &Position { latest: Some(latest), ..position(Some(at)) }, who);
    for rule in LIFECYCLE.iter().filter(|rule| rule.action.is_event()) {
        for &(from, at) in rule.paths {
            let author = actor(Kind::Colleague, Some(at));
            let latest = Latest { action: rule.action, actor: Some(102), from, seconds_ago: 0 };
            let back = match (rule.action, from) {
                (Assign | Reassign | Return, Some(from)) => Ok(from),
                _ => Err(Refusal::NotFromHere),
            };
            assert_eq!(decided(latest, at, author), back, "{latest:?} {at:?}");
            for who in [Kind::Holder, Kind::Supervisor, Kind::System, Kind::RivalShipper] {
                let refused = if back.is_ok() { Refusal::NotYours } else { Refusal::NotFromHere };
                assert_eq!(decided(latest, at, actor(who, Some(at))), Err(refused), "{latest:?} {at:?} {who:?}");
            }
            for (seconds_ago, is_in_time) in [(UNDO_SECONDS, true), (UNDO_SECONDS + 1, false), (-1, false)] {
                let led = decided(Latest { seconds_ago, ..latest }, at, author);
                assert_eq!(led, if is_in_time { back } else { Err(Refusal::NotFromHere) }, "{latest:?} {seconds_ago}");
            }
            let elsewhere = Latest { from: Some(Ccva), ..latest };
            assert_eq!(decided(elsewhere, at, author), Err(Refusal::NotFromHere), "{elsewhere:?} {at:?}");
        }
    }
}

#[test]
fn who_has_gone_to_another_organisation_takes_no_contact_along() {
    let gone = |id, organisation| Actor::Person { id, organisation, raises: true, supervisor: true };
    for (action, at, id) in [(ResolveValid, Atca, HOLDER), (Return, Svda, HOLDER), (Withdraw, Aaca, ORIGINATOR)] {
        assert_eq!(decide(action, &position(Some(at)), gone(id, Some(RIVAL))), Err(Refusal::NotYours), "{action:?}");
    }
    let latest = Some(Latest { action: Assign, actor: Some(102), from: Some(Aaca), seconds_ago: 0 });
    let assigned = Position { latest, ..position(Some(Atca)) };
    assert_eq!(decide(Undo, &assigned, gone(102, Some(RIVAL))), Err(Refusal::NotYours));
    // who belongs nowhere is no member of where nothing is
    let nowhere = Position { with_org: None, ..position(Some(Aaca)) };
    assert_eq!([None, Some(CDSP)].map(|of| decide(Assign, &nowhere, gone(106, of))), [Err(Refusal::NotYours); 2]);
    let held = position(Some(Atca));
    assert!(!may_receive(&held, HOLDER) && may_receive(&held, 102) && may_receive(&position(Some(Aaca)), HOLDER));
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
    assert_eq!(offers(&closed, raiser), [LogPsc, Note]);
    assert_eq!(offers(&Position { has_psc: true, ..closed }, raiser), [Note]);
}

#[test]
fn a_withdrawn_contact_is_not_logged_again() {
    let withdrawn = Position { withdrawn: true, ..position(Some(Cciv)) };
    for kind in [Kind::Originator, Kind::Raiser] {
        let actor = actor(kind, Some(Cciv));
        assert_eq!(decide(LogPsc, &withdrawn, actor), Err(Refusal::NotFromHere));
        assert_eq!(offers(&withdrawn, actor), [Note]);
    }
}

#[test]
fn every_action_has_its_row_and_no_row_has_a_path_twice() {
    let law = include_str!("../../src/contacts/lifecycle/mod.rs");
    let variants = law.split("pub enum Action {").nth(1).unwrap().split('}').next().unwrap();
    assert_eq!(variants.lines().filter(|line| line.ends_with(',')).count(), Action::ALL.len());
    for (at, action) in Action::ALL.into_iter().enumerate() {
        assert_eq!((LIFECYCLE[at].action, action.rule().action), (action, action));
        assert_eq!(Action::parse(action.slug()), Some(action));
        let mut froms: Vec<_> = action.rule().paths.iter().map(|(from, _)| *from).collect();
        froms.dedup();
        assert_eq!(froms.len(), action.rule().paths.len());
    }
}

#[test]
fn an_input_carries_what_its_row_needs() {
    let details = lives::details();
    let logged = Logged { details: &details, ldz: "NE", form_key: "", psc_of: None };
    let inputs = [
        Input::Assign(1),
        Input::Reassign(1),
        Input::Return,
        Input::SendClarification(""),
        Input::Allocate,
        lives::answered(""),
        Input::SendVisit { network: 1, look_at: "" },
        lives::visited(),
        Input::ResolveValid(Outcome::Created(Mprn::from_body(90_000_000))),
        Input::ResolveInvalid { reason: "", remarks: "" },
        Input::Withdraw(""),
        Input::CloseNoReply,
        Input::Release,
        Input::Undo,
        Input::LogPsc(&logged),
        Input::Add(""),
    ];
    let needs =
        |action: Action| -> Vec<Need> { action.rule().needs.iter().copied().filter(|need| need.is_given()).collect() };
    for input in &inputs {
        assert_eq!(input.needs(), needs(input.action()), "{input:?}");
    }
    // logging has a writer of its own, which takes the form, and so has a note, which takes its text
    let known: Vec<Action> = std::iter::once(Log).chain(inputs.iter().map(Input::action)).chain([Note]).collect();
    assert_eq!(known, Action::ALL);
    assert_eq!((needs(Log), needs(Note)), (vec![Need::Form], vec![Need::Text]));
}

#[tokio::test]
async fn rust_and_postgres_hold_the_same_law() {
    let world = World::new().await;
    // what is no event has no move for Postgres to hold: a note, which it keeps elsewhere
    let events = |rule: &&TransitionRule| rule.action.is_event();
    assert_eq!(Action::ALL.into_iter().filter(|action| !action.is_event()).collect::<Vec<_>>(), [Note]);
    let mut ours: Vec<(String, String, String)> = LIFECYCLE
        .iter()
        .filter(events)
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
