//! A fresh password is asked for before what others could do great harm with, and the form goes on once it was given.

use axum::body::Body;
use axum::http::{Method, Request};
use cms::clock::Clock;
use cms::people::confirm::{act, is_asked};

use crate::world::{PASSWORD, Page, Person, World};

/// Routes that take a form without a fresh password. A new one has to be put here, or be one that asks.
const FREE: &str = "/sign-in /sign-out /terms /set-password/{token} /confirm /account/stay /account/password /account/shortcuts \
    /contacts/new/{type} /contacts/new/{type}/find /contacts/new/{type}/alike /contacts/new/{type}/check \
    /contacts/{crn}/assign /contacts/{crn}/reassign /contacts/{crn}/return /contacts/{crn}/send-clarification \
    /contacts/{crn}/answer-clarification /contacts/{crn}/send-visit /contacts/{crn}/answer-visit \
    /contacts/{crn}/resolve-valid /contacts/{crn}/resolve-invalid /contacts/{crn}/withdraw /contacts/{crn}/add \
    /contacts/{crn}/note /evidence /evidence/{id}/remove /bulk /bulk/form /bulk/form/check /bulk/{key} /queues/next \
    /queues/undo /queues/{queue}/act /queues/{queue}/assign-next /queues/{queue}/ticks /queues/{queue}/ticked/{action} \
    /queues/{queue}/columns /queues/{queue}/filters /queues/{queue}/filters/{id} /workload/{account}/move \
    /workload/{account}/hand-over /workload/{account}/cover /texts/new /texts/{key} /texts/{key}/remove /drafts \
    /drafts/evidence /drafts/discard /contacts/{crn}/presence /notifications/read /announcements/put-away /feedback \
    /trial/top-up /trial/switch /trial/announcements /trial/announcements/remove /trial/feedback";

/// Every route of the site that takes a form.
fn routes() -> Vec<String> {
    let source = include_str!("../../src/routes.rs");
    let parts = source.split(".route(").skip(1).filter(|part| part.contains("post("));
    parts.filter_map(|part| part.split('"').nth(1)).map(str::to_owned).collect()
}

pub async fn old(world: &World) {
    let sql = "update session set confirmed = now() - interval '11 minutes'";
    sqlx::query(sql).execute(world.owner()).await.unwrap();
}

pub async fn real(world: &World) {
    sqlx::query("update person set demo = false").execute(world.owner()).await.unwrap();
}

/// Everything that acts on people may touch.
async fn digest(world: &World) -> String {
    let sql = "select md5(concat_ws('|', (select string_agg(p::text, ',' order by id) from person p),
        (select string_agg(l::text, ',' order by token_hash) from person_link l),
        (select string_agg(concat_ws(' ', encode(id_hash, 'hex'), ends, ended), ',' order by id_hash) from session),
        (select epoch from installation)))";
    sqlx::query_scalar(sql).fetch_one(world.owner()).await.unwrap()
}

/// What the page that asks sends again, with this added.
pub async fn confirm(person: &mut Person, page: &Page, added: (&str, &str)) -> Page {
    let of = |attribute: &str| page.attributes("main input[type=hidden]", attribute);
    let (names, values) = (of("name"), of("value"));
    let mut all: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(values.iter().map(String::as_str)).collect();
    all.push(added);
    let to = page.attributes("main form", "action")[0].clone();
    person.post(&to, &all).await
}

