//! A form belongs to the account it was drawn for: another account that sends it, as after a change of who is signed in
//! in another tab, does nothing with it, and what was typed waits for its author.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Request;
use cms::stamp::Stamp;
use scraper::{Html, Selector};

use super::{CASES, send, shown, typed};
use crate::bad_input::FORMS;
use crate::world::{Page, World};

/// Pages with buttons that are no forms to fill in.
const BUTTONS: &[(&str, &str)] = &[
    ("/", "cdsp.agent"),
    ("/", "alder.agent"),
    ("/notifications", "cdsp.agent"),
    ("/queues/organisation", "cdsp.supervisor"),
    ("/queues/mine", "cdsp.agent"),
    ("/queues/raised", "alder.agent"),
    ("/people", "alder.lso"),
    ("/people/alder.agent2", "alder.lso"),
    ("/people/alder.agent2/disable", "alder.lso"),
    ("/account", "alder.agent"),
    ("/workload", "cdsp.supervisor"),
    ("/trial", "facilitator"),
    ("/trial/feedback", "facilitator"),
    ("/nowhere", "alder.agent"),
];

/// These are for whoever comes.
const FOR_ANYBODY: [&str; 2] = ["/sign-in", "/set-password/"];

fn is_for_anybody(to: &str) -> bool {
    FOR_ANYBODY.iter().any(|known| to.starts_with(known))
}

fn every_form_is_stamped(page: &Page, account: &str, path: &str) {
    let html = Html::parse_document(&page.body);
    let select = |text: &str| Selector::parse(text).unwrap();
    for form in html.select(&select("form[method='post'], fieldset[data-epoch], body[data-epoch]")) {
        let to = form.attr("action").unwrap_or_default();
        if is_for_anybody(to) {
            continue;
        }
        let hidden = form.select(&select("input[name='epoch']")).next().and_then(|input| input.attr("value"));
        let stamp = hidden.or(form.attr("data-epoch")).and_then(Stamp::read);
        assert_eq!(stamp.map(|stamp| stamp.account).as_deref(), Some(account), "a form to “{to}” of {path}");
    }
}

#[tokio::test]
async fn every_form_says_for_whom_it_was_drawn() {
    let world = World::new().await;
    let buttons = BUTTONS.iter().map(|(path, account)| (path, account, &None));
    for (path, account, status) in FORMS.iter().map(|(path, account, status)| (path, account, status)).chain(buttons) {
        let crn = match status {
            Some(status) => world.contact_at(*status).await,
            None => String::new(),
        };
        let page = world.sign_in(account).await.get(&path.replace("{crn}", &crn)).await;
        if *path != "/sign-in" {
            every_form_is_stamped(&page, account, path);
        }
    }
}

/// Every address that takes a form, as `routes.rs` lists them.
fn takes_forms() -> BTreeSet<String> {
    let routes = std::fs::read_to_string("src/routes.rs").unwrap();
    let routes = routes.split(".route(").skip(1).filter(|route| route.contains("post("));
    let addresses = routes.map(|route| route.split('"').nth(1).unwrap());
    addresses
        .map(|address| {
            let fill =
                [("{type}", "mnc"), ("{crn}", "C123456782"), ("{queue}", "organisation"), ("{account}", "cdsp.agent2")];
            let path = fill.iter().fold(address.to_owned(), |path, (name, value)| path.replace(name, value));
            path.split('/').map(|part| if part.starts_with('{') { "7" } else { part }).collect::<Vec<_>>().join("/")
        })
        .collect()
}

