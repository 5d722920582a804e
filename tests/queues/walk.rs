//! Previous and Next on a contact's page walk the list as it was when the contact was opened from it.

use cms::contacts::journal::Input;
use cms::contacts::lifecycle::Status;

use crate::world::{Page, World};

fn step(page: &Page, which: &str) -> Option<String> {
    page.attributes(&format!(".app-walk a[rel='{which}']"), "href").pop()
}

#[tokio::test]
async fn the_list_is_walked_as_it_was_while_others_take_from_it() {
    let world = World::new().await;
    for _ in 0..6 {
        world.contact_at(Status::Aaca).await;
    }
    let mut agent = world.sign_in("cdsp.agent").await;
    let list = agent.get("/queues/organisation?with=nobody").await;
    let order = list.all("table.app-queue tbody th");
    let opens = list.attributes("[data-queue-open]", "href");
    let opened = agent.get(&opens[2]).await;
    assert_eq!(opened.location(), format!("/contacts/{}", order[2]), "one address for each contact");
    // others take the next two, and a new one arrives
    let me = world.person_id("cdsp.agent2").await;
    for crn in &order[3..5] {
        world.record("cdsp.agent2", crn, Input::Assign(me)).await.unwrap();
    }
    world.contact_at(Status::Aaca).await;
    let (mut there, mut at) = (vec![order[2].clone()], opened.location());
    let mut page = agent.get_from("/queues/organisation?with=nobody", &at).await;
    assert!(page.all(".app-walk")[0].contains("Organisation queue: Unassigned"));
    while let Some(next) = step(&page, "next") {
        there.push(next.trim_start_matches("/contacts/").to_owned());
        page = agent.get_from(&at, &next).await;
        at = next;
    }
    assert_eq!(there, order[2..]);
    let mut back = Vec::new();
    while let Some(previous) = step(&page, "prev") {
        back.push(previous.trim_start_matches("/contacts/").to_owned());
        page = agent.get_from(&at, &previous).await;
        at = previous;
    }
    back.reverse();
    assert_eq!(back, order[..5]);
    // an act on the way doesn't end the walk
    world.take(&mut agent, &order[0], "cdsp.agent").await;
    let first = format!("/contacts/{}", order[0]);
    assert!(step(&agent.get_from(&format!("{first}/assign"), &first).await, "next").is_some());
    // it is one's own
    let mut other = world.sign_in("cdsp.agent2").await;
    assert!(step(&other.get_from(&first, &first).await, "next").is_none());
}

#[tokio::test]
async fn the_way_back_comes_from_where_one_came_from_now() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Aaca).await;
    let mut agent = world.sign_in("cdsp.agent").await;
    let list = agent.get("/queues/all?status=AACA").await;
    let contact = agent.get(&list.attributes("[data-queue-open]", "href")[0]).await.location();
    assert_eq!(contact, format!("/contacts/{crn}"));
    let back = |page: &Page| page.attributes(".govuk-back-link", "href").pop();
    for (before, way_back) in [
        ("/queues/all?status=AACA", Some("/queues/all?status=AACA")),
        (&*contact, Some("/queues/all?status=AACA")),
        ("/notifications", Some("/notifications")),
        ("/", Some("/")),
        ("/workload?x=y", Some("/workload")),
        ("/queues/mine?view=all", None),
        ("/contacts/C000000000", None),
        ("/help", None),
    ] {
        assert_eq!(back(&agent.get_from(before, &contact).await).as_deref(), way_back, "{before}");
    }
    assert_eq!(back(&agent.get(&contact).await), None, "by its address");
}

#[tokio::test]
async fn a_list_that_is_not_ones_own_can_not_be_walked() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Aaca).await;
    let mut raiser = world.sign_in("alder.agent").await;
    for (query, status) in [
        ("list=%2Fqueues%2Fall%3Fview%3Dall&at=1", 404),
        ("list=nonsense&at=1", 400),
        ("list=%2Fqueues%2Fraised%3Fview%3Dall&at=nonsense", 400),
        ("list=%2Fqueues%2Fraised%3Fview%3Dall&at=1", 303),
    ] {
        assert_eq!(raiser.get(&format!("/contacts/{crn}?{query}")).await.status, status, "{query}");
    }
    let mut rival = world.sign_in("birch.agent").await;
    let stolen = format!("/contacts/{crn}?list=%2Fqueues%2Fraised%3Fview%3Dall&at=1");
    assert_eq!(rival.get(&stolen).await.status, 404);
}
