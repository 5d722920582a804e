//! The Local Security Officer's pages: add, change, disable, enable, and one-use links.

use cms::contacts::lifecycle::Status;

use crate::world::{PASSWORD, World};

const NEW: &str = "velvet otter climbs nine";

#[tokio::test]
async fn somebody_is_added_and_comes_in_by_a_link_that_works_once() {
    let world = World::new().await;
    let mut officer = world.sign_in("alder.lso").await;
    let page = officer
        .post(
            "/people/new",
            &[("name", "Mia Thorn"), ("account", "Mia.Thorn"), ("email", "Mia@Example.com"), ("supervisor", "yes")],
        )
        .await;
    assert_eq!(page.status, 200, "{}", page.text());
    let link = page.input_of("link");
    let path = link.split_once("8080").unwrap().1.to_owned();
    let mut mia = world.stranger();
    assert!(mia.get(&path).await.text().contains("Mia Thorn, account ald.mia.thorn, Alder Energy"));
    for (bad, says) in
        [("sh0rt pw", "at least 15"), ("aaaaaaaaaaaaaaaaaaaa", "Many people"), ("mia.thorn mia.thorn", "Leave out")]
    {
        let again = mia.post(&path, &[("password", bad)]).await;
        assert_eq!(again.status, 422);
        assert!(again.error("password").contains(says), "{}", again.error("password"));
        assert!(!again.body.contains(bad) || bad.contains("mia"), "a password came back");
    }
    let mut copies = Vec::new();
    for _ in 0..4 {
        let (mut copy, path) = (mia.clone(), path.clone());
        copies.push(tokio::spawn(async move { copy.post(&path, &[("password", NEW)]).await.status.as_u16() }));
    }
    let mut set = 0;
    for copy in copies {
        set += usize::from(copy.await.unwrap() == 303);
    }
    assert_eq!(set, 1, "the link worked more than once");
    assert_eq!(mia.get(&path).await.status, 404);
    assert_eq!(mia.post("/sign-in", &[("account", "ald.mia.thorn"), ("password", NEW)]).await.location(), "/");
    assert_eq!(mia.get("/").await.location(), "/terms", "the terms come first");
    let list = officer.get("/people").await;
    assert!(list.text().contains("mia@example.com") && list.text().contains("would become Supervisor"));
    // a new link ends the one before; and links end by themselves
    let first = officer.post("/people/ald.mia.thorn/link", &[]).await.input_of("link");
    let second = officer.post("/people/ald.mia.thorn/link", &[]).await.input_of("link");
    let path = |link: &str| link.split_once("8080").unwrap().1.to_owned();
    assert_eq!(
        (mia.get(&path(&first)).await.status.as_u16(), mia.get(&path(&second)).await.status.as_u16()),
        (404, 200)
    );
    sqlx::query("update person_link set ends = now()").execute(world.owner()).await.unwrap();
    assert_eq!(mia.get(&path(&second)).await.status, 404);
    assert_eq!(mia.get("/set-password/nonsense").await.status, 404);
}

#[tokio::test]
async fn what_is_wrong_with_a_new_account_stands_at_its_field() {
    let world = World::new().await;
    let mut officer = world.sign_in("alder.lso").await;
    for (name, account, email, field) in [
        ("", "new.one", "", "name"),
        ("New One", "", "", "account"),
        ("New One", "no spaces", "", "account"),
        ("New One", "new.one", "nonsense", "email"),
    ] {
        let page = officer.post("/people/new", &[("name", name), ("account", account), ("email", email)]).await;
        assert_eq!(page.status, 422, "{account}");
        assert!(!page.error(field).is_empty(), "{field}: {:?}", page.errors());
        assert_eq!(
            (page.input("name"), page.input("account"), page.input("email")),
            (name.into(), account.into(), email.into())
        );
    }
    officer.post("/people/new", &[("name", "One"), ("account", "one.one"), ("email", "one@example.com")]).await;
    let page =
        officer.post("/people/new", &[("name", "Two"), ("account", "two.two"), ("email", "ONE@example.com")]).await;
    assert!(page.error("email").contains("A colleague has this"));
}

