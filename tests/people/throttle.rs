//! Guessing: what counts, who waits, and that nobody is kept out by what others do.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{Request, header};
use cms::clock::Clock;
use cms::people::throttle;

use crate::world::{PASSWORD, Page, Person, World};

/// A form sent from this address; the world trusts the tests' proxy.
pub async fn from(person: &mut Person, address: &str, account: &str, password: &str) -> Page {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("account", account), ("password", password)])
        .finish();
    let request = Request::post("/sign-in")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .header("x-forwarded-for", address)
        .extension(SocketAddr::from(([127, 0, 0, 1], 1)));
    person.send(request, Body::from(body)).await
}

pub async fn world() -> World {
    let world = World::with(|config| config.trusted_proxies = vec!["127.0.0.1".parse().unwrap()], Clock::System).await;
    sqlx::query("update person set demo = false where account = 'alder.agent'").execute(world.owner()).await.unwrap();
    world
}

/// As if so many seconds had gone by.
pub async fn later(world: &World, seconds: f64) {
    for sql in [
        "update sign_in_attempt set at = at - make_interval(secs => $1)",
        "update sign_in_place set opens = opens - make_interval(secs => $1)",
    ] {
        sqlx::query(sql).bind(seconds).execute(world.owner()).await.unwrap();
    }
}

pub async fn hashed(world: &World) -> i64 {
    sqlx::query_scalar("select count(*) from sign_in_attempt").fetch_one(world.owner()).await.unwrap()
}

#[tokio::test]
async fn the_rules_are_written_once() {
    let world = World::new().await;
    let rules: (i32, i32, i32, i32, i32, i32, i32) =
        sqlx::query_as("select * from sign_in_rules()").fetch_one(world.owner()).await.unwrap();
    let ours = (
        throttle::FREE,
        throttle::FIRST_ONES,
        throttle::LINE_WAIT,
        throttle::OWN_WAIT,
        throttle::LINE_PLACES,
        throttle::BROWSER_GUESSES,
        throttle::ADDRESS_FAILURES,
    );
    assert_eq!(rules, ours);
}

#[tokio::test]
async fn after_ten_wrong_passwords_an_address_waits_longer_and_longer() {
    let world = world().await;
    let rival = "198.51.100.7";
    for _ in 0..10 {
        assert_eq!(from(&mut world.stranger(), rival, "alder.agent", "guess").await.status, 422);
    }
    let page = from(&mut world.stranger(), rival, "alder.agent", PASSWORD).await;
    assert_eq!(page.status, 429);
    assert_eq!(page.headers[header::RETRY_AFTER], "1");
    assert!(page.error("account").contains("Try again in 1 second"), "{:?}", page.errors());
    assert_eq!(page.input("account"), "alder.agent", "what was typed is kept");
    later(&world, 1.0).await;
    assert_eq!(from(&mut world.stranger(), rival, "alder.agent", "guess").await.status, 422);
    assert_eq!(from(&mut world.stranger(), rival, "alder.agent", "guess").await.headers[header::RETRY_AFTER], "2");
    later(&world, 2.0).await;
    assert_eq!(from(&mut world.stranger(), rival, "alder.agent", PASSWORD).await.status, 303);
    // unknown names are slowed alike, so nothing is learnt from it
    for _ in 0..10 {
        from(&mut world.stranger(), rival, "nobody.here", "guess").await;
    }
    assert_eq!(from(&mut world.stranger(), rival, "nobody.here", "guess").await.headers[header::RETRY_AFTER], "1");
}

#[tokio::test]
async fn an_address_and_the_account_it_belongs_to_count_apart() {
    let world = world().await;
    sqlx::raw_sql(
        "update person set email = 'amy@alder.example' where account = 'alder.agent';
         update person set email_signs_in = true where email is not null;
         insert into former_name (account, person_id) select 'amy', id from person where account = 'alder.agent'",
    )
    .execute(world.owner())
    .await
    .unwrap();
    let names = ["alder.agent", "amy@alder.example", "amy"];
    for (n, used_up) in names.iter().enumerate() {
        let rival = format!("198.51.100.{n}");
        // what is said at one name is what is said at one that nobody has, whatever was typed at the others
        for guess in 0..11 {
            let known = from(&mut world.stranger(), &rival, used_up, "guess").await;
            let nobodys = from(&mut world.stranger(), &rival, &format!("nobody{n}"), "guess").await;
            assert_eq!(said(&known), said(&nobodys), "{used_up} {guess}");
        }
        for other in names.iter().filter(|other| *other != used_up) {
            let known = from(&mut world.stranger(), &rival, other, "guess").await;
            let nobodys = from(&mut world.stranger(), &rival, &format!("{other}.nobody"), "guess").await;
            assert_eq!((known.status.as_u16(), said(&known)), (422, said(&nobodys)), "{other} after {used_up}");
        }
        sqlx::raw_sql("delete from sign_in_attempt; delete from sign_in_place").execute(world.owner()).await.unwrap();
    }
}

