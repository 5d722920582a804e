//! What is ticked is kept by the server for each session and list: over pages, without script, until somebody acts on it.

use cms::contacts::journal::Input;
use cms::contacts::lifecycle::Status;
use sqlx::Executor;

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
    // on another order of the same list they are there
    let sorted = agent.get("/queues/organisation?size=100&sort=-received").await;
    assert_eq!(ticked(&sorted).len(), 2);
    // but not in another browser, where somebody else may sit at the same account
    let mut elsewhere = world.sign_in("cdsp.agent").await;
    assert!(ticked(&elsewhere.get("/queues/organisation?size=100").await).is_empty());
    // nor in another list, nor for somebody else
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
    let mut ticks = Vec::new();
    for crn in &crns {
        ticks.push(world.tick(crn).await);
    }
    let both = [("back", back.as_str()), ("shown", &shown), ("tick", &ticks[0]), ("tick", &ticks[1])];
    agent.post("/queues/organisation/ticks", &both).await;
    assert_eq!(ticked(&agent.get("/queues/organisation?view=all").await).len(), 2);
    agent.post("/queues/organisation/ticks", &both[..3]).await;
    assert_eq!(ticked(&agent.get("/queues/organisation?view=all").await), [ticks[0].clone()]);
    agent.post("/queues/organisation/ticks", &[("back", &back), ("clear", "yes")]).await;
    assert!(ticked(&agent.get("/queues/organisation?view=all").await).is_empty());
    // a tick that is put back is no form that was sent twice
    let once = ("once", "0123456789abcdef0123456789abcdef");
    for (tick, is_ticked) in [(&ticks[0], true), (&String::new(), false), (&ticks[0], true)] {
        let mut fields = vec![("back", back.as_str()), ("shown", &shown), once];
        fields.extend((!tick.is_empty()).then_some(("tick", tick.as_str())));
        agent.post("/queues/organisation/ticks", &fields).await;
        assert_eq!(!ticked(&agent.get("/queues/organisation?view=all").await).is_empty(), is_ticked);
    }
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

#[tokio::test]
async fn ticks_that_come_after_the_act_are_dropped() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Aaca).await;
    let tick = world.tick(&crn).await;
    let mut agent = world.sign_in("cdsp.agent").await;
    let fields = [("back", "/queues/organisation?view=all"), ("shown", crn.as_str()), ("tick", tick.as_str())];
    let act = [("act", "mine"), fields[0], fields[1], fields[2]];
    agent.post("/queues/organisation/act", &act).await;
    // the page that was left for the act sends what was ticked on it
    agent.post("/queues/organisation/ticks", &fields).await;
    let list = agent.get("/queues/organisation?view=all").await;
    assert_eq!(list.all(".govuk-notification-banner__heading"), ["1 contact assigned to you"]);
    assert!(ticked(&list).is_empty(), "{:?}", ticked(&list));
    assert_eq!(list.all(".app-bar__count"), [""]);
}

#[tokio::test]
async fn what_has_left_the_list_is_ticked_no_more_when_it_returns() {
    let world = World::new().await;
    let crns = [world.contact_at(Status::Aaca).await, world.contact_at(Status::Aaca).await];
    let mut agent = world.sign_in("cdsp.agent").await;
    let list = "/queues/organisation?with=nobody";
    let shown = crns.join(",");
    let mut fields = vec![("back", list.to_owned()), ("shown", shown)];
    for crn in &crns {
        fields.push(("tick", world.tick(crn).await));
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    agent.post("/queues/organisation/ticks", &fields).await;
    assert_eq!(agent.get(list).await.all(".app-bar__count"), ["2 selected"]);
    let other = world.person_id("cdsp.agent2").await;
    world.record("cdsp.agent2", &crns[0], Input::Assign(other)).await.unwrap();
    assert_eq!(agent.get(list).await.all(".app-bar__count"), ["1 selected"]);
    world.record("cdsp.agent2", &crns[0], Input::Return).await.unwrap();
    let page = agent.get(list).await;
    assert_eq!((page.all(".app-bar__count"), ticked(&page).len()), (vec!["1 selected".to_owned()], 1));
}

#[tokio::test]
async fn ticks_end_with_their_session() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Aaca).await;
    let tick = world.tick(&crn).await;
    let mut agent = world.sign_in("cdsp.agent").await;
    let fields = [("back", "/queues/organisation?view=all"), ("shown", crn.as_str()), ("tick", tick.as_str())];
    agent.post("/queues/organisation/ticks", &fields).await;
    assert_eq!(ticked(&agent.get("/queues/organisation?view=all").await), [tick]);
    agent.post("/sign-out", &[]).await;
    let left: i64 = sqlx::query_scalar("select count(*) from selection").fetch_one(world.owner()).await.unwrap();
    assert_eq!(left, 0);
    assert!(ticked(&world.sign_in("cdsp.agent").await.get("/queues/organisation?view=all").await).is_empty());
}

/// With thousands of contacts, to read all of them for each tick would take as long as they are many.
#[tokio::test]
async fn what_is_ticked_is_found_by_its_crn() {
    let world = World::new().await;
    let viewer = world.viewer("cdsp.agent").await;
    let mut tx = world.app.db.as_viewer(viewer.id).await.unwrap();
    tx.execute("set local enable_seqscan = off").await.unwrap();
    let sql = "explain select t.tick from ticks_apart(array['C371598927.4']) t
               join contact c on c.crn = t.crn and c.version = t.version";
    let plan: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut *tx).await.unwrap();
    assert!(plan.iter().any(|line| line.contains("crn_is_unique")), "{}", plan.join("\n"));
}
