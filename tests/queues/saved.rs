//! Filters kept under a name: one's own, the organisation's, and the one with which a queue opens.

use crate::world::World;

const BACK: &str = "/queues/organisation?status=AACA&due=overdue";

#[tokio::test]
async fn a_filter_is_kept_and_opens_the_queue() {
    let world = World::new().await;
    let mut agent = world.sign_in("cdsp.agent").await;
    let unnamed = agent.post("/queues/organisation/filters", &[("filter_name", " "), ("back", BACK)]).await;
    assert_eq!(unnamed.error("filter_name"), "Enter a name of at most 60 characters");
    let fields = [("filter_name", "Late <new>"), ("back", BACK), ("opens", "yes")];
    assert_eq!(agent.post("/queues/organisation/filters", &fields).await.location(), BACK);
    let twice = agent.post("/queues/organisation/filters", &[("filter_name", "late <NEW>"), ("back", BACK)]).await;
    assert_eq!(twice.error("filter_name"), "A filter of this queue has this name already");

    let opened = agent.get("/queues/organisation").await;
    assert_eq!((opened.status.as_u16(), opened.location()), (303, BACK.to_owned()));
    let page = agent.get(BACK).await;
    assert_eq!(page.all(".app-saved__list li a"), ["Late <new>"]);
    // the whole queue has an address of its own, which tiles use
    assert_eq!(agent.get("/queues/organisation?view=all").await.status, 200);

    let form = page.attributes(".app-saved__list form", "action")[0].clone();
    let mut rival = world.sign_in("cdsp.agent2").await;
    assert!(rival.get(BACK).await.all(".app-saved__list li a").is_empty(), "it is one's own");
    assert_eq!(rival.post(&form, &[("what", "remove"), ("back", BACK)]).await.status, 404);
    agent.post(&form, &[("what", "open-whole"), ("back", BACK)]).await;
    assert_eq!(agent.get("/queues/organisation").await.status, 200);
    agent.post(&form, &[("what", "remove"), ("back", BACK)]).await;
    assert!(agent.get(BACK).await.all(".app-saved__list li a").is_empty());
}

#[tokio::test]
async fn a_supervisor_keeps_filters_for_the_organisation() {
    let world = World::new().await;
    let fields = [("filter_name", "Overdue"), ("back", BACK), ("shared", "yes")];
    let mut agent = world.sign_in("cdsp.agent").await;
    assert_eq!(agent.post("/queues/organisation/filters", &fields).await.status, 403);
    let mut supervisor = world.sign_in("cdsp.supervisor").await;
    assert_eq!(supervisor.post("/queues/organisation/filters", &fields).await.status, 303);
    let page = agent.get(BACK).await;
    assert_eq!(page.all(".app-saved__list li a"), ["Overdue"]);
    let form = page.attributes(".app-saved__list form", "action")[0].clone();
    assert_eq!(agent.post(&form, &[("what", "remove"), ("back", BACK)]).await.status, 403);
    agent.post(&form, &[("what", "open-with"), ("back", BACK)]).await;
    assert_eq!(agent.get("/queues/organisation").await.location(), BACK);
    assert_eq!(supervisor.get("/queues/organisation").await.status, 200, "a default is one's own");
    let mut elsewhere = world.sign_in("alder.supervisor").await;
    assert!(elsewhere.get("/queues/organisation?view=all").await.all(".app-saved__list li a").is_empty());
    supervisor.post(&form, &[("what", "remove"), ("back", BACK)]).await;
    assert_eq!(agent.get("/queues/organisation").await.status, 200, "a default goes with its filter");
}