/// What an answer tells whoever typed.
fn said(page: &Page) -> (u16, String, Option<String>) {
    let wait = page.headers.get(header::RETRY_AFTER).map(|wait| wait.to_str().unwrap().to_owned());
    (page.status.as_u16(), page.error("account"), wait)
}

#[tokio::test]
async fn an_owner_with_a_new_browser_at_a_new_address_gets_in_while_one_rival_tries_without_end() {
    let world = world().await;
    for _ in 0..100 {
        from(&mut world.stranger(), "198.51.100.7", "alder.agent", "guess").await;
        later(&world, 2.0).await;
    }
    assert_eq!(from(&mut world.stranger(), "203.0.113.9", "alder.agent", PASSWORD).await.status, 303);
}

#[tokio::test]
async fn an_owner_gets_in_within_two_minutes_while_a_whole_network_tries() {
    let world = world().await;
    // an address of its own for each guess
    for n in 0..250 {
        from(&mut world.stranger(), &format!("198.51.{}.{}", n / 200, n % 200), "alder.agent", "guess").await;
        later(&world, 2.0).await;
    }
    let mut owner = world.stranger();
    let mut waited = 0;
    while waited <= 120 {
        let page = from(&mut owner, "203.0.113.9", "alder.agent", PASSWORD).await;
        if page.status == 303 {
            return;
        }
        let wait: i32 = page.headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
        waited += wait;
        // the rivals go on
        for n in 0..wait {
            later(&world, 1.0).await;
            from(&mut world.stranger(), &format!("198.51.100.{n}"), "alder.agent", "guess").await;
        }
    }
    panic!("the owner waited {waited} seconds");
}

#[tokio::test]
async fn of_thousands_of_guesses_from_everywhere_few_are_looked_at() {
    let world = world().await;
    for n in 0..400 {
        let address = format!("10.{}.{}.1", n % 100, n / 100);
        from(&mut world.stranger(), &address, "alder.agent", "guess").await;
    }
    let mut all = hashed(&world).await;
    // one address goes on
    for _ in 0..100 {
        from(&mut world.stranger(), "10.0.0.1", "alder.agent", "guess").await;
    }
    all = all.max(hashed(&world).await);
    assert!(all <= 30, "{all} were looked at");
}

#[tokio::test]
async fn a_browser_that_signed_in_before_is_let_in_whatever_strangers_do() {
    let world = world().await;
    let mut owner = world.stranger();
    assert_eq!(from(&mut owner, "203.0.113.9", "alder.agent", PASSWORD).await.status, 303);
    owner.post("/sign-out", &[]).await;
    assert!(owner.browser.is_some(), "it stays known");
    for n in 0..40 {
        from(&mut world.stranger(), &format!("10.{n}.0.1"), "alder.agent", "guess").await;
    }
    // even at the address of the rival
    for _ in 0..12 {
        from(&mut world.stranger(), "203.0.113.9", "alder.agent", "guess").await;
    }
    assert_eq!(from(&mut owner, "203.0.113.9", "alder.agent", PASSWORD).await.status, 303);
    // whoever has stolen its cookie has few guesses, and none at other accounts
    let mut thief = world.stranger();
    thief.browser.clone_from(&owner.browser);
    for _ in 0..25 {
        from(&mut thief, "10.9.9.9", "alder.agent", "guess").await;
        later(&world, 900.0).await;
    }
    let known: i64 = sqlx::query_scalar("select count(*) from known_browser").fetch_one(world.owner()).await.unwrap();
    assert_eq!(known, 0);
}

#[tokio::test]
async fn a_browser_is_not_known_by_what_a_stranger_put_there() {
    let world = world().await;
    let mut rival = world.stranger();
    assert_eq!(from(&mut rival, "198.51.100.7", "birch.agent", PASSWORD).await.status, 303);
    let mut owner = world.stranger();
    owner.browser.clone_from(&rival.browser);
    assert_eq!(from(&mut owner, "203.0.113.9", "alder.agent", PASSWORD).await.status, 303);
    assert_ne!(owner.browser, rival.browser, "it has a value of its own from now on");
    for _ in 0..12 {
        from(&mut rival, "198.51.100.7", "alder.agent", "guess").await;
    }
    assert_eq!(from(&mut rival, "198.51.100.7", "alder.agent", PASSWORD).await.status, 429, "like any stranger");
    // it goes on being known to all who sign in there
    let value = owner.browser.clone();
    for account in ["birch.agent", "alder.agent"] {
        assert_eq!(from(&mut owner, "203.0.113.9", account, PASSWORD).await.status, 303);
        assert_eq!(owner.browser, value, "{account}");
    }
}

#[tokio::test]
async fn thirty_wrong_passwords_from_one_address_refuse_nobody_else_there() {
    let world = world().await;
    for n in 0..35 {
        from(&mut world.stranger(), "203.0.113.9", &format!("nobody{n}"), "guess").await;
    }
    let began = Instant::now();
    assert_eq!(from(&mut world.stranger(), "203.0.113.9", "birch.agent", PASSWORD).await.status, 303);
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
}