#[tokio::test]
async fn no_address_takes_a_form_of_another_account() {
    let world = World::new().await;
    let epoch = world.sign_in("alder.agent").await.get("/feedback").await.input("epoch");
    let mut facilitator = world.sign_in("facilitator").await;
    let before = world.digest().await;
    let all = takes_forms();
    assert!(all.len() > 40, "{all:?}");
    for to in all.iter().filter(|to| !is_for_anybody(to)) {
        let answer = facilitator.post(to, &[("epoch", &epoch)]).await;
        assert_eq!(answer.status, 409, "{to}: {}", answer.text());
        assert!(answer.text().contains("alder.agent") && answer.text().contains("facilitator"), "{to}");
    }
    for (to, account) in [
        ("/bulk", "birch.agent"),
        ("/evidence?form=/contacts/new/mnc?key=0123456789abcdef0123456789abcdef", "birch.agent"),
    ] {
        let request = Request::post(to)
            .header("content-type", "multipart/form-data; boundary=b")
            .header("sec-fetch-site", "same-origin");
        let body = format!(
            "--b\r\nContent-Disposition: form-data; name=\"epoch\"\r\n\r\n{epoch}\r\n--b\r\nContent-Disposition: \
             form-data; name=\"files\"; filename=\"a.csv\"\r\n\r\na,b\r\n--b--\r\n"
        );
        let answer = world.sign_in(account).await.send(request, Body::from(body)).await;
        assert_eq!(answer.status, 409, "{to}: {}", answer.text());
        assert!(answer.text().contains("alder.agent; you are signed in as birch.agent"), "{to}: {}", answer.text());
    }
    assert_eq!(world.digest().await, before);
}

#[tokio::test]
async fn no_address_takes_a_form_that_does_not_say_whose_it_is() {
    let world = World::new().await;
    let mut facilitator = world.sign_in("facilitator").await;
    let before = world.digest().await;
    for to in takes_forms().iter().filter(|to| !is_for_anybody(to)) {
        for stamp in ["", "&epoch=", "&epoch=1", "&epoch=1..00112233445566778899aabbccddeeff"] {
            let answer = facilitator.post_raw(to, format!("says=Typed+before&password=geheim{stamp}")).await;
            assert_eq!(answer.status, 409, "{to} {stamp}: {}", answer.text());
            assert!(answer.text().contains("signed in as facilitator"), "{to} {stamp}: {}", answer.text());
            let is_shown =
                answer.text().contains("Typed before") || ["/drafts", "/announcements/put-away"].contains(&&**to);
            assert!(is_shown && !answer.body.contains("geheim"), "{to} {stamp}: {}", answer.text());
        }
    }
    assert_eq!(world.digest().await, before);
    // with its own fields: nothing is done, nothing is put among the drafts of whoever has sent it
    for case in CASES {
        let opened = case.open(&world).await;
        let fields: Vec<_> = opened.filled().into_iter().filter(|(name, _)| name != "epoch").collect();
        let before = world.digest().await;
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
        let mut person = opened.person.clone();
        let answer = person.post_raw(&opened.to, body).await;
        assert_eq!(answer.status, 409, "{case:?}: {}", answer.text());
        assert_eq!(world.digest().await, before, "{case:?}");
        assert_eq!(person.get("/").await.all(".app-drafts").len(), 0, "{case:?}");
    }
}

#[tokio::test]
async fn what_was_typed_stays_with_its_author() {
    let world = World::new().await;
    for case in CASES {
        let opened = case.open(&world).await;
        let fields = opened.filled();
        let before = world.digest().await;
        // a colleague with the same rights, where the cast has one, in another tab of the browser
        let second = match case.account {
            "cdsp.agent" => "cdsp.agent2",
            "alder.agent" => "alder.agent2",
            "ngn.agent" => "ngn.agent2",
            _ => "birch.agent",
        };
        let mut other = world.sign_in(second).await;
        let answer = send(&mut other, &opened.to, &fields).await;
        assert_eq!(answer.status, 409, "{case:?}: {}", answer.text());
        let says = format!("This was typed by {}; you are signed in as {second}", case.account);
        assert!(answer.text().contains(&says), "{case:?}: {}", answer.text());
        assert_eq!(world.digest().await, before, "{case:?}");
        assert_eq!(other.get("/").await.all(".app-drafts").len(), 0, "{case:?}: no draft of the second");
        // the way to sign in as the first
        let to = answer.attributes("a[href^='/sign-in']", "href").pop().unwrap();
        let sign_in = other.get(&to).await;
        assert_eq!(sign_in.input("account"), case.account);
        let back = other.post("/sign-in", &[("as", case.account), ("parked", &sign_in.input("parked"))]).await;
        let form = other.get(back.location().split('#').next().unwrap()).await;
        assert_eq!(typed(&shown(&form.body, &opened.to).into_iter().collect::<Vec<_>>()), typed(&fields), "{case:?}");
    }
}