#[tokio::test]
async fn every_route_asks_or_is_known_not_to_and_an_old_session_changes_nothing() {
    let world = World::new().await;
    real(&world).await;
    let free: Vec<&str> = FREE.split_whitespace().collect();
    let routes = routes();
    assert!(routes.len() > 55, "{}", routes.len());
    let (asked, rest): (Vec<_>, Vec<_>) = routes.into_iter().partition(|route| is_asked(&Method::POST, route));
    let unknown: Vec<_> = rest.iter().filter(|route| !free.contains(&route.as_str())).collect();
    assert!(unknown.is_empty(), "does it ask for a fresh password? {unknown:?}");
    assert!(asked.len() >= 8, "{asked:?}");
    let mut officer = world.sign_in("alder.lso").await;
    let mut facilitator = world.sign_in("facilitator").await;
    old(&world).await;
    let before = digest(&world).await;
    for route in asked {
        assert!(act(&route, &route, b"").is_some(), "what is {route} called on the page that asks?");
        let path = route.replace("{account}", "alder.agent");
        let who = if path.starts_with("/trial") { &mut facilitator } else { &mut officer };
        let page = who.post(&path, &[("name", "Amy O’Calder"), ("confirm", "RESET"), ("is_sure", "yes")]).await;
        assert_eq!(page.status, 403, "{path}");
        assert!(page.text().contains("Confirm that it is you"), "{path}: {}", page.text());
        assert!(page.body.contains("Amy O’Calder"), "{path} lost what was typed");
    }
    assert_eq!(before, digest(&world).await);
}

#[tokio::test]
async fn an_address_that_is_written_otherwise_is_asked_about_too() {
    let world = World::new().await;
    real(&world).await;
    let mut amy = world.sign_in("alder.agent").await;
    old(&world).await;
    for queue in ["raised", "r%61ised", "%72%61%69%73%65%64", "raise%64"] {
        for ending in ["csv", "xlsx"] {
            let page = amy.get(&format!("/queues/{queue}/export.{ending}")).await;
            assert_eq!(page.status, 403, "{queue} {ending}");
            assert!(page.text().contains("Confirm that it is you"), "{queue} {ending}: {}", page.text());
        }
    }
}

#[tokio::test]
async fn the_form_goes_on_with_the_right_password_and_is_done_once() {
    let world = World::new().await;
    real(&world).await;
    let mut officer = world.sign_in("alder.lso").await;
    old(&world).await;
    let form = officer.get("/people/new").await;
    let (key, epoch) = (form.input("key"), form.input("epoch"));
    let fields = [
        ("name", "Mia “Two” Reed"),
        ("account", "ald.mia"),
        ("email", ""),
        ("key", &key),
        ("epoch", &epoch),
        ("was", ""),
    ];
    let asks = officer.post("/people/new", &fields).await;
    assert_eq!(asks.status, 403);
    assert!(asks.text().contains("To add Mia “Two” Reed, type your password"), "{}", asks.text());
    let again = confirm(&mut officer, &asks, ("confirm-password", "wrong wrong wrong")).await;
    assert_eq!((again.status.as_u16(), again.error("confirm-password").as_str()), (422, "This is not your password"));
    assert!(!again.body.contains("wrong wrong wrong"));
    for _ in 0..2 {
        let done = confirm(&mut officer, &again, ("confirm-password", PASSWORD)).await;
        assert_eq!(done.status, 200, "{}", done.text());
        assert!(done.text().contains("Mia “Two” Reed"));
    }
    let many: i64 = sqlx::query_scalar("select count(*) from person where name = 'Mia “Two” Reed'")
        .fetch_one(world.owner())
        .await
        .unwrap();
    assert_eq!(many, 1);
    // for ten minutes nothing more is asked
    assert_eq!(officer.post("/people/ald.mia/disable", &[]).await.location(), "/people");
    let drafts: i64 = sqlx::query_scalar("select count(*) from draft where fields::text like '%confirm-%'")
        .fetch_one(world.owner())
        .await
        .unwrap();
    assert_eq!(drafts, 0, "an answer was kept");
}

