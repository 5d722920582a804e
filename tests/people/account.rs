//! One's own account: password and sessions.

use crate::world::{PASSWORD, World};

const NEW: &str = "velvet otter climbs nine";

async fn own(world: &World) {
    sqlx::query("update person set demo = false where account = 'alder.agent'").execute(world.owner()).await.unwrap();
}

#[tokio::test]
async fn a_password_is_changed_with_the_old_one_and_other_sessions_end() {
    let world = World::new().await;
    own(&world).await;
    let mut amy = world.sign_in("alder.agent").await;
    let mut elsewhere = world.sign_in("alder.agent").await;
    for (current, new, field) in [
        ("wrong wrong wrong", NEW, "current"),
        ("", NEW, "current"),
        (PASSWORD, "short", "new"),
        (PASSWORD, "alder.agent alder.agent", "new"),
        (PASSWORD, "Alder Energy for ever", "new"),
    ] {
        let page = amy.post("/account/password", &[("current", current), ("new", new)]).await;
        assert_eq!(page.status, 422, "{new}");
        assert!(!page.error(field).is_empty(), "{:?}", page.errors());
        assert!(!page.body.contains(NEW));
    }
    assert_eq!(elsewhere.get("/account").await.status, 200);
    assert_eq!(amy.post("/account/password", &[("current", PASSWORD), ("new", NEW)]).await.location(), "/account");
    assert!(amy.get("/account").await.all(".govuk-notification-banner__heading")[0].contains("was changed"));
    assert!(elsewhere.get("/account").await.location().starts_with("/sign-in"));
    let mut later = world.stranger();
    assert_eq!(later.post("/sign-in", &[("account", "alder.agent"), ("password", PASSWORD)]).await.status, 422);
    assert_eq!(later.post("/sign-in", &[("account", "alder.agent"), ("password", NEW)]).await.status, 303);
}

#[tokio::test]
async fn guessing_the_current_password_is_throttled() {
    let world = World::new().await;
    own(&world).await;
    let mut amy = world.sign_in("alder.agent").await;
    for _ in 0..10 {
        assert_eq!(amy.post("/account/password", &[("current", "guess"), ("new", NEW)]).await.status, 422);
    }
    assert_eq!(amy.post("/account/password", &[("current", PASSWORD), ("new", NEW)]).await.status, 429);
}

#[tokio::test]
async fn the_trials_shared_password_stays() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    assert!(amy.get("/account").await.all("input[type='password']").is_empty());
    assert_eq!(amy.post("/account/password", &[("current", PASSWORD), ("new", NEW)]).await.status, 403);
    assert_eq!(
        world.stranger().post("/sign-in", &[("account", "alder.agent"), ("password", PASSWORD)]).await.status,
        303
    );
}

#[tokio::test]
async fn one_sees_and_ends_ones_own_sessions() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let mut elsewhere = world.sign_in("alder.agent").await;
    let mut rival = world.sign_in("birch.agent").await;
    let page = amy.get("/account").await;
    assert_eq!(page.all("tbody tr").len(), 2);
    let other = page.input("session");
    assert_eq!(rival.post("/account/sessions", &[("session", &other)]).await.status, 404);
    assert_eq!(elsewhere.get("/account").await.status, 200);
    assert_eq!(amy.post("/account/sessions", &[("session", &other)]).await.location(), "/account");
    assert!(elsewhere.get("/account").await.location().starts_with("/sign-in"));
    assert_eq!(amy.get("/account").await.all("tbody tr").len(), 1);
    assert_eq!(amy.post("/account/sessions", &[("session", "00")]).await.status, 404);
}
