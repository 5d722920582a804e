//! What an officer's form does with roles: what it says goes, what it keeps, and what a draft of it may not bring back.

use crate::world::{Person, World};

const RITA: (&str, &str) = ("name", "Rita Holloway");

async fn set(world: &World, account: &str, roles: &str) {
    let sql = format!("update person set {roles} where account = '{account}'");
    sqlx::query(sqlx::AssertSqlSafe(sql)).execute(world.owner()).await.unwrap();
}

/// Which of the two boxes are ticked on the page of this account.
async fn ticked(officer: &mut Person, account: &str) -> [bool; 2] {
    let page = officer.get(&format!("/people/{account}")).await;
    ["supervisor", "security_officer"]
        .map(|name| !page.attributes(&format!("input[name='{name}'][checked]"), "value").is_empty())
}

#[tokio::test]
async fn only_the_role_that_nobody_else_has_is_warned_of() {
    let world = World::new().await;
    set(&world, "alder.supervisor", "security_officer = true").await;
    let mut officer = world.sign_in("alder.lso").await;
    let path = "/people/alder.supervisor";
    let both = officer.post(path, &[RITA, ("email", "")]).await;
    let one = officer.post(path, &[RITA, ("email", ""), ("security_officer", "yes")]).await;
    let disabled = officer.post(&format!("{path}/disable"), &[]).await;
    for page in [both, one, disabled] {
        assert_eq!(page.status, 409);
        assert_eq!(page.all("h1"), ["Rita Holloway is the last supervisor of Alder Energy"]);
    }
    // whoever asks is another officer
    let other = officer.post(path, &[RITA, ("email", ""), ("supervisor", "yes")]).await;
    assert_eq!(other.location(), "/people");
    let rita = world.viewer("alder.supervisor").await;
    assert!(rita.supervisor && !rita.security_officer);
}

#[tokio::test]
async fn an_officer_keeps_the_roles_that_they_have() {
    let world = World::new().await;
    set(&world, "alder.lso", "supervisor = true").await;
    let mut officer = world.sign_in("alder.lso").await;
    let own = [("name", "Sam Verity-Cole"), ("email", ""), ("supervisor", "yes"), ("security_officer", "yes")];
    assert_eq!(officer.post("/people/alder.lso", &own).await.location(), "/people");
    let sam = world.viewer("alder.lso").await;
    assert!(sam.supervisor && sam.security_officer && sam.name == "Sam Verity-Cole");
    // one may put down the one role, and not the other
    let less = [("name", "Sam Verity"), ("email", ""), ("supervisor", "yes")];
    let page = officer.post("/people/alder.lso", &less).await;
    assert!(page.error("security_officer").contains("can’t take this role from yourself"), "{:?}", page.errors());
    let less = [("name", "Sam Verity"), ("email", ""), ("security_officer", "yes")];
    assert_eq!(officer.post("/people/alder.lso", &less).await.location(), "/people");
    // and changes their name without it
    assert_eq!(officer.post("/people/alder.lso", &less).await.location(), "/people");
    let sam = world.viewer("alder.lso").await;
    assert!(!sam.supervisor && sam.security_officer);
}

#[tokio::test]
async fn a_draft_gives_no_role_back_that_was_changed_since_and_takes_none() {
    let world = World::new().await;
    let mut officer = world.sign_in("alder.lso").await;
    let path = "/people/alder.agent2";
    assert_eq!(ticked(&mut officer, "alder.agent2").await, [false, false]);
    assert_eq!(ticked(&mut officer, "alder.supervisor").await, [true, false]);
    assert_eq!(ticked(&mut officer, "alder.lso").await, [false, true]);
    let form = officer.get(path).await;
    let (was, epoch) = (form.input("was"), form.input("epoch"));
    let typed =
        [("name", "Bob A"), ("email", ""), ("security_officer", "yes"), ("was", was.as_str()), ("epoch", &epoch)];
    let kept = officer.post(&format!("/drafts?to={path}&drawn=1795000000000"), &typed).await;
    assert_eq!(kept.status, 204, "{}", kept.body);
    assert_eq!(ticked(&mut officer, "alder.agent2").await, [false, true], "as it was typed");
    set(&world, "alder.agent2", "supervisor = true").await;
    assert_eq!(ticked(&mut officer, "alder.agent2").await, [true, true], "theirs and mine");
    let page = officer.get(path).await;
    assert_eq!(page.input("name"), "Bob A");
    assert!(page.input("was").ends_with("&supervisor=yes&security_officer="), "{}", page.input("was"));
}

