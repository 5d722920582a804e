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
    let sam = world.viewer("alder.lso").await;
    assert!(!sam.supervisor && sam.security_officer);
}

#[tokio::test]
async fn a_draft_gives_no_role_back_that_was_changed_since_and_takes_none() {
    let world = World::new().await;
    let mut officer = world.sign_in("alder.lso").await;
    let path = "/people/alder.agent2";
    let form = officer.get(path).await;
    let (was, epoch) = (form.input("was"), form.input("epoch"));
    let typed =
        [("name", "Bob A"), ("email", ""), ("security_officer", "yes"), ("was", was.as_str()), ("epoch", &epoch)];
    let kept = officer.post(&format!("/drafts?to={path}&drawn=1795000000000"), &typed).await;
    assert_eq!(kept.status, 204, "{}", kept.body);
    assert_eq!(ticked(&mut officer, "alder.agent2").await, [false, true], "as it was typed");
    set(&world, "alder.agent2", "supervisor = true").await;
    assert_eq!(ticked(&mut officer, "alder.agent2").await, [true, false], "as it is now");
    let page = officer.get(path).await;
    assert_eq!((page.input("name").as_str(), page.input("was").as_str()), ("Bob A", "true false"));
}
