//! When a session gets a new id because its password was given again, and when it stays as it is.

use std::time::Duration;

use super::confirm::{confirm, old, real};
use crate::world::{PASSWORD, Page, Person, World};

#[tokio::test]
async fn a_session_has_a_new_id_for_each_password_and_not_for_each_act() {
    let world = World::new().await;
    real(&world).await;
    let mut officer = world.sign_in("alder.lso").await;
    let before = officer.cookie().unwrap().to_owned();
    old(&world).await;
    let asks = officer.post("/people/alder.agent2/disable", &[]).await;
    assert_eq!(confirm(&mut officer, &asks, ("confirm-password", PASSWORD)).await.location(), "/people");
    let confirmed = officer.cookie().unwrap().to_owned();
    assert_ne!(confirmed, before);
    assert_eq!(officer.post("/people/alder.agent2/enable", &[]).await.location(), "/people");
    assert_eq!(officer.cookie().unwrap(), confirmed);
}

#[tokio::test]
async fn whose_act_fails_stays_signed_in() {
    let world = World::new().await;
    real(&world).await;
    let mut officer = world.sign_in("alder.lso").await;
    let before = officer.cookie().unwrap().to_owned();
    old(&world).await;
    let asks = officer.post("/people/alder.agent/link", &[]).await;
    sqlx::query("alter table person_link rename to mislaid").execute(world.owner()).await.unwrap();
    assert_eq!(confirm(&mut officer, &asks, ("confirm-password", PASSWORD)).await.status, 500);
    assert_eq!(officer.cookie().unwrap(), before);
    assert_eq!(officer.get("/account").await.status, 200);
}

/// Sends a form that waits for somebody who changes this account; meanwhile the session ends in another way.
async fn ended_meanwhile(
    world: &World,
    waits_for: &str,
    mut person: Person,
    send: impl AsyncFnOnce(&mut Person) -> Page,
    end: impl AsyncFnOnce(),
) -> (Person, Page) {
    let mut tx = world.owner().begin().await.unwrap();
    sqlx::query("select from person where account = $1 for update").bind(waits_for).execute(&mut *tx).await.unwrap();
    let ends = async {
        let waits = "select exists (select from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock')";
        while !sqlx::query_scalar::<_, bool>(waits).fetch_one(world.owner()).await.unwrap() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        end().await;
        tx.commit().await.unwrap();
    };
    let (page, ()) = tokio::join!(send(&mut person), ends);
    (person, page)
}

#[tokio::test]
async fn a_session_that_is_ended_while_its_act_is_done_stays_ended() {
    let world = World::new().await;
    real(&world).await;
    let mut officer = world.sign_in("alder.lso").await;
    let mut other_tab = officer.clone();
    old(&world).await;
    let asks = officer.post("/people/alder.agent2/disable", &[]).await;
    let send = async |officer: &mut Person| confirm(officer, &asks, ("confirm-password", PASSWORD)).await;
    let end = async || assert_eq!(other_tab.post("/sign-out", &[]).await.location(), "/sign-in");
    let (mut officer, page) = ended_meanwhile(&world, "alder.agent2", officer, send, end).await;
    assert_eq!(page.location(), "/people", "what was asked for is done");
    assert!(officer.get("/people").await.location().starts_with("/sign-in"));
}

#[tokio::test]
async fn a_session_that_is_ended_while_its_password_is_changed_stays_ended() {
    let world = World::new().await;
    real(&world).await;
    let amy = world.sign_in("alder.agent").await;
    let before = amy.cookie().unwrap().to_owned();
    let mut other_tab = amy.clone();
    let send = async |amy: &mut Person| {
        amy.post("/account/password", &[("current-password", PASSWORD), ("new-password", "velvet otter climbs nine")])
            .await
    };
    let end = async || assert_eq!(other_tab.post("/sign-out", &[]).await.location(), "/sign-in");
    let (mut amy, page) = ended_meanwhile(&world, "alder.agent", amy, send, end).await;
    assert_eq!(page.location(), "/account", "the password is changed");
    assert_eq!(amy.cookie().unwrap(), before, "a form that comes late is kept by it");
    assert!(amy.get("/account").await.location().starts_with("/sign-in"));
    let open: i64 = sqlx::query_scalar(
        "select count(*) from session s join person p on p.id = s.person_id where account = 'alder.agent' and ends > now()",
    )
    .fetch_one(world.owner())
    .await
    .unwrap();
    assert_eq!(open, 0);
}

#[tokio::test]
async fn a_new_id_is_the_same_session() {
    let world = World::new().await;
    real(&world).await;
    let mut officer = world.sign_in("alder.lso").await;
    let of_session = "select s.created::text, used_by, browser from session s join person p on p.id = s.person_id
        where account = 'alder.lso'";
    let before: Vec<(String, String, String)> = sqlx::query_as(of_session).fetch_all(world.owner()).await.unwrap();
    let ticks = "insert into selection (session, person_id, list, ticks, at)
        select id_hash, person_id, '/queues/raised', '{}', now() from session";
    sqlx::query(ticks).execute(world.owner()).await.unwrap();
    old(&world).await;
    let asks = officer.post("/people/alder.agent2/disable", &[]).await;
    confirm(&mut officer, &asks, ("confirm-password", PASSWORD)).await;
    let after: Vec<(String, String, String)> = sqlx::query_as(of_session).fetch_all(world.owner()).await.unwrap();
    assert_eq!(before, after);
    let ticked: i64 = sqlx::query_scalar("select count(*) from selection").fetch_one(world.owner()).await.unwrap();
    assert_eq!(ticked, 1, "what was ticked is gone");
}

#[tokio::test]
async fn the_terms_come_before_a_password_is_asked_for() {
    let world = World::new().await;
    real(&world).await;
    let mut officer = world.sign_in("alder.lso").await;
    sqlx::query("update person set terms_accepted = null").execute(world.owner()).await.unwrap();
    old(&world).await;
    assert_eq!(officer.post("/people/alder.agent/disable", &[]).await.location(), "/terms");
}
