//! The facilitator's page: how the environment stands, for nobody else.

use super::told;
use crate::world::World;
use cms::clock::Clock;

#[tokio::test]
async fn the_page_counts_what_there_is() {
    let world = told().await;
    let mut faye = world.sign_in("facilitator").await;
    let page = faye.get("/trial").await;
    assert_eq!(page.status, 200, "{}", page.text());
    let statuses = page.all("table[aria-labelledby=statuses] tbody tr");
    assert_eq!(statuses.len(), 8);
    assert_eq!(statuses[0], "AACA Awaiting allocation to CDSP agent14 at AACA");
    let queues = page.all("table tbody tr[id]");
    assert_eq!(queues.len(), 10, "{queues:?}");
    assert_eq!(page.all("#DAL-DCRS td"), ["DCRS data clarifications", "2", "2", "2", "Filled"]);
    assert!(page.all(".app-late").is_empty(), "every queue is filled at first");
    assert_eq!(page.all(".app-figures dd"), ["90", "2,011", "Never", "0 new messages"]);
}

#[tokio::test]
async fn a_queue_that_runs_dry_is_pointed_out() {
    let world = World::new().await;
    let mut faye = world.sign_in("facilitator").await;
    world.logged_by("alder.agent").await;
    let page = faye.get("/trial").await;
    assert_eq!(page.all("#CDS-AACA .app-late"), ["Runs dry: top up"]);
    assert_eq!(page.all("#NGN-SVDN .app-late"), ["Nothing waits: top up"]);
}

#[tokio::test]
async fn the_trial_is_the_facilitators() {
    let world = World::new().await;
    let before = world.digest().await;
    for account in ["alder.agent", "alder.lso", "cdsp.supervisor", "ngn.agent"] {
        let mut person = world.sign_in(account).await;
        for path in ["/trial", "/trial/reset", "/trial/feedback", "/trial/feedback.csv"] {
            assert_eq!(person.get(path).await.status, 403, "{account} {path}");
        }
        let posts: [(&str, &[(&str, &str)]); 5] = [
            ("/trial/reset", &[("confirm", "RESET")]),
            ("/trial/top-up", &[("queue", "CDS-AACA"), ("how_many", "1")]),
            ("/trial/switch", &[("close", "off")]),
            ("/trial/announcements", &[("says", "x"), ("from", "01/01/2026 10:00"), ("until", "01/01/2126 10:00")]),
            ("/trial/announcements/remove", &[("id", "1")]),
        ];
        for (path, fields) in posts {
            assert_eq!(person.post(path, fields).await.status, 403, "{account} {path}");
        }
    }
    assert_eq!(world.digest().await, before);
    let announced: i64 = super::one(&world, "select count(*) from announcement").await;
    assert_eq!(announced, 0);
    let mut stranger = world.stranger();
    assert!(stranger.get("/trial").await.location().starts_with("/sign-in"));
    let mut faye = world.sign_in("facilitator").await;
    assert_eq!(faye.get("/trial/top-up").await.status, 405);
}

#[tokio::test]
async fn without_trial_mode_there_is_none() {
    let world =
        World::with(|config| config.database_url = Some("postgres://elsewhere".to_owned()), Clock::System).await;
    assert!(!world.app.config.is_trial());
    let mut faye = world.sign_in("facilitator").await;
    for path in ["/trial", "/trial/reset", "/trial/feedback"] {
        assert_eq!(faye.get(path).await.status, 404, "{path}");
    }
    assert_eq!(faye.post("/trial/reset", &[("confirm", "RESET")]).await.status, 404);
}
