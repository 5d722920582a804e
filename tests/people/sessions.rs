//! How many sessions there may be, and that what is open ends with them.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, header};
use cms::contacts::lifecycle::Status;
use http_body_util::BodyExt;
use tower::ServiceExt;

use crate::world::{PASSWORD, Person, World};

#[tokio::test]
async fn a_shared_account_has_a_hundred_sessions_and_the_oldest_ends_with_one_more() {
    let world = World::new().await;
    let mut first = world.stranger();
    first.post("/sign-in", &[("as", "alder.agent")]).await;
    for _ in 0..99 {
        assert_eq!(world.stranger().post("/sign-in", &[("as", "alder.agent")]).await.status, 303);
    }
    assert_eq!(first.get("/queues/mine").await.status, 200);
    world.stranger().post("/sign-in", &[("as", "alder.agent")]).await;
    assert!(first.get("/queues/mine").await.location().starts_with("/sign-in"));
    let many: i64 =
        sqlx::query_scalar("select count(*) from session where ends > now()").fetch_one(world.owner()).await.unwrap();
    assert_eq!(many, 100);
}

async fn open(world: &World, person: &Person) -> Body {
    let request = Request::get("/presence")
        .header(header::HOST, "127.0.0.1:8080")
        .header(header::COOKIE, person.cookie().unwrap())
        .body(Body::empty())
        .unwrap();
    let mut body = world.site.clone().oneshot(request).await.unwrap().into_body();
    body.frame().await.unwrap().unwrap();
    body
}

/// Whether it ends within two seconds.
async fn closes(mut body: Body) -> bool {
    tokio::time::timeout(Duration::from_secs(2), async { while let Some(Ok(_)) = body.frame().await {} }).await.is_ok()
}

#[tokio::test]
async fn an_open_stream_closes_with_its_session_and_its_persons_rights() {
    let world = World::new().await;
    sqlx::query("update person set demo = false").execute(world.owner()).await.unwrap();
    tokio::spawn(world.app.presence.clone().listen(world.owner().clone()));
    tokio::time::sleep(Duration::from_millis(500)).await;
    let account = "alder.agent";
    let mut officer = world.sign_in("alder.lso").await;
    let beside = world.sign_in("alder.agent2").await;
    let untouched = open(&world, &beside).await;

    let mut amy = world.sign_in(account).await;
    let stream = open(&world, &amy).await;
    amy.post("/sign-out", &[]).await;
    assert!(closes(stream).await, "signed out");

    let (amy, mut other) = (world.sign_in(account).await, world.sign_in(account).await);
    let stream = open(&world, &amy).await;
    other.post("/account/sessions/others", &[]).await;
    assert!(closes(stream).await, "all others ended");

    let stream = open(&world, &other).await;
    sqlx::query("update person set supervisor = true where account = $1")
        .bind(account)
        .execute(world.owner())
        .await
        .unwrap();
    assert!(closes(stream).await, "another role");

    let stream = open(&world, &other).await;
    officer.post("/people/alder.agent/disable", &[]).await;
    assert!(closes(stream).await, "disabled");

    let idle = world.sign_in("alder.supervisor").await;
    sqlx::query(
        "update session set last_seen = now() - interval '29 minutes 59 seconds'
         where person_id = (select id from person where account = 'alder.supervisor')",
    )
    .execute(world.owner())
    .await
    .unwrap();
    assert!(closes(open(&world, &idle).await).await, "not used");
    assert!(!closes(untouched).await, "somebody else's");
}

