//! Notifications: the right words to the right person, unread until opened, and nobody else's.

use cms::contacts::journal::Input;
use cms::contacts::lifecycle::Status;

use crate::browser::Browser;
use crate::journeys::{look, sign_in};
use crate::world::{Page, World, lives};

fn sentences(page: &Page) -> Vec<String> {
    page.all(".app-notice__says a")
}

/// Where the lines lead.
fn links(page: &Page) -> Vec<String> {
    page.attributes(".app-notice__says a", "href")
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
    // a link, so it opens in a tab of its own too, as often as one likes
    let link = links(&page)[0].clone();
    for _ in 0..2 {
        assert_eq!(amy.get(&link).await.location(), format!("/contacts/{second}"), "newest first");
    }
    assert_eq!(amy.get(&format!("/contacts/{second}")).await.all(".moj-notification-badge"), ["1 unread"]);
    assert_eq!(world.sign_in("birch.agent").await.get(&link).await.status, 404);
    let lines = page.attributes("input[name='line']", "value");
    let rival = world.sign_in("birch.agent").await.post("/notifications/read", &[("line", &lines[1])]).await;
    assert_eq!(rival.status, 404);
    for _ in 0..2 {
        assert_eq!(amy.post("/notifications/read", &[("line", &lines[1])]).await.status, 303, "twice is no fault");
    }
    assert!(amy.get("/notifications").await.all(".moj-notification-badge").is_empty());
    assert!(sentences(&amy.get("/notifications").await).iter().any(|says| says.contains(&first)));
    for unknown in ["x", "C123456782.1.assign", "C123456782.x.assign", "C123456782"] {
        assert_eq!(amy.get(&format!("/notifications/{unknown}")).await.status, 404, "{unknown}");
    }
    assert_eq!(amy.post("/notifications/read", &[("line", "x")]).await.status, 404);
}

#[tokio::test]
async fn a_browser_that_fetches_ahead_reads_nothing() {
    let world = World::new().await;
    world.contact_at(Status::Cciv).await;
    let mut amy = world.sign_in("alder.agent").await;
    let link = links(&amy.get("/notifications").await)[0].clone();
    let ahead = axum::http::Request::get(&link).header("sec-purpose", "prefetch");
    assert_eq!(amy.send(ahead, axum::body::Body::empty()).await.status, 303);
    assert_eq!(amy.get("/notifications").await.all(".app-notice--unread").len(), 1);
}

#[tokio::test]
async fn all_that_the_page_showed_is_marked_as_read_and_nothing_newer() {
    let world = World::new().await;
    world.contact_at(Status::Cciv).await;
    let mut amy = world.sign_in("alder.agent").await;
    let until = amy.get("/notifications").await.input("until");
    world.contact_at(Status::Cciv).await;
    amy.post("/notifications/read", &[("until", &until)]).await;
    assert_eq!(amy.get("/notifications").await.all(".app-notice--unread").len(), 1);
    amy.post("/notifications/read", &[]).await;
    assert!(amy.get("/notifications").await.all(".app-notice--unread").is_empty());
}

#[tokio::test]
async fn what_one_act_assigns_is_one_line_that_opens_to_its_contacts() {
    let world = World::new().await;
    let mut raiser = world.sign_in("alder.agent").await;
    let mut crns = Vec::new();
    for _ in 0..5 {
        crns.push(world.log(&mut raiser).await);
    }
    let own = world.log(&mut raiser).await;
    let nadia = world.colleague("cdsp.agent").await;
    let mut ruth = world.sign_in("cdsp.supervisor").await;
    let mut ticks = Vec::new();
    for crn in &crns {
        ticks.push(world.tick(crn).await);
    }
    let mut fields = vec![("act", "assign"), ("colleague", nadia.as_str()), ("back", "/queues/organisation")];
    fields.extend(ticks.iter().map(|tick| ("tick", tick.as_str())));
    assert_eq!(ruth.post("/queues/organisation/act", &fields).await.status, 303);
    world.must(&mut ruth, &own, "assign", &[("colleague", &nadia)]).await;
    let mut agent = world.sign_in("cdsp.agent").await;
    let page = agent.get("/notifications").await;
    assert_eq!(sentences(&page).len(), 2, "{:?}", sentences(&page));
    assert_eq!(sentences(&page)[1], "5 contacts assigned to you by Ruth Pellew");
    assert_eq!(page.all(".moj-notification-badge"), ["2 unread"], "the badge counts lines");
    assert!(page.text().contains("and 2 more"), "{}", page.text());
    let line = agent.get(&links(&page)[1]).await;
    let contacts = line.attributes(".app-notice__contacts a", "href");
    assert_eq!(contacts.len(), 5);
    for link in contacts {
        assert!(crns.contains(&agent.get(&link).await.location().split('/').next_back().unwrap().to_owned()));
    }
    assert_eq!(agent.get("/notifications").await.all(".moj-notification-badge"), ["1 unread"]);
}