#[tokio::test]
async fn an_address_of_version_six_counts_by_what_its_owner_was_given() {
    let world = world().await;
    for n in 0..10 {
        from(&mut world.stranger(), &format!("2001:db8:1:2::{n}"), "alder.agent", "guess").await;
    }
    assert_eq!(from(&mut world.stranger(), "2001:db8:1:2::99", "alder.agent", "guess").await.status, 429);
    assert_eq!(from(&mut world.stranger(), "2001:db8:9:2::99", "alder.agent", PASSWORD).await.status, 303);
}

#[tokio::test]
async fn a_room_that_signs_in_at_once_is_not_taken_for_guessing() {
    let world = World::new().await;
    for as_typed in [false, true] {
        let mut room = Vec::new();
        for _ in 0..25 {
            let mut person = world.stranger();
            room.push(tokio::spawn(async move {
                let typed = [("account", "alder.agent"), ("password", PASSWORD)];
                person.post("/sign-in", if as_typed { &typed } else { &[("as", "alder.agent")] }).await.status.as_u16()
            }));
        }
        for person in room {
            assert_eq!(person.await.unwrap(), 303);
        }
    }
    assert_eq!(hashed(&world).await, 0, "right passwords never count");
}

#[tokio::test]
async fn an_honest_person_is_not_kept_waiting_by_guessers() {
    let world = world().await;
    let mut guessers = Vec::new();
    for n in 0..100 {
        let mut person = world.stranger();
        guessers.push(tokio::spawn(async move {
            for m in 0..3 {
                from(&mut person, &format!("198.51.{}.{n}", m % 3), &format!("nobody{n}.{m}"), "guess").await;
            }
        }));
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    let began = Instant::now();
    assert_eq!(from(&mut world.stranger(), "203.0.113.9", "alder.agent", PASSWORD).await.status, 303);
    let took = began.elapsed();
    assert!(guessers.iter().any(|guesser| !guesser.is_finished()), "the line was empty");
    assert!(took < Duration::from_millis(1_500), "{took:?}");
}

#[tokio::test]
async fn the_owner_is_told_of_guesses() {
    let world = world().await;
    for _ in 0..3 {
        from(&mut world.stranger(), "198.51.100.7", "alder.agent", "guess").await;
    }
    let mut owner = world.stranger();
    from(&mut owner, "203.0.113.9", "alder.agent", PASSWORD).await;
    let page = owner.get("/account").await;
    assert!(page.text().contains("Since you last signed in there came 3 wrong passwords"), "{}", page.text());
    let days = page.all("#wrong-passwords li");
    assert!(days.len() == 1 && days[0].ends_with(": 3"), "{days:?}");
    assert!(world.sign_in("alder.agent2").await.get("/account").await.all("#wrong-passwords li").is_empty());
    from(&mut owner, "203.0.113.9", "alder.agent", PASSWORD).await;
    assert!(!owner.get("/account").await.text().contains("Since you last signed in"), "once");
}

#[tokio::test]
async fn what_strangers_type_is_not_kept_and_their_rows_are_bounded() {
    let world = world().await;
    for _ in 0..15 {
        from(&mut world.stranger(), "198.51.100.7", "my secret passphrase", "x").await;
        from(&mut world.stranger(), "198.51.100.7", "alder.agent", "x").await;
    }
    let rows: Vec<(String, String, i32)> =
        sqlx::query_as("select event, account, times from security_event order by 1, 2")
            .fetch_all(world.owner())
            .await
            .unwrap();
    assert!(rows.len() <= 8, "{rows:?}");
    assert_eq!(rows.iter().map(|(.., times)| times).sum::<i32>(), 30);
    assert!(rows.iter().all(|(_, account, _)| account.is_empty() || account == "alder.agent"), "{rows:?}");
    let kept: String = sqlx::query_scalar("select coalesce(string_agg(a::text, ' '), '') from sign_in_attempt a")
        .fetch_one(world.owner())
        .await
        .unwrap();
    assert!(!kept.contains("secret"));
}

#[tokio::test]
async fn an_old_hash_signs_in_and_is_made_anew() {
    let world = world().await;
    let old = "select password_hash from person where account = 'alder.agent'";
    // m=8192, t=1, p=1
    let cheap = cheap_hash();
    sqlx::query("update person set password_hash = $1 where account = 'alder.agent'")
        .bind(&cheap)
        .execute(world.owner())
        .await
        .unwrap();
    assert_eq!(from(&mut world.stranger(), "203.0.113.9", "alder.agent", PASSWORD).await.status, 303);
    let now: String = sqlx::query_scalar(old).fetch_one(world.owner()).await.unwrap();
    assert!(now.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{now}");
    assert_eq!(from(&mut world.stranger(), "203.0.113.9", "alder.agent", PASSWORD).await.status, 303);
    let then: String = sqlx::query_scalar(old).fetch_one(world.owner()).await.unwrap();
    assert_eq!(then, now, "once");
}

fn cheap_hash() -> String {
    use argon2::password_hash::PasswordHasher;
    let params = argon2::Params::new(8_192, 1, 1, None).unwrap();
    let argon = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    argon.hash_password(PASSWORD.as_bytes()).unwrap().to_string()
}
