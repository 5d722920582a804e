//! Saved texts: who sees and keeps them, what a text must be, and both walls round them.

mod journey;

use crate::world::World;

const GOOD: [(&str, &str); 3] = [
    ("used_for", "question"),
    ("title", "Serial number"),
    ("body", "Please check the serial number {msn} at {address}."),
];

#[tokio::test]
async fn a_supervisor_keeps_texts_and_members_see_them() {
    let world = World::new().await;
    let mut supervisor = world.sign_in("cdsp.supervisor").await;
    assert_eq!(supervisor.post("/texts/new", &GOOD).await.location(), "/texts");
    let page = supervisor.get("/texts").await;
    assert!(page.text().contains("Text “Serial number” saved"));
    assert_eq!(page.all(".govuk-summary-list__key"), ["Serial number"]);
    let address = page.attributes(".govuk-summary-list__key a", "href")[0].clone();

    let mut agent = world.sign_in("cdsp.agent").await;
    assert!(agent.get("/").await.attributes("main a", "href").contains(&"/texts".to_owned()), "home leads there");
    let seen = agent.get("/texts").await;
    assert!(seen.text().contains("Please check the serial number {msn}"));
    assert!(seen.attributes("main a", "href").is_empty(), "an agent changes nothing");
    for path in ["/texts/new", &address] {
        assert_eq!(agent.get(path).await.status, 403, "{path}");
        assert_eq!(agent.post(path, &GOOD).await.status, 403, "{path}");
    }
    assert_eq!(agent.post(&format!("{address}/remove"), &[]).await.status, 403);

    let changed = [("used_for", "remarks"), ("title", "Serial number"), ("body", "Not this meter.")];
    assert_eq!(supervisor.post(&address, &changed).await.location(), "/texts");
    assert!(agent.get("/texts").await.text().contains("Not this meter."));
    assert_eq!(supervisor.post(&format!("{address}/remove"), &[]).await.location(), "/texts");
    assert_eq!(supervisor.get(&address).await.status, 404);
}

#[tokio::test]
async fn what_is_wrong_with_a_text_stands_at_its_field() {
    let world = World::new().await;
    let mut supervisor = world.sign_in("cdsp.supervisor").await;
    let empty = supervisor.post("/texts/new", &[]).await;
    assert_eq!(empty.status, 422);
    for (field, says) in [
        ("used_for", "Choose where it is used"),
        ("title", "Enter a title of at most 60 characters"),
        ("body", "Enter the text"),
    ] {
        assert_eq!(empty.error(field), says);
    }
    let long = "é".repeat(2_001);
    for (body, says) in [
        ("Look at {serial number}", "{serial number} is no placeholder. There are {crn}, {address}, {postcode}, {msn}"),
        (long.as_str(), "The text must have at most 2,000 characters"),
    ] {
        let page = supervisor.post("/texts/new", &[GOOD[0], GOOD[1], ("body", body)]).await;
        assert_eq!((page.status.as_u16(), page.error("body").as_str()), (422, says));
    }
    supervisor.post("/texts/new", &GOOD).await;
    let twice = supervisor.post("/texts/new", &[GOOD[0], ("title", "SERIAL number"), GOOD[2]]).await;
    assert_eq!(twice.error("title"), "There is a text with this title already");
    // answers are the raisers’ to save
    let answer = supervisor.post("/texts/new", &[("used_for", "answer"), GOOD[1], GOOD[2]]).await;
    assert_eq!(answer.error("used_for"), "Choose where it is used");
}