#[tokio::test]
async fn lines_stand_by_what_they_ask_for() {
    let world = World::new().await;
    world.contact_at(Status::Cciv).await;
    world.contact_at(Status::Dcaa).await;
    let given = world.contact_at(Status::Dcaa).await;
    let other = world.person_id("alder.agent").await;
    world.record("alder.agent", &given, Input::Reassign(world.person_id("alder.agent2").await)).await.unwrap();
    world.record("alder.agent2", &given, Input::Reassign(other)).await.unwrap();
    let mut amy = world.sign_in("alder.agent").await;
    let page = amy.get("/notifications").await;
    assert_eq!(page.all("main h2"), ["Needs an answer", "Outcomes", "Assigned"]);
    let answers = amy.get("/notifications?show=answer").await;
    assert_eq!(answers.all("main h2"), ["Needs an answer"]);
    assert_eq!(sentences(&answers).len(), 2);
    assert_eq!(amy.get("/notifications?show=x").await.status, 404);
}

#[tokio::test]
async fn a_page_of_one_kind_marks_that_kind_as_read() {
    let world = World::new().await;
    world.contact_at(Status::Cciv).await;
    world.contact_at(Status::Dcaa).await;
    let mut amy = world.sign_in("alder.agent").await;
    let before = amy.get("/notifications").await.all(".app-notice--unread").len();
    let answers = amy.get("/notifications?show=answer").await;
    let of_kind = answers.all(".app-notice--unread").len();
    assert!(of_kind > 0 && of_kind < before);
    amy.post("/notifications/read", &[("until", &answers.input("until")), ("show", &answers.input("show"))]).await;
    assert!(amy.get("/notifications?show=answer").await.all(".app-notice--unread").is_empty());
    assert_eq!(amy.get("/notifications").await.all(".app-notice--unread").len(), before - of_kind);
    assert_eq!(amy.post("/notifications/read", &[("show", "x")]).await.status, 404);
}

#[tokio::test]
async fn older_ones_follow_page_by_page() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Cciv).await;
    sqlx::query(
        "insert into notification (person_id, contact_id, version, about, at, act)
         select n.person_id, n.contact_id, n.version, 'reminder-' || s, n.at,
                case when s % 2 = 0 then act_of(n.at - s * interval '1 second') else n.act end
         from notification n, generate_series(1, 70) s",
    )
    .execute(world.owner())
    .await
    .unwrap();
    let mut amy = world.sign_in("alder.agent").await;
    let first = amy.get("/notifications").await;
    let second = amy.get(&first.attributes("a[rel='next']", "href")[0]).await;
    assert_eq!((sentences(&first).len(), sentences(&second).len()), (50, 21));
    assert!(sentences(&second).last().unwrap().contains(&crn));
    // nothing in an address counts what others are told
    assert!(first.attributes("a", "href").iter().all(|href| !href.contains("before=1")));
    for before in ["x", "99999999999999999999", "-"] {
        assert_eq!(amy.get(&format!("/notifications?before={before}")).await.status, 400);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_home_to_the_contact_of_a_notification_in_two_clicks() {
    let Some(browser) = tokio::task::spawn_blocking(Browser::current).await.unwrap() else { return };
    let (world, url) = World::listen().await;
    let crn = world.contact_at(Status::Cciv).await;
    world.contact_at(Status::Dcaa).await;
    tokio::task::spawn_blocking(move || {
        let page = browser.session();
        sign_in(&page, &url, "alder.agent");
        page.begin_job();
        page.click("Notifications 2 unread");
        look(&page, "notifications");
        page.click(&format!("Contact {crn} was closed as invalid: The address is not clear enough to act on"));
        page.see(&crn);
        page.assert_effort("open the contact of a notification", 2, 2);
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn what_came_today_stands_under_its_day() {
    let world = World::new().await;
    for days in [9, 1, 0] {
        let crn = world.contact_at(Status::Cciv).await;
        sqlx::query(
            "update notification n set at = n.at - make_interval(days => $2) from contact c
             where c.id = n.contact_id and c.crn = $1",
        )
        .bind(&crn)
        .bind(days)
        .execute(world.owner())
        .await
        .unwrap();
    }
    let mut amy = world.sign_in("alder.agent").await;
    let page = amy.get("/notifications").await;
    assert_eq!(page.all(".app-notice-kind h3"), ["Today", "Yesterday", "Earlier"]);
    assert_eq!(page.all(".app-notices").len(), 3);
    let one = page.attributes(".app-notice__read", "class");
    assert_eq!(one.len(), 3, "each can still be marked as read");
}
