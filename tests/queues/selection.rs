//! What is ticked is kept by the server for each person and list: over pages, over another browser, without script.

use cms::contacts::lifecycle::Status;

use crate::world::{Page, World};

fn ticked(page: &Page) -> Vec<String> {
    page.attributes("input[data-queue-row][checked]", "value")
}

#[tokio::test]
async fn ticks_survive_paging_and_are_acted_on_together() {
    let world = World::new().await;
    for _ in 0..30 {
        world.contact_at(Status::Aaca).await;
    }
    let mut agent = world.sign_in("cdsp.agent").await;
    let first = agent.get("/queues/organisation?size=25").await;
    let (tick, shown) = (first.attributes("input[data-queue-row]", "value"), first.input("shown"));
    let back = first.input("back");
    let go = first.other_page("next").unwrap();
    // the pager is a button of the form, so that the ticks go along
    let fields = [("back", back.as_str()), ("shown", &shown), ("go", &go), ("tick", &tick[0]), ("tick", &tick[3])];
    let turned = agent.post("/queues/organisation/ticks", &fields).await;
    assert_eq!(turned.location(), go);
    let second = agent.get(&go).await;
    assert!(ticked(&second).is_empty());
    assert_eq!(second.all(".app-bar__count")[0], "2 selected, 2 on other pages");
    // in another browser, on another order of the same list, they are there
    let mut elsewhere = world.sign_in("cdsp.agent").await;
    let sorted = elsewhere.get("/queues/organisation?size=100&sort=-received").await;
    assert_eq!(ticked(&sorted).len(), 2);
    // but not in another list, nor for somebody else
    assert!(ticked(&agent.get("/queues/organisation?with=nobody&size=100").await).is_empty());
    let mut other = world.sign_in("cdsp.agent2").await;
    assert!(ticked(&other.get("/queues/organisation?size=100").await).is_empty());

    // one more from the second page, one of the first taken off, and all of them are acted on
    let on_second = second.attributes("input[data-queue-row]", "value");
    let fields =
        [("act", "mine"), ("back", &second.input("back")), ("shown", &second.input("shown")), ("tick", &on_second[1])];
    let done = agent.post("/queues/organisation/act", &fields).await;
    let page = agent.get(&done.location()).await;
    assert_eq!(page.all(".govuk-notification-banner__heading"), ["3 contacts assigned to you"]);
    assert!(
        ticked(&agent.get("/queues/organisation?size=100").await).is_empty(),
        "what was acted on is ticked no more"
    );
}

#[tokio::test]
async fn a_page_takes_off_what_it_showed_and_sends_no_more() {
    let world = World::new().await;
    let crns = [world.contact_at(Status::Aaca).await, world.contact_at(Status::Aaca).await];
    let mut agent = world.sign_in("cdsp.agent").await;
    let list = agent.get("/queues/organisation?view=all").await;
    let (back, shown) = (list.input("back"), list.input("shown"));
    let ticks: Vec<String> = crns.iter().map(|crn| format!("{crn}.1")).collect();
    let both = [("back", back.as_str()), ("shown", &shown), ("tick", &ticks[0]), ("tick", &ticks[1])];
    agent.post("/queues/organisation/ticks", &both).await;
    assert_eq!(ticked(&agent.get("/queues/organisation?view=all").await).len(), 2);
    agent.post("/queues/organisation/ticks", &both[..3]).await;
    assert_eq!(ticked(&agent.get("/queues/organisation?view=all").await), [ticks[0].clone()]);
    agent.post("/queues/organisation/ticks", &[("back", &back), ("clear", "yes")]).await;
    assert!(ticked(&agent.get("/queues/organisation?view=all").await).is_empty());
    let outside = [("back", back.as_str()), ("shown", ""), ("go", "//elsewhere.example/queues/")];
    assert_eq!(agent.post("/queues/organisation/ticks", &outside).await.location(), "/queues/organisation?view=all");
    let bad = [("back", back.as_str()), ("shown", ""), ("tick", "nonsense")];
    assert_eq!(agent.post("/queues/organisation/ticks", &bad).await.status, 400);
}

#[tokio::test]
async fn more_than_two_hundred_are_refused_and_nothing_is_done() {
    let world = World::new().await;
    let mut agent = world.sign_in("cdsp.agent").await;
    let ticks: Vec<String> = (0..201).map(|n| format!("C{n:09}.1")).collect();
    let mut fields = vec![("act", "mine"), ("back", "/queues/organisation?view=all"), ("shown", "")];
    fields.extend(ticks.iter().map(|tick| ("tick", tick.as_str())));
    let page = agent.post("/queues/organisation/act", &fields).await;
    assert_eq!(
        (page.status.as_u16(), page.error("results")),
        (422, "Select at most 200 contacts: 201 are ticked".into())
    );
}