#[tokio::test]
async fn only_the_officer_of_the_same_organisation_comes_here() {
    let world = World::new().await;
    let mut officer = world.sign_in("alder.lso").await;
    for account in ["alder.supervisor", "cdsp.agent", "facilitator"] {
        let mut person = world.sign_in(account).await;
        for path in ["/people", "/people/new", "/people/alder.agent"] {
            assert_eq!(person.get(path).await.status, 403, "{account} {path}");
        }
        assert_eq!(person.post("/people/alder.agent/disable", &[]).await.status, 403);
    }
    let before = world.digest().await;
    for account in ["birch.agent", "nobody", "facilitator"] {
        assert_eq!(officer.get(&format!("/people/{account}")).await.status, 404, "{account}");
        for act in ["disable", "enable", "link"] {
            assert_eq!(officer.post(&format!("/people/{account}/{act}"), &[]).await.status, 404, "{account} {act}");
        }
        assert_eq!(officer.post(&format!("/people/{account}"), &[("name", "X")]).await.status, 404);
    }
    assert_eq!(world.digest().await, before);
    assert!(!officer.get("/people").await.body.contains("birch"));
    assert!(world.stranger().get("/people").await.location().starts_with("/sign-in"));
}

#[tokio::test]
async fn disabling_ends_sessions_and_releases_what_was_held() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Dcaa).await;
    let mut amy = world.sign_in("alder.agent").await;
    let mut officer = world.sign_in("alder.lso").await;
    assert_eq!(officer.post("/people/alder.agent/disable", &[]).await.location(), "/people");
    assert!(
        officer.get("/people").await.all(".govuk-notification-banner__heading")[0].contains("returned to the queue: 1")
    );
    assert!(amy.get("/queues/mine").await.location().starts_with("/sign-in"));
    assert_eq!(world.status(&crn).await, "DCRS");
    let shown = world.sign_in("alder.supervisor").await.get(&format!("/contacts/{crn}")).await;
    assert!(shown.all(".app-timeline__title")[0].contains("since its holder was disabled"));
    assert!(shown.all(".app-timeline .app-timeline__by")[0].starts_with("The system"));
    let told = world.sign_in("alder.supervisor").await.get("/notifications").await;
    assert!(told.text().contains("its holder was disabled"));
    assert_eq!(amy.post("/sign-in", &[("account", "alder.agent"), ("password", PASSWORD)]).await.status, 422);
    assert_eq!(officer.post("/people/alder.agent/disable", &[]).await.status, 409);
    officer.post("/people/alder.agent/enable", &[]).await;
    assert_eq!(amy.post("/sign-in", &[("account", "alder.agent"), ("password", PASSWORD)]).await.status, 303);
    assert_eq!(officer.post("/people/alder.lso/disable", &[]).await.status, 409, "not oneself");
    assert_eq!(officer.post("/people/alder.agent/link", &[]).await.status, 409, "a shared account gets no link");
}

#[tokio::test]
async fn an_officer_has_a_colleague_sign_in_again() {
    let world = World::new().await;
    let mut officer = world.sign_in("alder.lso").await;
    let mut elsewhere = world.sign_in("alder.lso").await;
    let (mut amy, mut rival) = (world.sign_in("alder.agent").await, world.sign_in("birch.agent").await);
    assert!(officer.get("/people/alder.agent").await.text().contains("End their sessions"));
    assert_eq!(officer.post("/people/birch.agent/sessions", &[]).await.status, 404);
    assert_eq!(amy.post("/people/alder.lso/sessions", &[]).await.status, 403);
    assert_eq!(officer.post("/people/alder.agent/sessions", &[]).await.location(), "/people/alder.agent");
    assert!(officer.get("/people/alder.agent").await.text().contains("The sessions of alder.agent have ended"));
    assert!(amy.get("/queues/mine").await.location().starts_with("/sign-in"));
    assert_eq!(rival.get("/queues/mine").await.status, 200);
    assert_eq!(amy.post("/sign-in", &[("account", "alder.agent"), ("password", PASSWORD)]).await.status, 303);
    assert_eq!(officer.post("/people/alder.lso/sessions", &[]).await.location(), "/people/alder.lso");
    assert_eq!(officer.get("/people").await.status, 200, "not the one that asks");
    assert!(elsewhere.get("/people").await.location().starts_with("/sign-in"));
}

