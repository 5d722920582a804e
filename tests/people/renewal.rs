//! When a session gets a new id because its password was given again, and when it stays as it is.

use std::time::Duration;

use super::confirm::{confirm, old, real};
use crate::world::{PASSWORD, World};

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

#[tokio::test]
async fn a_session_that_is_ended_while_its_act_is_done_stays_ended() {
    let world = World::new().await;
    real(&world).await;
    let mut officer = world.sign_in("alder.lso").await;
    let mut other_tab = officer.clone();
    old(&world).await;
    let asks = officer.post("/people/alder.agent2/disable", &[]).await;
    // the act waits for somebody who changes the same account
    let mut tx = world.owner().begin().await.unwrap();
    sqlx::query("select from person where account = 'alder.agent2' for update").execute(&mut *tx).await.unwrap();
    let acting = tokio::spawn(async move {
        let page = confirm(&mut officer, &asks, ("confirm-password", PASSWORD)).await;
        (officer, page)
    });
    let waits = "select exists (select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock')";
    while !sqlx::query_scalar::<_, bool>(waits).fetch_one(world.owner()).await.unwrap() {
        assert!(!acting.is_finished(), "it did not wait");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(other_tab.post("/sign-out", &[]).await.location(), "/sign-in");
    tx.commit().await.unwrap();
    let (mut officer, page) = acting.await.unwrap();
    assert_eq!(page.location(), "/people", "what was asked for is done");
    assert!(officer.get("/people").await.location().starts_with("/sign-in"));
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