#[tokio::test]
async fn a_draft_is_not_saved_for_another_account_and_the_page_is_told() {
    let world = World::new().await;
    let form = world.sign_in("alder.agent").await.get("/feedback").await;
    let epoch = form.input("epoch");
    let fields = [("epoch", epoch.as_str()), ("says", "A calmer blue"), ("about", "idea"), ("page", "/")];
    let mut other = world.sign_in("birch.agent").await;
    let answer = other.post("/drafts?to=/feedback&drawn=1795000000000", &fields).await;
    assert_eq!(answer.status, 409);
    assert!(answer.body.contains("This was typed by alder.agent; you are signed in as birch.agent"), "{}", answer.body);
    assert_eq!(other.get("/").await.all(".app-drafts").len(), 0);
}

#[tokio::test]
async fn a_stamp_that_was_made_up_keeps_nothing_for_anybody() {
    let world = World::new().await;
    let forged = "1.alder.agent.00112233445566778899aabbccddeeff";
    let fields = [("epoch", forged), ("says", "Press here"), ("about", "idea"), ("page", "/")];
    let answer = world.sign_in("birch.agent").await.post("/feedback", &fields).await;
    assert_eq!(answer.status, 409);
    assert!(answer.text().contains("can’t be kept"), "{}", answer.text());
    // nor does that of an account which can’t be used any more
    let stamp = world.stamp(1, "alder.agent");
    sqlx::query("update person set disabled = now() where account = 'alder.agent'")
        .execute(world.owner())
        .await
        .unwrap();
    let fields = [("epoch", stamp.as_str()), ("says", "Press here"), ("about", "idea"), ("page", "/")];
    let answer = world.sign_in("birch.agent").await.post("/feedback", &fields).await;
    assert!(answer.status == 409 && answer.text().contains("can’t be kept"), "{}", answer.text());
    let late: i64 = sqlx::query_scalar("select count(*) from late_form").fetch_one(world.owner()).await.unwrap();
    assert_eq!(late, 0);
}

#[tokio::test]
async fn what_is_sent_after_signing_out_in_another_tab_waits_too() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let epoch = amy.get("/feedback").await.input("epoch");
    amy.post("/sign-out", &[("epoch", &epoch)]).await;
    let fields = [("epoch", epoch.as_str()), ("says", "A calmer blue"), ("about", "idea"), ("page", "/")];
    let late = amy.post("/feedback", &fields).await;
    let token = late.location().strip_prefix("/sign-in?parked=").unwrap().to_owned();
    let back = amy.post("/sign-in", &[("as", "alder.agent"), ("parked", &token)]).await;
    assert_eq!(back.location(), "/feedback");
    assert!(amy.get("/feedback").await.text().contains("A calmer blue"));
}

