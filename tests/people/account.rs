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
        ("wrong wrong wrong", NEW, "current-password"),
        ("", NEW, "current-password"),
        (PASSWORD, "short", "new-password"),
        (PASSWORD, "alder.agent alder.agent", "new-password"),
        (PASSWORD, "Alder Energy for ever", "new-password"),
    ] {
        let page = amy.post("/account/password", &[("current-password", current), ("new-password", new)]).await;
        assert_eq!(page.status, 422, "{new}");
        assert!(!page.error(field).is_empty(), "{:?}", page.errors());
        assert!(!page.body.contains(NEW));
    }
    assert_eq!(elsewhere.get("/account").await.status, 200);
    let before = amy.cookie().unwrap().to_owned();
    assert_eq!(
        amy.post("/account/password", &[("current-password", PASSWORD), ("new-password", NEW)]).await.location(),
        "/account"
    );
    assert_ne!(amy.cookie().unwrap(), before, "its session has a new id");
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
        assert_eq!(
            amy.post("/account/password", &[("current-password", "guess"), ("new-password", NEW)]).await.status,
            422
        );
    }
    assert_eq!(
        amy.post("/account/password", &[("current-password", PASSWORD), ("new-password", NEW)]).await.status,
        429
    );
}

#[tokio::test]
async fn the_trials_shared_password_stays() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    assert!(amy.get("/account").await.all("input[type='password']").is_empty());
    assert_eq!(
        amy.post("/account/password", &[("current-password", PASSWORD), ("new-password", NEW)]).await.status,
        403
    );
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

/// Priya and Tom share an account.
async fn sharing(world: &World) -> (crate::world::Person, crate::world::Person) {
    let (mut priya, mut tom) = (world.stranger(), world.stranger());
    for (person, name) in [(&mut priya, "Priya Shah"), (&mut tom, "Tom")] {
        assert_eq!(person.post("/sign-in", &[("as", "alder.agent"), ("sitting", name)]).await.status, 303);
    }
    (priya, tom)
}

#[tokio::test]
async fn ending_the_session_of_somebody_else_is_asked_about_and_they_are_told() {
    let world = World::new().await;
    let (mut priya, mut tom) = sharing(&world).await;
    let page = priya.get("/account").await;
    assert!(page.all("tbody td").contains(&"Tom".to_owned()), "{}", page.text());
    let session = page.input("session");
    let epoch = tom.get("/feedback").await.input("epoch");
    let asks = priya.post("/account/sessions", &[("session", &session)]).await;
    assert!(asks.text().contains("End the session of Tom?"), "{}", asks.text());
    assert_eq!(tom.get("/account").await.status, 200);
    let done = priya.post("/account/sessions", &[("session", &session), ("is_sure", "yes")]).await;
    assert_eq!(done.location(), "/account");
    // what he sends now waits, and the page says why
    let fields = [("epoch", epoch.as_str()), ("about", "idea"), ("says", "A calmer blue"), ("page", "/")];
    let late = tom.post("/feedback", &fields).await;
    let sign_in = tom.get(&late.location()).await;
    let says = "This session was ended from the account page of alder.agent (Priya Shah)";
    assert!(sign_in.text().contains(says), "{}", sign_in.text());
    let back = tom.post("/sign-in", &[("as", "alder.agent"), ("parked", &sign_in.input("parked"))]).await;
    assert!(tom.get(&back.location()).await.text().contains("A calmer blue"));
    assert!(!tom.get("/sign-in").await.text().contains("was ended"), "once signed in it is over");
}

#[tokio::test]
async fn whoever_uses_a_shared_account_is_greeted_by_their_own_name() {
    let world = World::new().await;
    let (mut priya, _) = sharing(&world).await;
    assert_eq!(priya.get("/").await.all("h1"), ["Welcome, Priya"]);
    assert_eq!(world.sign_in("alder.agent").await.get("/").await.all("h1"), ["Welcome, Amy"]);
}

#[tokio::test]
async fn who_gave_no_name_is_asked_about_and_named_by_the_account() {
    let world = World::new().await;
    let mut priya = world.stranger();
    priya.post("/sign-in", &[("as", "alder.agent"), ("sitting", "Priya Shah")]).await;
    let mut nameless = world.stranger();
    nameless.post("/sign-in", &[("as", "alder.agent")]).await;
    let session = priya.get("/account").await.input("session");
    for sure in ["", "no", "on"] {
        let asks = priya.post("/account/sessions", &[("session", &session), ("is_sure", sure)]).await;
        assert!(asks.text().contains("End the session of somebody who gave no name?"), "{}", asks.text());
        assert_eq!(nameless.get("/account").await.status, 200);
    }
    // the other way round: by an account without a name
    let session = nameless.get("/account").await.input("session");
    let done = nameless.post("/account/sessions", &[("session", &session), ("is_sure", "yes")]).await;
    assert_eq!(done.location(), "/account");
    let sign_in = priya.get("/sign-in").await.text();
    assert!(sign_in.contains("This session was ended from the account page of alder.agent"), "{sign_in}");
    assert!(!sign_in.contains("alder.agent ("), "{sign_in}");
}

#[tokio::test]
async fn every_page_says_what_its_person_is_here() {
    let world = World::new().await;
    for (account, roles) in [
        ("alder.agent", "Agent"),
        ("alder.supervisor", "Supervisor"),
        ("alder.lso", "Agent, Local Security Officer"),
        ("facilitator", "Trial facilitator"),
    ] {
        assert_eq!(world.sign_in(account).await.get("/account").await.all(".app-who__role"), [roles], "{account}");
    }
}
