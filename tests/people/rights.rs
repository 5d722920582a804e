//! Sessions and links end with what they were made for, and officers do not raise themselves.

use std::time::Duration;

use crate::world::{PASSWORD, World};

const NEW: &str = "velvet otter climbs nine";

async fn real(world: &World) {
    sqlx::query("update person set demo = false").execute(world.owner()).await.unwrap();
}

#[tokio::test]
async fn a_changed_password_gives_the_session_a_new_id() {
    let world = World::new().await;
    real(&world).await;
    let mut amy = world.sign_in("alder.agent").await;
    let before = amy.cookie().unwrap().to_owned();
    assert_eq!(
        amy.post("/account/password", &[("current-password", PASSWORD), ("new-password", NEW)]).await.status,
        303
    );
    assert_ne!(amy.cookie().unwrap(), before);
    assert_eq!(amy.get("/account").await.status, 200);
    let mut old = world.stranger();
    old.set_cookie(Some(before));
    assert!(old.get("/account").await.location().starts_with("/sign-in"));
}

#[tokio::test]
async fn the_oldest_session_ends_when_an_eleventh_begins_and_says_why() {
    let world = World::new().await;
    real(&world).await;
    let mut first = world.stranger();
    let form = [("account", "alder.agent"), ("password", PASSWORD)];
    first.post("/sign-in", &form).await;
    for _ in 0..9 {
        assert_eq!(world.stranger().post("/sign-in", &form).await.status, 303);
    }
    assert_eq!(first.get("/account").await.status, 200);
    let mut last = world.stranger();
    last.post("/sign-in", &form).await;
    let sign_in = first.get("/account").await.location();
    assert!(first.get(&sign_in).await.text().contains("used in too many others"));
    assert_eq!(last.post("/account/sessions/others", &[]).await.location(), "/account");
    let page = last.get("/account").await;
    assert!(page.text().contains("9 other sessions ended") && page.all("tbody tr").len() == 1, "{}", page.text());
}

#[tokio::test]
async fn a_link_ends_with_disabling_enabling_and_a_new_password() {
    let world = World::new().await;
    real(&world).await;
    let mut officer = world.sign_in("alder.lso").await;
    for _ in 0..2 {
        let made = officer.post("/people/alder.agent/link", &[]).await.input_of("link");
        let path = made[made.find("/set-password/").unwrap()..].to_owned();
        assert_eq!(world.stranger().get(&path).await.status, 200);
        officer.post("/people/alder.agent/disable", &[]).await;
        officer.post("/people/alder.agent/enable", &[]).await;
        assert_eq!(world.stranger().get(&path).await.status, 404);
    }
    let made = officer.post("/people/alder.agent/link", &[]).await.input_of("link");
    let mut amy = world.sign_in("alder.agent").await;
    assert_eq!(
        amy.post("/account/password", &[("current-password", PASSWORD), ("new-password", NEW)]).await.status,
        303
    );
    assert_eq!(world.stranger().get(&made[made.find("/set-password/").unwrap()..]).await.status, 404);
}

#[tokio::test]
async fn nobody_raises_their_own_rights() {
    let world = World::new().await;
    let mut officer = world.sign_in("alder.lso").await;
    let fields = [("name", "Sam Verity"), ("supervisor", "yes"), ("security_officer", "yes")];
    let page = officer.post("/people/alder.lso", &fields).await;
    assert_eq!(page.status, 422);
    assert!(page.error("supervisor").contains("can’t give this role to yourself"));
    // nor past the page
    let id = world.person_id("alder.lso").await;
    let mut tx = world.app.db.as_viewer(id).await.unwrap();
    let set: bool = sqlx::query_scalar("select set_person_roles($1, true, true, true) <> 'no'")
        .bind(id)
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    assert!(!set);
}

#[tokio::test]
async fn of_two_officers_who_disable_each_other_at_once_one_stays() {
    let world = World::new().await;
    sqlx::query("update person set security_officer = true where account = 'alder.supervisor'")
        .execute(world.owner())
        .await
        .unwrap();
    for _ in 0..5 {
        let (mut one, mut other) = (world.sign_in("alder.lso").await, world.sign_in("alder.supervisor").await);
        one.stamp("/people").await;
        other.stamp("/people").await;
        tokio::join!(one.post("/people/alder.supervisor/disable", &[]), other.post("/people/alder.lso/disable", &[]));
        let left: i64 = sqlx::query_scalar(
            "select count(*) from person p join organisation o on o.id = p.organisation_id
             where o.code = 'ALD' and p.security_officer and p.disabled is null",
        )
        .fetch_one(world.owner())
        .await
        .unwrap();
        assert_eq!(left, 1);
        sqlx::query("update person set disabled = null").execute(world.owner()).await.unwrap();
    }
}

#[tokio::test]
async fn an_e_mail_address_at_a_rival_is_no_secret_told() {
    let world = World::new().await;
    sqlx::query("update person set email = 'amy@alder.example' where account = 'alder.agent'")
        .execute(world.owner())
        .await
        .unwrap();
    let mut rival = world.sign_in("birch.lso").await;
    let fields = |account, email| [("name", "Somebody"), ("account", account), ("email", email)];
    for (account, email) in [("some.one", "amy@alder.example"), ("some.two", "nobody@alder.example")] {
        assert_eq!(rival.post("/people/new", &fields(account, email)).await.status, 200, "{email}");
    }
    // an address is no name to sign in by, whoever had it first
    let mut amy = world.stranger();
    assert_eq!(amy.post("/sign-in", &[("account", "amy@alder.example"), ("password", PASSWORD)]).await.status, 422);
}

#[tokio::test]
async fn a_stream_ends_with_its_session() {
    let (world, _) = World::listen().await;
    let mut over = world.app.presence.over();
    let mut ended = None;
    // it may not listen yet
    for _ in 0..10 {
        world.sign_in("alder.agent").await;
        sqlx::query("delete from session").execute(world.owner()).await.unwrap();
        ended = tokio::time::timeout(Duration::from_secs(2), over.recv()).await.ok();
        if ended.is_some() {
            break;
        }
    }
    assert!(!ended.unwrap().unwrap().session.is_empty());
    sqlx::query("update person set supervisor = true where account = 'alder.agent'")
        .execute(world.owner())
        .await
        .unwrap();
    let heard = tokio::time::timeout(Duration::from_secs(2), over.recv()).await;
    assert_eq!(heard.unwrap().unwrap().person, world.person_id("alder.agent").await);
}
