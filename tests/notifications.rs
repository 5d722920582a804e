//! Notifications: the right words to the right person, unread until opened, and nobody else's.

use cms::contacts::journal::Input;
use cms::contacts::lifecycle::Status;

use crate::world::{Page, World, lives};

fn sentences(page: &Page) -> Vec<String> {
    page.all(".app-notice > form:first-child button")
}

#[tokio::test]
async fn each_is_told_in_words_for_them() {
    let world = World::new().await;
    let visit = world.contact_at(Status::Svda).await;
    world.record("ngn.agent", &visit, lives::visited()).await.unwrap();
    let asked = world.contact_at(Status::Dcaa).await;
    world.record("alder.agent", &asked, lives::answered("x")).await.unwrap();
    let invalid = world.contact_at(Status::Cciv).await;
    let valid = world.contact_at(Status::Ccva).await;
    let held = world.contact_at(Status::Atca).await;
    let other = world.person_id("cdsp.agent2").await;
    world.record("cdsp.supervisor", &held, Input::Reassign(other)).await.unwrap();
    world.record("cdsp.supervisor", &held, Input::Return).await.unwrap();
    for (account, crn, words) in [
        ("cdsp.agent", &visit, "the answer to site visit SV1 is back"),
        ("ngn.supervisor", &visit, "site visit SV1 waits for your network, by"),
        ("alder.agent", &asked, "the CDSP asks you for an answer, by"),
        ("cdsp.agent", &asked, "the answer to your question DC1 is back"),
        ("alder.agent", &invalid, "was closed as invalid: The address is not clear enough to act on"),
        ("alder.agent", &valid, "was closed as valid: MPRN 9"),
        ("cdsp.agent2", &held, "was assigned to you"),
        ("cdsp.agent", &held, "was given to a colleague"),
        ("cdsp.agent2", &held, "was returned to the organisation queue"),
    ] {
        let page = world.sign_in(account).await.get("/notifications").await;
        let told = sentences(&page);
        assert!(
            told.iter().any(|says| says.contains(crn.as_str()) && says.contains(words)),
            "{account} {words}: {told:?}"
        );
    }
    assert!(sentences(&world.sign_in("birch.agent").await.get("/notifications").await).is_empty());
    assert!(world.stranger().get("/notifications").await.location().starts_with("/sign-in"));
}

#[tokio::test]
async fn opening_one_reads_it_and_the_badge_counts() {
    let world = World::new().await;
    let (first, second) = (world.contact_at(Status::Cciv).await, world.contact_at(Status::Cciv).await);
    let mut amy = world.sign_in("alder.agent").await;
    let page = amy.get("/notifications").await;
    assert_eq!(page.all(".moj-notification-badge"), ["2 unread"]);
    assert_eq!(page.all(".app-notice--unread").len(), 2);
    let opened = amy.post(&page.attributes(".app-notice > form:first-child", "action")[0], &[]).await;
    assert_eq!(opened.location(), format!("/contacts/{second}"), "newest first");
    assert_eq!(amy.get(&opened.location()).await.all(".moj-notification-badge"), ["1 unread"]);
    let ids = page.attributes("input[name='id']", "value");
    assert_eq!(world.sign_in("birch.agent").await.post("/notifications/read", &[("id", &ids[1])]).await.status, 404);
    assert_eq!(
        world.sign_in("birch.agent").await.post(&format!("/notifications/{}/open", ids[1]), &[]).await.status,
        404
    );
    for _ in 0..2 {
        assert_eq!(amy.post("/notifications/read", &[("id", &ids[1])]).await.status, 303, "twice is no fault");
    }
    assert!(amy.get("/notifications").await.all(".moj-notification-badge").is_empty());
    world.contact_at(Status::Cciv).await;
    amy.post("/notifications/read", &[]).await;
    assert!(amy.get("/notifications").await.all(".app-notice--unread").is_empty());
    assert_eq!(amy.post("/notifications/read", &[("id", "x")]).await.status, 404);
    assert!(sentences(&amy.get("/notifications").await).iter().any(|says| says.contains(&first)));
}

#[tokio::test]
async fn older_ones_follow_page_by_page() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Cciv).await;
    sqlx::query(
        "insert into notification (person_id, contact_id, version, about, at)
         select n.person_id, n.contact_id, n.version, 'reminder-' || s, n.at from notification n, generate_series(1, 70) s",
    )
    .execute(world.owner())
    .await
    .unwrap();
    let mut amy = world.sign_in("alder.agent").await;
    let first = amy.get("/notifications").await;
    let second = amy.get(&first.attributes("a[rel='next']", "href")[0]).await;
    assert_eq!((sentences(&first).len(), sentences(&second).len()), (50, 21));
    assert!(sentences(&second).last().unwrap().contains(&crn));
    for before in ["x", "99999999999999999999", "-"] {
        assert_eq!(amy.get(&format!("/notifications?before={before}")).await.status, 400);
    }
}
