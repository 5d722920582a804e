//! Passwords are taken as they were typed, and never shown again: in every field that holds one.

use cms::form::is_password;

use super::confirm::real;
use crate::refusals::quoted;
use crate::world::{PASSWORD, World};

/// A blank that doesn't break, a joined emoji and a letter with its accent apart, as phones and word processors give them.
const ODD: &str = "violet harbour\u{a0}tundra \u{1f469}\u{200d}\u{1f527} cafe\u{301} 7";

#[test]
fn every_field_of_a_password_is_named_as_one() {
    let names: Vec<String> =
        quoted("field::password(").into_iter().map(|(_, mut texts)| texts.swap_remove(0)).collect();
    assert_eq!(names.len(), 5, "{names:?}");
    assert!(names.iter().all(|name| is_password(name)), "{names:?}");
    let own: Vec<String> = quoted("type=\"password\"").into_iter().map(|(page, _)| page).collect();
    assert!(own.len() == 1 && own[0].ends_with("parts/field.html"), "a field of its own: {own:?}");
}

#[tokio::test]
async fn a_password_is_what_was_typed_wherever_it_is_set() {
    let world = World::new().await;
    real(&world).await;
    let mut amy = world.sign_in("alder.agent").await;
    let mut sign_in = world.stranger();
    let mut old = PASSWORD;
    for new in [ODD, "ｖｉｏｌｅｔ harbour tundra 8", " velvet otter  climbs nine "] {
        let done = amy.post("/account/password", &[("current-password", old), ("new-password", new)]).await;
        assert_eq!(done.location(), "/account", "{:?}", done.errors());
        assert_eq!(
            sign_in.post("/sign-in", &[("account", "alder.agent"), ("password", new)]).await.status,
            303,
            "{new}"
        );
        old = new;
    }
    let link = world.sign_in("alder.lso").await.post("/people/alder.agent/link", &[]).await.input_of("link");
    let path = link.split_once("8080").unwrap().1;
    assert_eq!(world.stranger().post(path, &[("password", ODD)]).await.status, 303);
    assert_eq!(sign_in.post("/sign-in", &[("account", "alder.agent"), ("password", ODD)]).await.status, 303);
}

#[tokio::test]
async fn no_refusal_shows_a_password() {
    let world = World::new().await;
    real(&world).await;
    let mut amy = world.sign_in("alder.agent").await;
    let both = [("current-password", "SECRET one"), ("new-password", "SECRET two")];
    for extra in [("x", "1"), ("epoch", "7"), ("new-password", "SECRET three"), ("version", "0")] {
        let page = amy.post("/account/password", &[both[0], both[1], extra]).await;
        assert!(page.status.is_client_error() && !page.body.contains("SECRET"), "{extra:?}: {}", page.text());
    }
}

#[tokio::test]
async fn nothing_is_not_a_password_and_counts_nowhere() {
    let world = World::new().await;
    real(&world).await;
    let mut amy = world.sign_in("alder.agent").await;
    let page = amy.post("/account/password", &[("current-password", ""), ("new-password", ODD)]).await;
    assert_eq!(page.error("current-password"), "Enter your current password");
    let page = world.stranger().post("/sign-in", &[("account", "alder.agent"), ("password", "")]).await;
    assert_eq!((page.status.as_u16(), page.error("password").as_str()), (422, "Enter your password"));
    let page = world.stranger().post("/sign-in", &[("account", ""), ("password", ODD)]).await;
    assert_eq!(page.error("account"), "Enter your account name");
    let counted: i64 =
        sqlx::query_scalar("select count(*) from sign_in_attempt").fetch_one(world.owner()).await.unwrap();
    assert_eq!(counted, 0);
}

#[tokio::test]
async fn a_new_password_is_another_one() {
    let world = World::new().await;
    real(&world).await;
    let mut amy = world.sign_in("alder.agent").await;
    // one that would be refused as a new one, too
    let weak = "alder.agent alder.agent";
    let hash = cms::secret::hash_password(weak.to_owned()).await.unwrap();
    let sql = "update person set password_hash = $1 where account = 'alder.agent'";
    sqlx::query(sql).bind(hash).execute(world.owner()).await.unwrap();
    let page = amy.post("/account/password", &[("current-password", weak), ("new-password", weak)]).await;
    let says = "This is your password already; choose another";
    assert_eq!(page.errors(), [("new-password".to_owned(), says.to_owned())]);
}