#[tokio::test]
async fn what_is_noted_stands_or_falls_with_the_act() {
    let world = World::new().await;
    sqlx::query("update person set demo = false").execute(world.owner()).await.unwrap();
    let mut officer = world.sign_in("alder.lso").await;
    let made = officer.post("/people/alder.agent2/link", &[]).await.input_of("link");
    let link = made[made.find("/set-password/").unwrap()..].to_owned();
    let mut amy = world.sign_in("alder.agent").await;
    amy.get("/account").await;
    // nothing can be noted any more
    let stop = "create function stop() returns trigger language plpgsql as $$ begin raise exception 'full'; end $$;
                create trigger stop before insert on security_event for each row execute function stop()";
    sqlx::raw_sql(stop).execute(world.owner()).await.unwrap();
    let sessions =
        async || -> i64 { sqlx::query_scalar("select count(*) from session").fetch_one(world.owner()).await.unwrap() };
    let before = sessions().await;
    assert_eq!(amy.post("/sign-out", &[]).await.status, 500);
    assert_eq!(amy.get("/account").await.status, 200, "still signed in");
    let new = [("password", "velvet otter climbs nine")];
    assert_eq!(world.stranger().post(&link, &new).await.status, 500);
    assert_eq!(world.stranger().get(&link).await.status, 200, "the link is not used");
    let mut stranger = world.stranger();
    let sign_in = [("account", "alder.agent"), ("password", PASSWORD)];
    assert_ne!(stranger.post("/sign-in", &sign_in).await.status, 303);
    assert_eq!(sessions().await, before);
}

#[tokio::test]
async fn who_has_to_sign_in_comes_back_to_where_they_were() {
    let world = World::new().await;
    for path in ["/queues/raised", "/queues/raised?q=high%20street", "/account"] {
        let to = world.stranger().get(path).await.location();
        assert_eq!(to, format!("/sign-in?next={}", cms::address::urlencode(path)));
    }
    // the home page is where signing in leads by itself
    assert_eq!(world.stranger().get("/").await.location(), "/sign-in");
    // of a button: to the page that it stands on, where the browser says which
    let pressed = async |from: &[(&str, &str)]| {
        let mut request = Request::post("/account/sessions/others")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        for (name, value) in from {
            request = request.header(*name, *value);
        }
        world.stranger().send(request, Body::empty()).await.location()
    };
    for (from, to) in [
        (&[][..], "/sign-in"),
        (&[("referer", "http://127.0.0.1:8080/")], "/sign-in"),
        (&[("referer", "http://127.0.0.1:8080")], "/sign-in"),
        (&[("referer", "/account")], "/sign-in"),
        (&[("referer", "http://127.0.0.1:8080//evil.example")], "/sign-in"),
        (&[("referer", "http://127.0.0.1:8080/account")], "/sign-in?next=%2Faccount"),
        (&[("referer", "http://evil.example/account?of=them")], "/sign-in?next=%2Faccount%3Fof%3Dthem"),
    ] {
        assert_eq!(pressed(from).await, to, "{from:?}");
    }
}

#[tokio::test]
async fn what_a_page_asks_by_itself_keeps_nobody_signed_in_and_what_people_ask_does() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Atca).await;
    let mut agent = world.sign_in("cdsp.agent").await;
    world.app.presence.stop();
    let by_itself = [
        ("POST", "/drafts?to=/feedback&drawn=1795000000000".to_owned()),
        ("GET", "/presence".to_owned()),
        ("POST", format!("/contacts/{crn}/presence")),
        ("GET", "/queues/organisation/new-count".to_owned()),
        ("GET", "/contacts/new/mnc/alike.json".to_owned()),
        ("GET", "/bulk/0123456789abcdef0123456789abcdef/progress".to_owned()),
    ];
    let by_people = [
        ("GET", "/".to_owned()),
        ("GET", "/account".to_owned()),
        ("GET", format!("/contacts/{crn}")),
        ("GET", "/queues/organisation".to_owned()),
        ("POST", "/drafts/discard".to_owned()),
        ("POST", "/notifications/read".to_owned()),
    ];
    for (paths, is_used) in [(by_itself, false), (by_people, true)] {
        for (method, path) in paths {
            let idle = "update session set last_seen = now() - interval '20 minutes'";
            sqlx::query(idle).execute(world.owner()).await.unwrap();
            if method == "GET" {
                agent.send(Request::get(&path), Body::empty()).await;
            } else {
                agent.post(&path, &[("says", "Blue"), ("form", "/feedback"), ("shown_at", "1")]).await;
            }
            let seen = "select last_seen > now() - interval '1 minute' from session";
            let is_seen: bool = sqlx::query_scalar(seen).fetch_one(world.owner()).await.unwrap();
            assert_eq!(is_seen, is_used, "{method} {path}");
        }
    }
}