#[tokio::test]
async fn a_text_stays_in_its_organisation() {
    let world = World::new().await;
    let mut alder = world.sign_in("alder.supervisor").await;
    let secret = [("used_for", "answer"), ("title", "Canary"), ("body", "The meter is where the plan shows it.")];
    assert_eq!(alder.post("/texts/new", &secret).await.status, 303);
    let address = alder.get("/texts").await.attributes(".govuk-summary-list__key a", "href")[0].clone();
    for account in ["birch.supervisor", "cdsp.supervisor", "ngn.supervisor"] {
        let mut other = world.sign_in(account).await;
        assert!(!other.get("/texts").await.text().contains("Canary"), "{account}");
        assert_eq!(other.get(&address).await.status, 404, "{account}");
        assert_eq!(other.post(&address, &secret).await.status, 404, "{account}");
        assert_eq!(other.post(&format!("{address}/remove"), &[]).await.status, 404, "{account}");
    }
    assert_eq!(world.sign_in("facilitator").await.get("/texts").await.status, 403);

    // the second wall alone
    for (account, rows) in [("alder.agent", 1), ("birch.supervisor", 0), ("cdsp.supervisor", 0), ("facilitator", 0)] {
        let viewer = world.viewer(account).await;
        let mut tx = world.app.db.as_viewer(viewer.id).await.unwrap();
        let seen: i64 = sqlx::query_scalar("select count(*) from saved_text").fetch_one(&mut *tx).await.unwrap();
        assert_eq!(seen, rows, "{account}");
        let done = sqlx::query("delete from saved_text").execute(&mut *tx).await.unwrap();
        assert_eq!(done.rows_affected(), 0, "{account} is no supervisor there");
    }
}

#[tokio::test]
async fn what_a_colleague_has_changed_meanwhile_is_not_overwritten_unseen() {
    let world = World::new().await;
    sqlx::query("update person set supervisor = true where account = 'cdsp.agent'")
        .execute(world.owner())
        .await
        .unwrap();
    let (mut one, mut other) = (world.sign_in("cdsp.supervisor").await, world.sign_in("cdsp.agent").await);
    one.post("/texts/new", &GOOD).await;
    let address = one.get("/texts").await.attributes(".govuk-summary-list__key a", "href")[0].clone();
    let was = one.get(&address).await.input("was");
    let longer = [GOOD[0], GOOD[1], ("body", "A body that was worked on"), ("was", was.as_str())];
    assert_eq!(one.post(&address, &longer).await.location(), "/texts");
    let renamed = [GOOD[0], ("title", "Renamed"), GOOD[2], ("was", was.as_str())];
    let late = other.post(&address, &renamed).await;
    assert_eq!(late.status, 409);
    assert_eq!(late.input("title"), "Renamed", "what was typed stays");
    assert!(
        late.text().contains("A colleague has changed this text") && late.text().contains("A body that was worked on")
    );
    assert!(one.get("/texts").await.text().contains("A body that was worked on"));
    // a draft was of the text as it was
    let opened = other.get(&address).await;
    assert_eq!((opened.input("title").as_str(), opened.input("was")), ("Renamed", was.clone()));
    // nor is it removed unseen
    let kept = other.post(&format!("{address}/remove"), &[("was", &was)]).await;
    assert_eq!(kept.status, 409);
    assert!(kept.text().contains("A body that was worked on"));
    // seen, it is changed
    let seen = [renamed[0], renamed[1], renamed[2], ("was", &late.input("was"))];
    assert_eq!(other.post(&address, &seen).await.location(), "/texts");
    assert!(one.get("/texts").await.text().contains("Renamed"));
}

#[tokio::test]
async fn of_two_who_change_a_text_at_once_one_is_told() {
    let world = World::new().await;
    sqlx::query("update person set supervisor = true where account = 'cdsp.agent'")
        .execute(world.owner())
        .await
        .unwrap();
    let (mut one, mut other) = (world.sign_in("cdsp.supervisor").await, world.sign_in("cdsp.agent").await);
    one.post("/texts/new", &GOOD).await;
    let address = one.get("/texts").await.attributes(".govuk-summary-list__key a", "href")[0].clone();
    other.stamp(&address).await;
    for round in 0..8 {
        let was = one.get("/texts").await.attributes(".govuk-summary-list__key a", "href").len();
        assert_eq!(was, 1);
        sqlx::query("update draft set done = now()").execute(world.owner()).await.unwrap();
        let was = one.get(&address).await.input("was");
        let (first, second) = (format!("First {round}"), format!("Second {round}"));
        let of_one = [GOOD[0], GOOD[1], ("body", first.as_str()), ("was", was.as_str())];
        let of_other = [GOOD[0], GOOD[1], ("body", second.as_str()), ("was", was.as_str())];
        let (a, b) = tokio::join!(one.post(&address, &of_one), other.post(&address, &of_other));
        let mut statuses = [a.status.as_u16(), b.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409], "round {round}");
    }
}
