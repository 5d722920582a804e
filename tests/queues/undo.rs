//! Undo: an assign, a reassign or a return is taken back by its author, within its seconds, unless somebody has acted
//! since; and always as new events.

use cms::clock::Clock;
use cms::contacts::journal::{Input, Refused};
use cms::contacts::lifecycle::{Action, Actor, Latest, Position, Refusal, Status, decide};
use time::Duration;

use crate::world::{Page, Person, World};

/// What the banner offers to undo.
fn offered(page: &Page) -> Vec<String> {
    page.attributes(".app-undo input[name='tick']", "value")
}

async fn undo(by: &mut Person, ticks: &[String]) -> Page {
    let mut fields = vec![("back", "/queues/organisation?view=all")];
    fields.extend(ticks.iter().map(|tick| ("tick", tick.as_str())));
    let done = by.post("/queues/undo", &fields).await;
    assert_eq!(done.status, 303, "{}", done.text());
    by.get(&done.location()).await
}

async fn actions(world: &World, crn: &str) -> Vec<String> {
    sqlx::query_scalar(
        "select e.action from contact_event e join contact c on c.id = e.contact_id where c.crn = $1 order by e.version",
    )
    .bind(crn)
    .fetch_all(world.owner())
    .await
    .unwrap()
}

#[tokio::test]
async fn each_of_the_three_goes_back_to_where_it_came_from_and_stays_in_the_history() {
    let world = World::new().await;
    let (waiting, held) = (world.contact_at(Status::Aaca).await, world.contact_at(Status::Atca).await);
    let mut agent = world.sign_in("cdsp.agent").await;
    let other = world.colleague("cdsp.agent2").await;
    for (crn, act, fields, before) in [
        (&waiting, "assign", vec![("colleague", other.as_str())], "AACA"),
        (&held, "reassign", vec![("colleague", other.as_str())], "ATCA"),
        (&held, "return", vec![], "ATCA"),
    ] {
        let holder = world.holder(crn).await;
        world.must(&mut agent, crn, act, &fields).await;
        let page = agent.get(&format!("/contacts/{crn}")).await;
        let ticks = offered(&page);
        assert_eq!(ticks, [world.tick(crn).await], "{act}");
        assert!(offered(&agent.get(&format!("/contacts/{crn}")).await).is_empty(), "it is offered once");
        let after = undo(&mut agent, &ticks).await;
        assert_eq!(after.all(".govuk-notification-banner__heading"), ["1 contact put back as before"], "{act}");
        assert!(offered(&after).is_empty(), "an undo is not undone");
        assert_eq!((world.status(crn).await.as_str(), world.holder(crn).await), (before, holder), "{act}");
    }
    assert_eq!(actions(&world, &waiting).await, ["log", "assign", "undo"]);
    assert_eq!(actions(&world, &held).await, ["log", "assign", "reassign", "undo", "return", "undo"]);
    let page = agent.get(&format!("/contacts/{waiting}")).await;
    assert!(page.text().contains("Undone: back in the organisation queue of"), "{}", page.text());
    // who was told of the assign is told that it was undone
    let told: Vec<String> = sqlx::query_scalar(
        "select n.about from notification n join contact c on c.id = n.contact_id where c.crn = $1 order by n.id",
    )
    .bind(&waiting)
    .fetch_all(world.owner())
    .await
    .unwrap();
    assert_eq!(told, ["assign", "undo"]);
    let mut told = world.sign_in("cdsp.agent2").await;
    assert!(told.get("/notifications").await.text().contains("is no longer yours: giving it to you was undone"));
}

#[tokio::test]
async fn what_somebody_acted_on_since_stays_row_by_row() {
    let world = World::new().await;
    let rows = [world.contact_at(Status::Aaca).await, world.contact_at(Status::Aaca).await];
    let mut agent = world.sign_in("cdsp.agent").await;
    let other = world.colleague("cdsp.agent2").await;
    let mut fields = vec![
        ("act".to_owned(), "assign".to_owned()),
        ("colleague".to_owned(), other),
        ("back".to_owned(), "/queues/organisation?view=all".to_owned()),
    ];
    for crn in &rows {
        fields.push(("tick".to_owned(), world.tick(crn).await));
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let done = agent.post("/queues/organisation/act", &fields).await;
    let ticks = offered(&agent.get(&done.location()).await);
    assert_eq!(ticks.len(), 2);
    world.record("cdsp.agent2", &rows[0], Input::SendClarification("Which plot?")).await.unwrap();
    let page = undo(&mut agent, &ticks).await;
    assert_eq!(page.all(".govuk-notification-banner__heading"), ["1 contact put back as before. 1 was not"]);
    assert_eq!((world.status(&rows[0]).await, world.status(&rows[1]).await), ("DCAA".to_owned(), "AACA".to_owned()));
    // not the author, and a stranger to the contact
    for account in ["cdsp.agent2", "alder.agent"] {
        let mut person = world.sign_in(account).await;
        let page = undo(&mut person, &[world.tick(&rows[1]).await]).await;
        assert_eq!(page.all(".govuk-notification-banner__heading"), ["Nothing was put back as before"], "{account}");
    }
}

#[tokio::test]
async fn after_thirty_seconds_it_is_too_late() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Aaca).await;
    let start = Clock::System.now();
    let id = world.person_id("cdsp.agent").await;
    let at = |seconds| World::on(world.url.clone(), |_| {}, Clock::At(start + Duration::seconds(seconds)));
    at(0).await.record("cdsp.agent", &crn, Input::Assign(id)).await.unwrap();
    let late = at(31).await.record("cdsp.agent", &crn, Input::Undo).await;
    assert!(matches!(late, Err(Refused::Law(Refusal::NotFromHere))), "{late:?}");
    at(30).await.record("cdsp.agent", &crn, Input::Undo).await.unwrap();
    assert_eq!(world.status(&crn).await, "AACA");
}

#[test]
fn the_law_of_undo_for_every_latest_event() {
    let me = Actor::Person { id: 1, organisation: Some(9), raises: false, supervisor: true };
    for action in Action::ALL {
        for from in Status::ALL {
            for status in Status::ALL {
                for (actor, seconds_ago) in [(Some(1), 0), (Some(1), 30), (Some(1), 31), (Some(2), 5), (None, 5)] {
                    let latest = Latest { action, actor, from: Some(from), seconds_ago };
                    let standing = Position {
                        status: Some(status),
                        raised_by: 5,
                        originator: 1,
                        with_org: (!status.is_closed()).then_some(9),
                        holder: status.is_held().then_some(1),
                        has_psc: false,
                        withdrawn: false,
                        latest: Some(latest),
                    };
                    let decided = decide(Action::Undo, &standing, me);
                    let undoable = matches!(action, Action::Assign | Action::Reassign | Action::Return);
                    let same_party = status.party() == from.party() && !status.is_closed();
                    let may = undoable
                        && same_party
                        && actor == Some(1)
                        && seconds_ago <= 30
                        && (status.is_held() || from.is_held());
                    assert_eq!(decided.is_ok(), may, "{action:?} {from:?} → {status:?} by {actor:?}");
                    assert!(decided.is_err() || decided == Ok(from));
                    // where nothing can be put back, that is said of the contact and not of who asks
                    assert!(!status.is_closed() || decided == Err(Refusal::NotFromHere), "{action:?} → {status:?}");
                }
            }
        }
    }
}
