//! The page of a person: what it says after it was sent, and what two officers change at once.

use super::confirm::{confirm, old, real};
use super::second_yes::second_officer;
use crate::world::{PASSWORD, Page, Person, World};

const MIA: [(&str, &str); 4] =
    [("name", "Mia Thorn"), ("account", "mia.thorn"), ("email", "mia@example.com"), ("supervisor", "yes")];

/// What the page of a form would send, with these fields typed otherwise.
fn typed<'a>(page: &'a Shown, other: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let rest = page.iter().filter(|(name, _)| other.iter().all(|(known, _)| known != name));
    rest.map(|(name, value)| (name.as_str(), value.as_str())).chain(other.iter().copied()).collect()
}

type Shown = Vec<(String, String)>;

async fn shown(person: &mut Person, path: &str) -> Shown {
    let page = person.get(path).await;
    let of = |name: &str| page.attributes(&format!("form[action='{path}'] [name='{name}']"), "value");
    let ticked = |name: &str| page.attributes(&format!("[name='{name}'][checked]"), "value");
    let mut all: Shown = ["name", "email", "was", "key"].map(|name| (name.to_owned(), of(name).concat())).into();
    all.extend(["supervisor", "security_officer"].map(|name| (name.to_owned(), ticked(name).concat())));
    all
}

fn is_unsent(page: &Page) -> bool {
    page.text().contains("has not been sent")
}

#[tokio::test]
async fn who_was_added_is_said_once_and_leaves_an_empty_form() {
    let world = World::new().await;
    let mut officer = world.sign_in("alder.lso").await;
    let key = officer.get("/people/new").await.input("key");
    let fields = [&MIA[..], &[("key", &key)]].concat();
    let added = officer.post("/people/new", &fields).await;
    assert_eq!(added.all(".govuk-notification-banner__heading"), ["Mia Thorn was added"]);
    assert!(added.all("#waits")[0].contains("Supervisor waits for a second officer’s yes"));
    let link = added.input_of("link");
    let again = officer.post("/people/new", &fields).await;
    assert!(again.text().contains("was added a moment ago") && again.attributes("#link", "value").is_empty());
    let path = link.split_once("8080").unwrap().1;
    assert_eq!(world.stranger().get(path).await.status, 200, "the second answer ended the link of the first");
    let next = officer.get("/people/new").await;
    assert!(!is_unsent(&next) && next.input("name").is_empty(), "{}", next.text());
    assert!(!officer.get("/").await.text().contains("draft"));
    assert!(officer.get("/people/ald.mia.thorn").await.all("#waits")[0].contains("Supervisor"));
}

#[tokio::test]
async fn a_link_is_made_once_for_a_form_and_never_for_oneself() {
    let world = World::new().await;
    real(&world).await;
    let mut officer = world.sign_in("alder.lso").await;
    let page = officer.get("/people/alder.agent").await;
    let key = page.attributes("form[action$='/link'] [name='key']", "value").concat();
    let first = officer.post("/people/alder.agent/link", &[("key", &key)]).await.input_of("link");
    let again = officer.post("/people/alder.agent/link", &[("key", &key)]).await;
    assert!(again.status == 200 && again.text().contains("was shown once"), "{}", again.text());
    assert_eq!(world.stranger().get(first.split_once("8080").unwrap().1).await.status, 200);
    let own = officer.get("/people/alder.lso").await;
    assert!(own.attributes("form[action$='/link']", "action").is_empty(), "{}", own.text());
    let refused = officer.post("/people/alder.lso/link", &[]).await;
    assert!(refused.status == 409 && refused.text().contains("your own password"), "{}", refused.text());
    let made: bool = {
        let mut tx = world.app.db.as_viewer(world.person_id("alder.lso").await).await.unwrap();
        let sql = "select make_person_link(viewer(), '\\x00', now() + interval '1 day')";
        sqlx::query_scalar(sql).fetch_one(&mut *tx).await.unwrap()
    };
    assert!(!made, "a statement made it");
}

#[tokio::test]
async fn what_was_changed_after_a_password_is_not_left_as_a_draft() {
    let world = World::new().await;
    real(&world).await;
    let mut officer = world.sign_in("alder.lso").await;
    let fields = shown(&mut officer, "/people/alder.agent").await;
    old(&world).await;
    let asks = officer.post("/people/alder.agent", &typed(&fields, &[("name", "Amy Wolf")])).await;
    assert!(asks.text().contains("To change the account alder.agent, type your password"), "{}", asks.text());
    assert_eq!(confirm(&mut officer, &asks, ("confirm-password", PASSWORD)).await.location(), "/people");
    let page = officer.get("/people/alder.agent").await;
    assert!(!is_unsent(&page) && page.input("name") == "Amy Wolf", "{}", page.text());
}

#[tokio::test]
async fn what_a_colleague_changed_meanwhile_stays() {
    let world = World::new().await;
    second_officer(&world).await;
    let (mut one, mut other) = (world.sign_in("alder.lso").await, world.sign_in("alder.supervisor").await);
    let path = "/people/alder.agent2";
    let before = shown(&mut one, path).await;
    let theirs = [("email", "new@example.com")];
    let done = other.post(path, &typed(&before, &theirs)).await;
    assert_eq!(done.location(), "/people", "{}", done.text());
    sqlx::query("update person set supervisor = true where account = 'alder.agent2'")
        .execute(world.owner())
        .await
        .unwrap();
    // only the name was typed here
    assert_eq!(one.post(path, &typed(&before, &[("name", "Ben Wolf")])).await.location(), "/people");
    let now: (String, Option<String>, bool) =
        sqlx::query_as("select name, email, supervisor from person where account = 'alder.agent2'")
            .fetch_one(world.owner())
            .await
            .unwrap();
    assert_eq!(now, ("Ben Wolf".to_owned(), Some("new@example.com".to_owned()), true));
    // what both changed is asked about, and sent again it is done
    let mine = typed(&before, &[("name", "Ben Wolf"), ("email", "mine@example.com")]);
    let asked = one.post(path, &mine).await;
    assert_eq!((asked.status.as_u16(), asked.input("email").as_str()), (409, "mine@example.com"));
    assert!(asked.error("email").contains("“new@example.com” meanwhile"), "{:?}", asked.errors());
    let was = asked.input("was");
    let again =
        typed(&before, &[("name", "Ben Wolf"), ("email", "mine@example.com"), ("supervisor", "yes"), ("was", &was)]);
    assert_eq!(one.post(path, &again).await.location(), "/people");
    let email: String = sqlx::query_scalar("select email from person where account = 'alder.agent2'")
        .fetch_one(world.owner())
        .await
        .unwrap();
    assert_eq!(email, "mine@example.com");
    // what was left as it was is theirs to change, in whatever letters, and the same from both is no matter to ask about
    let before = shown(&mut one, path).await;
    assert_eq!(other.post(path, &typed(&before, &[("name", "Bea Wolf")])).await.location(), "/people");
    let mine = typed(&before, &[("email", "Bea@Example.com")]);
    assert_eq!(one.post(path, &mine).await.location(), "/people");
    assert_eq!(other.post(path, &mine).await.location(), "/people");
    let now: (String, String) = sqlx::query_as("select name, email from person where account = 'alder.agent2'")
        .fetch_one(world.owner())
        .await
        .unwrap();
    assert_eq!(now, ("Bea Wolf".to_owned(), "bea@example.com".to_owned()));
}