#[tokio::test]
async fn roles_are_given_and_taken_but_not_from_oneself() {
    let world = World::new().await;
    let mut officer = world.sign_in("alder.lso").await;
    let fields = [("name", "Bob Ashdown"), ("email", ""), ("supervisor", "yes")];
    assert_eq!(officer.post("/people/alder.agent2", &fields).await.location(), "/people");
    assert!(!world.viewer("alder.agent2").await.supervisor, "it waits for a second officer");
    let id: String = sqlx::query_scalar("select id::text from role_request").fetch_one(world.owner()).await.unwrap();
    let yes = world.sign_in("cdsp.lso").await.post(&format!("/people/requests/{id}"), &[("answer", "yes")]).await;
    assert_eq!(yes.location(), "/people");
    assert!(world.viewer("alder.agent2").await.supervisor);
    // a name alone is no matter of rights
    officer.post("/people/alder.agent2", &[("name", "Bob Ash"), ("email", ""), ("supervisor", "yes")]).await;
    let noted = "select count(*) from security_event where event = 'privilege_permissions_changed'";
    assert_eq!(sqlx::query_scalar::<_, i64>(noted).fetch_one(world.owner()).await.unwrap(), 1);
    let own = officer.post("/people/alder.lso", &[("name", "Sam Verity")]).await;
    assert_eq!(own.status, 422);
    assert!(own.error("security_officer").contains("can’t take this role"));
    // a form that comes back offers what may be done with this account
    let theirs = officer.post("/people/alder.agent2", &[("name", "")]).await;
    assert!(own.text().contains("You can’t disable your own account"), "{}", own.text());
    assert!(theirs.status == 422 && theirs.text().contains("Disable account"), "{}", theirs.text());
    assert!(world.viewer("alder.lso").await.security_officer);
    assert_eq!(officer.post("/people/alder.agent2", &[("name", "Bob"), ("facilitator", "yes")]).await.status, 400);
}

#[tokio::test]
async fn nobody_is_given_work_while_being_disabled() {
    let world = World::new().await;
    let given = world.contact_at(Status::Svdn).await;
    let agent = world.person_id("ngn.agent2").await;
    // disabled, not yet committed: an assignment waits for it, and is refused
    let mut tx = world.owner().begin().await.unwrap();
    sqlx::query("update person set disabled = now() where id = $1").bind(agent).execute(&mut *tx).await.unwrap();
    let mut colleague_there = world.sign_in("ngn.agent").await;
    let (path, colleague) = (format!("/contacts/{given}/assign"), world.colleague("ngn.agent2").await);
    let version = world.shown_version(&given).await;
    let giving =
        tokio::spawn(
            async move { colleague_there.post(&path, &[("version", &version), ("colleague", &colleague)]).await },
        );
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert!(!giving.is_finished(), "it did not wait");
    tx.commit().await.unwrap();
    assert_eq!(giving.await.unwrap().status, 422);
    assert_eq!(world.status(&given).await, "SVDN");
}

#[tokio::test]
async fn disabling_says_first_what_goes() {
    let world = World::new().await;
    for _ in 0..2 {
        world.contact_at(cms::contacts::lifecycle::Status::Dcaa).await;
    }
    let mut officer = world.sign_in("alder.lso").await;
    let page = officer.get("/people/alder.agent").await;
    assert!(page.attributes("form", "action").iter().all(|to| !to.ends_with("/disable")));
    let asks = officer.get("/people/alder.agent/disable").await;
    assert!(asks.text().contains("2 contacts that they hold now"), "{}", asks.text());
    assert_eq!(officer.get("/people/alder.lso/disable").await.location(), "/people/alder.lso");
    assert_eq!(world.sign_in("birch.lso").await.get("/people/alder.agent/disable").await.status, 404);
    assert_eq!(world.sign_in("alder.agent").await.get("/people/alder.agent2/disable").await.status, 403);
    assert_eq!(officer.post("/people/alder.agent/disable", &[]).await.location(), "/people");
}