#[tokio::test]
async fn a_confirmed_session_has_a_new_id() {
    let world = World::new().await;
    real(&world).await;
    let mut officer = world.sign_in("alder.lso").await;
    let mut other = world.sign_in("alder.lso").await;
    let before = officer.cookie().unwrap().to_owned();
    old(&world).await;
    let asks = officer.post("/account/sessions/others", &[]).await;
    assert_eq!((asks.status.as_u16(), officer.cookie().unwrap()), (403, before.as_str()));
    assert_eq!(confirm(&mut officer, &asks, ("confirm-password", PASSWORD)).await.location(), "/account");
    assert_ne!(officer.cookie().unwrap(), before);
    assert!(officer.get("/account").await.text().contains("1 other session ended"));
    assert_eq!(
        officer.post("/people/alder.agent2/disable", &[]).await.location(),
        "/people",
        "the new one is confirmed"
    );
    assert!(other.get("/account").await.location().starts_with("/sign-in"));
    let mut copy = world.stranger();
    copy.set_cookie(Some(before));
    assert!(copy.get("/account").await.location().starts_with("/sign-in"));

    // with as many sessions as there may be, no other one ends for it
    let mut others = Vec::new();
    for _ in 0..9 {
        others.push(world.sign_in("alder.lso").await);
    }
    old(&world).await;
    let asks = officer.post("/people/alder.agent2/enable", &[]).await;
    assert_eq!(confirm(&mut officer, &asks, ("confirm-password", PASSWORD)).await.status, 303);
    for other in &mut others {
        assert_eq!(other.get("/account").await.status, 200);
    }

    // a session that ended under the form is not brought to life
    old(&world).await;
    let asks = officer.post("/people/alder.agent2/enable", &[]).await;
    let ends = "update session set ends = now() where person_id = (select id from person where account = 'alder.lso')";
    sqlx::query(ends).execute(world.owner()).await.unwrap();
    assert!(confirm(&mut officer, &asks, ("confirm-password", PASSWORD)).await.location().starts_with("/sign-in"));
    assert!(officer.get("/account").await.location().starts_with("/sign-in"));
}

#[tokio::test]
async fn wrong_ones_count_and_the_session_is_never_confirmed_by_them() {
    let world = World::new().await;
    real(&world).await;
    let mut officer = world.sign_in("alder.lso").await;
    officer.browser = None;
    old(&world).await;
    let mut page = officer.post("/people/alder.agent/link", &[]).await;
    for _ in 0..10 {
        page = confirm(&mut officer, &page, ("confirm-password", "no no no no no")).await;
        assert_eq!(page.status, 422);
    }
    let slowed = confirm(&mut officer, &page, ("confirm-password", PASSWORD)).await;
    assert_eq!(slowed.status, 429);
    assert!(!slowed.text().contains("a browser in which you have signed in before"), "{}", slowed.text());
    assert!(slowed.headers.contains_key("retry-after"));
    tokio::time::sleep(std::time::Duration::from_millis(1_200)).await;
    let done = confirm(&mut officer, &slowed, ("confirm-password", PASSWORD)).await;
    assert!(done.status == 200 && done.input_of("link").contains("/set-password/"), "{}", done.text());
    // nor by the button, which is for shared accounts
    old(&world).await;
    let page = officer.post("/people/alder.agent/link", &[]).await;
    assert_eq!(confirm(&mut officer, &page, ("confirm-password-shared", "yes")).await.status, 403);
}

#[tokio::test]
async fn a_shared_account_confirms_by_a_button() {
    let world = World::new().await;
    let mut officer = world.sign_in("alder.lso").await;
    old(&world).await;
    let stamp = officer.stamp("/people").await.unwrap();
    let request = Request::post("/people/alder.agent2/disable")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .header("referer", "http://127.0.0.1:8080/people/alder.agent2/disable");
    let page = officer.send(request, Body::from(format!("epoch={stamp}"))).await;
    assert!(page.text().contains("Confirm as alder.lso"), "{}", page.text());
    assert_eq!(page.attributes(".govuk-button-group a", "href"), ["/people/alder.agent2/disable"], "back");
    assert_eq!(confirm(&mut officer, &page, ("confirm-password-shared", "yes")).await.location(), "/people");
    let mut amy = world.sign_in("alder.supervisor").await;
    assert_eq!(amy.get("/queues/mine").await.status, 200);
    // a trial's account that was left in a service has no such button, and pressing it is no password
    let service =
        World::on(world.url.clone(), |config| config.database_url = Some("postgres://x".to_owned()), Clock::System)
            .await;
    let mut officer = service.sign_in("alder.lso").await;
    old(&service).await;
    let page = officer.post("/people/alder.agent/disable", &[]).await;
    assert!(page.status == 403 && !page.text().contains("Confirm as alder.lso"), "{}", page.text());
    assert_eq!(confirm(&mut officer, &page, ("confirm-password-shared", "yes")).await.status, 403);
}