#[tokio::test]
async fn a_script_is_answered_in_json_and_a_button_is_nothing_typed() {
    let world = World::new().await;
    let theirs = world.sign_in("alder.agent").await.get("/feedback").await.input("epoch");
    let mut other = world.sign_in("birch.agent").await;
    let mut asked = async |to: &str, accept: Option<&str>, body: &str| {
        let mut request = Request::post(to)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        if let Some(accept) = accept {
            request = request.header("accept", accept);
        }
        let page = other.send(request, Body::from(body.to_owned())).await;
        assert_eq!(page.status, 409, "{to}: {}", page.text());
        let says = serde_json::from_str::<serde_json::Value>(&page.body).ok();
        (says.map(|says| says["says"].as_str().unwrap().to_owned()), page)
    };
    let (draft, json) = ("/drafts?to=/feedback&drawn=1795000000000", Some("application/json"));
    for (to, accept) in [(draft, None), (draft, json), ("/feedback", json), ("/notifications/read", json)] {
        let (says, _) = asked(to, accept, "says=Blue").await;
        assert!(says.unwrap().contains("does not say whose it is; you are signed in as birch.agent"), "{to}");
        let (says, _) = asked(to, accept, &format!("says=Blue&epoch={theirs}")).await;
        assert_eq!(says.unwrap(), "This was typed by alder.agent; you are signed in as birch.agent", "{to}");
    }
    for accept in [None, Some("text/html")] {
        assert!(asked("/feedback", accept, "says=Blue").await.0.is_none());
        let typed = asked("/feedback", accept, &format!("about=idea&says=Blue&page=/&epoch={theirs}")).await;
        let text = typed.1.text();
        assert!(typed.0.is_none() && text.contains("This was typed by alder.agent"), "{text}");
        assert!(text.contains("is kept for alder.agent"), "{text}");
        let pressed = asked("/notifications/read", accept, &format!("shown_at=1&epoch={theirs}")).await;
        let text = pressed.1.text();
        assert!(pressed.0.is_none() && text.contains("This page was drawn for alder.agent"), "{text}");
        assert!(!text.contains("What was typed"), "{text}");
    }
}

#[tokio::test]
async fn whoever_comes_may_sign_in_and_set_a_password_whatever_is_open_in_another_tab() {
    let world = World::new().await;
    sqlx::query("update person set demo = false where account = 'alder.agent2'").execute(world.owner()).await.unwrap();
    let link = world.sign_in("alder.lso").await.post("/people/alder.agent2/link", &[]).await.input_of("link");
    let link = link[link.find("/set-password/").unwrap()..].to_owned();
    let theirs = world.sign_in("alder.agent").await.get("/feedback").await.input("epoch");
    for stamp in [None, Some(("epoch", theirs.as_str()))] {
        let mut other = world.sign_in("birch.agent").await;
        let mut fields = vec![("password", "short")];
        fields.extend(stamp);
        let body =
            |fields: &[(&str, &str)]| form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        assert_eq!(other.post_raw(&link, body(&fields)).await.status, 422);
        let mut fields = vec![("as", "alder.agent")];
        fields.extend(stamp);
        assert_eq!(other.post_raw("/sign-in", body(&fields)).await.location(), "/");
    }
}

#[tokio::test]
async fn what_was_typed_before_the_terms_were_accepted_is_kept() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    amy.stamp("/feedback").await;
    let accepted = "update person set terms_accepted = $1::timestamptz where account = 'alder.agent'";
    sqlx::query(accepted).bind(None::<time::OffsetDateTime>).execute(world.owner()).await.unwrap();
    let once = "0123456789abcdef0123456789abcdef";
    let says = [("about", "idea"), ("says", "A calmer blue"), ("page", "/"), ("once", once)];
    assert_eq!(amy.post("/feedback", &says).await.location(), "/terms");
    assert_eq!(amy.post("/terms", &[]).await.location(), "/");
    assert!(amy.get("/feedback").await.text().contains("A calmer blue"));
    // sent again it is done, though it is the same to the letter
    assert_eq!(amy.get("/").await.all(".app-drafts").len(), 1);
    assert_ne!(amy.post("/feedback", &says).await.location(), "/terms");
    assert_eq!(amy.get("/").await.all(".app-drafts").len(), 0);
}