/// What was noted of roles, the latest last.
async fn noted(world: &World) -> Vec<String> {
    sqlx::query_scalar("select event from security_event where event like 'privilege%' order by at, id")
        .fetch_all(world.owner())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_yes_and_a_no_are_noted_and_said_as_such() {
    let world = World::new().await;
    let (mut asker, mut cdsp) = (world.sign_in("alder.lso").await, world.sign_in("cdsp.lso").await);
    let bob = [("name", "Bob Ashdown"), ("email", ""), ("supervisor", "yes")];
    let request = async || -> String {
        sqlx::query_scalar("select id::text from role_request where decided is null")
            .fetch_one(world.owner())
            .await
            .unwrap()
    };
    for (answer, says, event) in [
        ("no", "alder.agent2 does not get the new role", "privilege_permissions_refused"),
        ("yes", "alder.agent2 has the new role", "privilege_permissions_changed"),
    ] {
        assert_eq!(asker.post("/people/alder.agent2", &bob).await.location(), "/people");
        assert!(asker.get("/people").await.text().contains("was changed; a new role waits for a second officer’s yes"));
        let path = format!("/people/requests/{}", request().await);
        assert_eq!(cdsp.post(&path, &[("answer", answer)]).await.location(), "/people");
        assert!(cdsp.get("/people").await.text().contains(says), "{answer}");
        let noted = noted(&world).await;
        assert_eq!(noted[noted.len() - 2..], ["privilege_permissions_asked", event]);
    }
    // what is taken needs nobody's yes
    let less = [("name", "Bob Ashdown"), ("email", ""), ("knows_last", "yes")];
    assert_eq!(asker.post("/people/alder.agent2", &less).await.location(), "/people");
    assert_eq!(noted(&world).await.last().unwrap(), "privilege_permissions_changed");
    let said = asker.get("/people").await.text();
    assert!(said.contains("alder.agent2 was changed") && !said.contains("a new role waits"), "{said}");
    // a new account with a role, and one without
    for (account, role, times) in [("one.aa", "yes", 3), ("two.bb", "", 3)] {
        let new = [("name", "Somebody"), ("account", account), ("email", ""), ("supervisor", role)];
        assert_eq!(asker.post("/people/new", &new).await.status, 200, "{account}");
        let many = noted(&world).await.iter().filter(|event| *event == "privilege_permissions_asked").count();
        assert_eq!(many, times, "{account}");
    }
}

#[tokio::test]
async fn what_is_no_number_of_a_request_is_nothing_there() {
    let world = World::new().await;
    let mut officer = world.sign_in("alder.lso").await;
    let good = "01234567-89ab-cdef-0123-456789abcdef";
    for (id, status) in [
        (good, 409),
        ("1", 404),
        ("0123456789abcdef0123456789abcdef0123", 404),
        ("0123456-789ab-cdef-0123-456789abcdef", 404),
        ("01234567-89ab-cdef-0123-456789abcdeg", 404),
        ("01234567-89ab-cdef-0123-456789abcdef0", 404),
        ("01234567-89ab-cdef-0123", 404),
    ] {
        let page = officer.post(&format!("/people/requests/{id}"), &[("answer", "yes")]).await;
        assert_eq!(page.status.as_u16(), status, "{id}: {}", page.text());
    }
    assert_eq!(officer.post(&format!("/people/requests/{good}"), &[("answer", "perhaps")]).await.status, 400);
}

#[tokio::test]
async fn who_is_disabled_is_not_disabled_again_and_gets_no_link() {
    let world = World::new().await;
    set(&world, "alder.agent", "demo = false").await;
    let mut officer = world.sign_in("alder.lso").await;
    let path = "/people/alder.agent";
    assert_eq!(officer.get(&format!("{path}/disable")).await.status, 200);
    assert_eq!(officer.post(&format!("{path}/link"), &[]).await.status, 200);
    assert_eq!(officer.post(&format!("{path}/disable"), &[]).await.location(), "/people");
    assert_eq!(officer.get(&format!("{path}/disable")).await.location(), path);
    let again = officer.post(&format!("{path}/disable"), &[]).await;
    assert!(again.status == 409 && again.text().contains("alder.agent is disabled already"), "{}", again.text());
    let link = officer.post(&format!("{path}/link"), &[]).await;
    assert!(link.status == 409 && link.text().contains("gets no link"), "{}", link.text());
    assert_eq!(officer.get("/people/alder.lso/disable").await.location(), "/people/alder.lso", "nor oneself");
    // nor by the form that added them, sent once more
    let key = officer.get("/people/new").await.input("key");
    let new = [("name", "Mia Thorn"), ("account", "mia.thorn"), ("email", ""), ("key", &key)];
    for _ in 0..2 {
        assert_eq!(officer.post("/people/new", &new).await.status, 200);
    }
    assert_eq!(officer.post("/people/ald.mia.thorn/disable", &[]).await.location(), "/people");
    let again = officer.post("/people/new", &new).await;
    assert!(again.attributes("#link", "value").is_empty(), "{}", again.text());
}

#[tokio::test]
async fn an_e_mail_address_has_at_most_a_hundred_characters() {
    let world = World::new().await;
    let mut officer = world.sign_in("alder.lso").await;
    for (length, status) in [(100, 303), (101, 422)] {
        let email = format!("{}@{}.example", "a".repeat(60), "b".repeat(length - 69));
        assert_eq!(email.len(), length);
        let page = officer.post("/people/alder.agent2", &[("name", "Bob Ashdown"), ("email", &email)]).await;
        assert_eq!(page.status.as_u16(), status, "{length}: {}", page.text());
    }
}