#[tokio::test]
async fn an_export_of_everything_asks_and_a_queue_does_not() {
    let world = World::new().await;
    real(&world).await;
    let mut agent = world.sign_in("alder.agent").await;
    old(&world).await;
    assert_eq!(agent.get("/queues/organisation/export.csv").await.status, 200);
    let asks = agent.get("/queues/raised/export.csv?status=CCVA").await;
    assert_eq!(asks.status, 403);
    let back = |page: &Page| page.attributes(".govuk-button-group a", "href").concat();
    assert_eq!(back(&asks), "/queues/raised?status=CCVA");
    assert_eq!(back(&agent.get("/queues/raised/export.xlsx").await), "/queues/raised");
    let wrong = confirm(&mut agent, &asks, ("confirm-password", "no no no no no")).await;
    assert_eq!((wrong.status.as_u16(), back(&wrong).as_str()), (422, "/queues/raised?status=CCVA"));
    assert!(!asks.headers.contains_key("retry-after") && !wrong.headers.contains_key("retry-after"));
    let empty = confirm(&mut agent, &wrong, ("confirm-password", "")).await;
    assert_eq!((empty.status.as_u16(), empty.error("confirm-password").as_str()), (422, "Enter your password"));
    // the file waits on its list: a download would leave the page that asks as it is
    let to = confirm(&mut agent, &wrong, ("confirm-password", PASSWORD)).await.location();
    assert_eq!(to, "/queues/raised?status=CCVA");
    let list = agent.get(&to).await;
    let file = list.attributes(".govuk-notification-banner__link", "href");
    assert_eq!(file, ["/queues/raised/export.csv?status=CCVA"], "{}", list.text());
    assert_eq!(agent.get(&file[0]).await.status, 200);
    assert_eq!(agent.get("/queues/raised/export.csv").await.status, 200);
    assert_eq!(agent.get("/confirm").await.status, 405, "it is no page of its own");
    // nor does it lead away from here
    let stranger = [("next", "https://elsewhere.example/"), ("confirm-password", PASSWORD)];
    assert_eq!(agent.post("/confirm", &stranger).await.location(), "/");
}

#[tokio::test]
async fn only_the_desk_says_that_a_password_was_right() {
    let world = World::new().await;
    let id = world.person_id("alder.agent").await;
    let asked = ["select confirm_session('\\x01')", "select password_is_common(1, false)"];
    for sql in asked {
        let mut tx = world.app.db.as_viewer(id).await.unwrap();
        assert!(sqlx::query(sql).execute(&mut *tx).await.is_err(), "{sql}");
    }
    let fresh: bool =
        sqlx::query_scalar("select session_is_confirmed('\\x99')").fetch_one(world.owner()).await.unwrap();
    assert!(!fresh, "a session that is not there");
}

#[tokio::test]
async fn whose_password_has_become_common_is_told_and_let_in() {
    let world = World::new().await;
    real(&world).await;
    let common = "correcthorsebatterystaple";
    let hash = cms::secret::hash_password(common.to_owned()).await.unwrap();
    sqlx::query("update person set password_hash = $1 where account = 'alder.agent'")
        .bind(hash)
        .execute(world.owner())
        .await
        .unwrap();
    let mut amy = world.stranger();
    assert_eq!(amy.post("/sign-in", &[("account", "alder.agent"), ("password", common)]).await.location(), "/");
    assert!(amy.get("/").await.text().contains("one of those that are tried first"));
    assert!(amy.get("/account").await.body.contains("common-password"));
    let change = [("current-password", common), ("new-password", "velvet otter climbs nine")];
    assert_eq!(amy.post("/account/password", &change).await.status, 303);
    assert!(!amy.get("/account").await.body.contains("id=\"common-password\""));
}
