//! Whose password is right: a browser that is known, a word about guesses, and who waits for whom.

use std::time::{Duration, Instant};

use axum::http::header;
use cms::hash_line::PACE;
use cms::people::throttle::ADDRESS_FAILURES;

use super::throttle::{from, hashed, world};
use crate::world::{PASSWORD, Person, World};

/// Nobody guesses it first.
const RARE: &str = "velvet otter climbs nine";

async fn has_a_rare_password(world: &World, account: &str) {
    let hash = cms::secret::hash_password(RARE.to_owned()).await.unwrap();
    sqlx::query("update person set password_hash = $1 where account = $2")
        .bind(hash)
        .bind(account)
        .execute(world.owner())
        .await
        .unwrap();
}

#[tokio::test]
async fn of_guesses_alone_the_owner_is_told_once_and_of_none_never() {
    let world = world().await;
    has_a_rare_password(&world, "alder.agent").await;
    let mut owner = world.stranger();
    for title in [&[][..], &["Since you last signed in there came 3 wrong passwords for your account"], &[]] {
        if !title.is_empty() {
            for _ in 0..3 {
                from(&mut world.stranger(), "198.51.100.7", "alder.agent", "guess").await;
            }
        }
        assert_eq!(from(&mut owner, "203.0.113.9", "alder.agent", RARE).await.status, 303);
        assert_eq!(owner.get("/account").await.all(".govuk-notification-banner__heading"), title);
    }
}

#[tokio::test]
async fn who_comes_in_by_a_shared_button_is_told_of_no_guesses() {
    let world = world().await;
    from(&mut world.stranger(), "198.51.100.7", "alder.agent2", "guess").await;
    let mut bob = world.stranger();
    assert_eq!(bob.post("/sign-in", &[("as", "alder.agent2")]).await.status, 303);
    assert!(bob.get("/account").await.all(".govuk-notification-banner").is_empty());
}

#[tokio::test]
async fn a_browser_is_known_among_whatever_other_cookies() {
    let world = world().await;
    let mut owner = world.stranger();
    from(&mut owner, "203.0.113.9", "alder.agent", PASSWORD).await;
    let known = owner.browser.clone().unwrap();
    for other in ["theirs=0123456789abcdef0123456789abcdef", "cms-browser=nothing"] {
        owner.browser = Some(format!("{other}; {known}"));
        assert_eq!(from(&mut owner, "203.0.113.9", "alder.agent", PASSWORD).await.status, 303);
        assert_eq!(owner.browser.as_ref(), Some(&known), "{other}");
    }
}

#[tokio::test]
async fn who_waited_long_behind_others_is_asked_to_try_again_and_it_does_not_count() {
    let world = world().await;
    for _ in 0..10 {
        from(&mut world.stranger(), "198.51.100.7", "alder.agent", "guess").await;
    }
    // as if all of them were still being looked at
    sqlx::query("update sign_in_attempt set failed = false, at = clock_timestamp() + interval '1 minute'")
        .execute(world.owner())
        .await
        .unwrap();
    let mut owner = world.stranger();
    let came = from(&mut owner, "198.51.100.7", "alder.agent", PASSWORD);
    let page = tokio::time::timeout(Duration::from_secs(20), came).await.expect("an answer");
    assert_eq!((page.status.as_u16(), &page.headers[header::RETRY_AFTER]), (503, &"5".parse().unwrap()));
    assert!(page.error("account").contains("Your password was not looked at"), "{:?}", page.errors());
    assert_eq!(hashed(&world).await, 10);
}

#[tokio::test]
async fn an_address_with_many_wrong_passwords_is_served_twice_a_second() {
    let world = world().await;
    let guess = async |name: i32| {
        from(&mut world.stranger(), "203.0.113.9", &format!("nobody{name}"), "guess").await;
    };
    for name in 0..ADDRESS_FAILURES {
        guess(name).await;
    }
    let began = Instant::now();
    for name in 0..4 {
        guess(100 + name).await;
    }
    let took = began.elapsed();
    assert!(took >= 3 * PACE, "{took:?}");
}

#[tokio::test]
async fn who_waits_reads_what_would_help_them() {
    let world = World::new().await;
    sqlx::query("update person set demo = false").execute(world.owner()).await.unwrap();
    let slowed = async |person: &mut Person| {
        for _ in 0..30 {
            let guess = [("account", "alder.agent"), ("password", "no no no no no")];
            let page = person.post("/sign-in", &guess).await;
            if page.status == 429 {
                return page.error("account").contains("a browser in which you have signed in before needs no wait");
            }
        }
        panic!("nobody waits");
    };
    let mut known = world.stranger();
    known.post("/sign-in", &[("account", "alder.agent"), ("password", PASSWORD)]).await;
    known.post("/sign-out", &[]).await;
    assert!(!slowed(&mut known).await, "this is such a browser");
    assert!(slowed(&mut world.stranger()).await);
}
