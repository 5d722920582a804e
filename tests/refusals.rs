//! A page that refuses, whatever its status: its own sentence, who is signed in, the request's number, a way back, and
//! what was typed.

use axum::body::Body;
use axum::http::{Request, header};
use cms::contacts::lifecycle::Status;
use cms::forms::labels::{LABELS, is_seen};

use crate::guard::{filled, routes};
use crate::world::{Page, Person, World};

/// What every page that refuses has; `account` is who is signed in, if that can be known.
fn check(page: &Page, status: u16, account: &str, what: &str) {
    assert_eq!(page.status, status, "{what}: {}", page.text());
    assert!(!page.all("main h1").is_empty(), "{what} has no heading");
    let says = page.all("main p.govuk-body, main p.app-fact").into_iter().next().unwrap_or_default();
    assert!(says.len() > 20, "{what} says nothing: {says}");
    let id = page.headers.get("x-request-id").unwrap().to_str().unwrap();
    assert_eq!(page.all("main .app-number, .app-reference"), [id], "{what}");
    assert!(!page.attributes("main a", "href").is_empty(), "{what} has no way back");
    let who = page.all(".app-who__name");
    if account.is_empty() {
        assert!(who.is_empty(), "{what}");
    } else {
        assert_eq!(who, [account], "{what}: one is still signed in");
        assert!(!page.all("nav a[href='/queues/organisation']").is_empty(), "{what} has no navigation");
    }
}

async fn sent(person: &mut Person, path: &str, kind: &str, body: impl Into<Body>) -> Page {
    let request = Request::post(path).header(header::CONTENT_TYPE, kind).header("sec-fetch-site", "same-origin");
    person.send(request, body.into()).await
}

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn every_address_refuses_with_a_page_of_its_own() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let crn = world.contact_at(Status::Aaca).await;
    let mut tried = 0;
    let typed = format!("says=Typed+before&epoch={}", world.stamp(1, "alder.agent"));
    for (route, is_posted) in routes() {
        let path = filled(&route, &crn);
        if path.starts_with("/static") || path.starts_with("/health") || path == "/favicon.ico" {
            continue;
        }
        let what = |how: &str| format!("{path} {how}");
        if is_posted {
            let elsewhere =
                Request::post(&path).header(header::CONTENT_TYPE, FORM).header("sec-fetch-site", "cross-site");
            let page = amy.send(elsewhere, Body::from("says=Typed+before&password=geheim")).await;
            check(&page, 403, "alder.agent", &what("from another site"));
            // a dismissed announcement is nothing that was typed
            let is_shown = page.text().contains("Typed before") || path == "/announcements/put-away";
            assert!(is_shown && !page.body.contains("geheim"), "{path}");
            let page = sent(&mut amy, &path, FORM, "says=caf%E9&password=geheim").await;
            check(&page, 400, "alder.agent", &what("in another encoding"));
            assert!(page.text().contains("UTF-8") && !page.body.contains("geheim"), "{path}");
            let page = sent(&mut amy, &path, FORM, vec![b'a'; 3_000_000]).await;
            check(&page, 413, "alder.agent", &what("with 3 MB"));
            tried += 3;
        } else {
            let page = sent(&mut amy, &path, FORM, typed.clone()).await;
            check(&page, 405, "alder.agent", &what("posted to"));
            assert!(page.text().contains("Typed before"), "{path}");
            tried += 1;
        }
        if path == "/presence" {
            // goes on for as long as its page is open
            continue;
        }
        let page = amy.get(&path).await;
        // a link that is used up has a page that says so
        let has_own = path.starts_with("/set-password");
        if page.status.as_u16() >= 400 && !has_own {
            check(&page, page.status.as_u16(), "alder.agent", &what("opened"));
            tried += 1;
        }
        let page = amy.get(&format!("{path}?key=%FF&key=%00&x=%")).await;
        assert!(page.status.as_u16() < 500, "{path} with an odd query");
        if page.status.as_u16() >= 400 && !has_own {
            check(&page, page.status.as_u16(), "alder.agent", &what("with an odd query"));
        }
    }
    assert!(tried > 150, "{tried}");
    let page = amy.get("/no/such/page").await;
    check(&page, 404, "alder.agent", "no page");
}

#[tokio::test]
async fn a_form_that_is_refused_shows_what_was_typed_and_opens_again() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Dcaa).await;
    let mut amy = world.sign_in("alder.agent").await;
    let path = format!("/contacts/{crn}/answer-clarification");
    let version = world.shown_version(&crn).await;
    let typed = "The meter is in the box\nby the door.";
    let stamp = format!("&epoch={}", world.stamp(1, "alder.agent"));
    let body = |more: &str| {
        let fields = form_urlencoded::Serializer::new(String::new()).append_pair("answer", typed).finish();
        let own = if more.starts_with("&epoch") { "" } else { &stamp };
        format!("{fields}&market_sector=D&version={version}&password=geheim{own}{more}")
    };
    let many = (0..3_000).fold(String::new(), |many, n| many + &format!("&a{n}=1"));
    for (more, status, says) in [
        ("&answer=x", 400, "the same field twice"),
        ("&colour=red", 400, "field that this form does not have"),
        ("&version=x", 400, "version is none that a page has shown"),
        (&format!("&epoch={}", world.stamp(999, "alder.agent")), 409, "was set back"),
        (&many, 400, "more fields than any page"),
        (&format!("&x={}", "a".repeat(70_000)), 413, "larger than any form"),
    ] {
        let page = sent(&mut amy, &path, FORM, body(more)).await;
        let what = &more[..more.len().min(20)];
        check(&page, status, "alder.agent", what);
        assert!(page.text().contains(says), "{what}: {}", page.text());
        let shown = page.all("main dd");
        assert!(shown.contains(&"The meter is in the box by the door.".to_owned()), "{what}: {shown:?}");
        assert!(!page.body.contains("geheim"), "{what}");
        assert!(page.attributes("main a", "href").contains(&path), "{what} does not open the form again");
    }
    let broken = "&version=x";
    let words = sent(&mut amy, &path, FORM, body(broken)).await;
    assert!(words.all("main dd").contains(&"Domestic".to_owned()), "choices are in words");
    for (kind, body) in [("application/json", "{}"), ("text/plain", "answer=x"), ("multipart/form-data", "x")] {
        check(&sent(&mut amy, &path, kind, body).await, 415, "alder.agent", kind);
        // what is kept as it is typed is a form as well
        for kept in ["/drafts?to=%2Ffeedback&drawn=1".to_owned(), format!("/drafts/evidence?form={path}")] {
            assert_eq!(sent(&mut amy, &kept, kind, body).await.status, 415, "{kept} {kind}");
        }
    }
    for path in ["/bulk".to_owned(), format!("/evidence?form={path}")] {
        check(&sent(&mut amy, &path, FORM, format!("a=b{stamp}")).await, 415, "alder.agent", &path);
        let broken = sent(&mut amy, &path, "multipart/form-data; boundary=x", "--x\r\nnonsense").await;
        check(&broken, 400, "alder.agent", &path);
    }
    // not theirs: shown all the same, and no way to a form that would not open
    let theirs = world.contact_at(Status::Atca).await;
    let page = world.act(&mut amy, &theirs, "send-clarification", &[("question", "Which meter?")]).await;
    check(&page, 403, "alder.agent", "not theirs");
    assert!(page.text().contains("Which meter?"), "{}", page.text());
}

#[tokio::test]
async fn forms_that_come_back_name_the_request() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Dcaa).await;
    let mut amy = world.sign_in("alder.agent").await;
    let path = format!("/contacts/{crn}/answer-clarification");
    for (fields, status) in
        [(vec![("version", "0"), ("answer", "By the door")], 409), (vec![("answer", ""), ("version", "LATEST")], 422)]
    {
        let version = world.shown_version(&crn).await;
        let fields: Vec<(&str, &str)> =
            fields.into_iter().map(|(name, value)| (name, if value == "LATEST" { &version } else { value })).collect();
        let page = amy.post(&path, &fields).await;
        assert_eq!(page.status, status);
        assert_eq!(page.all(".app-reference"), [page.headers.get("x-request-id").unwrap().to_str().unwrap()]);
        assert_eq!(page.all(".app-who__name"), ["alder.agent"]);
    }
    let page = amy.post("/feedback", &[("says", ""), ("about", "idea")]).await;
    assert_eq!((page.status.as_u16(), page.all(".app-reference").len()), (422, 1));
    assert!(amy.get("/feedback").await.all(".app-reference").is_empty(), "a page that was asked for has none");
}

#[tokio::test]
async fn one_goes_back_to_the_page_before() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    for (before, is_offered) in [
        ("http://127.0.0.1:8080/queues/mine?sort=due", true),
        ("https://evil.example/queues/mine?sort=due", false),
        ("http://127.0.0.1:8080/contacts/C123456782", false),
    ] {
        let request = Request::get("/contacts/C123456782").header(header::REFERER, before);
        let page = amy.send(request, Body::empty()).await;
        check(&page, 404, "alder.agent", before);
        let links = page.attributes("main a", "href");
        assert_eq!(links.contains(&"/queues/mine?sort=due".to_owned()), is_offered, "{links:?}");
    }
}

#[tokio::test]
async fn too_many_tries_and_no_database_say_so_and_keep_the_text() {
    let world = World::new().await;
    let mut guest = world.stranger();
    let fields = [("account", "alder.agent"), ("password", "wrong wrong wrong"), ("sitting", "Pat Doe")];
    let mut page = guest.post("/sign-in", &fields).await;
    for _ in 0..40 {
        if page.status == 429 {
            break;
        }
        page = guest.post("/sign-in", &fields).await;
    }
    check(&page, 429, "", "too many tries");
    assert_eq!(page.input("sitting"), "Pat Doe");
    assert!(!page.body.contains("wrong wrong"), "{}", page.text());
    assert!(page.headers.contains_key(header::RETRY_AFTER));

    let mut amy = world.sign_in("alder.agent").await;
    world.app.db.close().await;
    let page = sent(&mut amy, "/feedback", FORM, "says=It+was+slow&about=idea").await;
    check(&page, 503, "", "no database");
    assert!(page.text().contains("It was slow"), "{}", page.text());
}

#[tokio::test]
async fn without_the_database_one_goes_back_to_the_page_of_the_button() {
    let world = World::new().await;
    let mut lso = world.sign_in("alder.lso").await;
    world.app.db.close().await;
    for (path, before, there) in [
        ("/people/alder.agent", "/people/alder.agent", Some("/people/alder.agent")),
        ("/people/alder.agent/link", "/people/alder.agent", Some("/people/alder.agent")),
        ("/sign-in", "/sign-in", Some("/sign-in")),
        ("/account/password", "/account", Some("/account")),
        ("/account/password", "/account/password", None),
    ] {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, FORM)
            .header("sec-fetch-site", "same-origin")
            .header(header::REFERER, format!("http://127.0.0.1:8080{before}"));
        let page = lso.send(request, Body::from("account=alder.agent&name=Amy")).await;
        check(&page, 503, "", path);
        let expected: Vec<&str> = there.into_iter().chain(["/"]).collect();
        assert_eq!(page.attributes("main ul a", "href"), expected, "{path} from {before}");
    }
    let page = lso.get_from("/queues/mine", "/queues/mine").await;
    assert_eq!(page.attributes("main ul a", "href"), ["/"], "not the same address again");
}

#[tokio::test]
async fn a_queue_whose_address_cant_be_read_opens_again() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    for path in ["/queues/raised?age=zzz", "/queues/raised/export.csv?age=zzz"] {
        let page = amy.get(path).await;
        check(&page, 400, "alder.agent", path);
        assert_eq!(page.attributes("main ul a", "href")[0], "/queues/raised", "{path}");
        assert_eq!(amy.get("/queues/raised").await.status, 200);
    }
}

#[tokio::test]
async fn what_was_typed_shows_no_buttons_and_nothing_hidden() {
    let world = World::new().await;
    let mut lso = world.sign_in("alder.lso").await;
    let stamp = world.stamp(999, "alder.lso");
    for (path, body, labels) in [
        ("/people/requests/7", "answer=yes", vec![]),
        ("/announcements/put-away", "says=Downtime", vec![]),
        ("/queues/mine/act", "act=return&colleague=12&back=%2Fqueues%2Fmine", vec![]),
        ("/people/alder.agent", "was=x&key=y&name=Amy&supervisor=yes", vec!["Name Amy", "Supervisor Yes"]),
        (
            "/trial/announcements",
            "says=Downtime&from=24%2F11%2F2026&key=x",
            vec!["Announcement Downtime", "From 24/11/2026"],
        ),
        (
            "/workload/alder.agent/hand-over",
            "hand_to=3&note=Ill&until=1%2F1%2F2027",
            vec!["Note Ill", "Covers until 1/1/2027"],
        ),
    ] {
        let page = sent(&mut lso, path, FORM, format!("{body}&epoch={stamp}")).await;
        assert_eq!(page.status, 409, "{path}: {}", page.text());
        let rows: Vec<String> = page
            .all("main dt")
            .iter()
            .zip(page.all("main dd"))
            .map(|(label, text)| format!("{label} {text}"))
            .collect();
        assert_eq!(rows, labels, "{path}");
    }
}

/// The first texts in quotes after each place where `macros` is called, with the file: a field's name and its label.
pub fn quoted(mark: &str) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/templates"))];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for rest in text.split(mark).skip(1) {
                let call = rest.split("}}").next().unwrap();
                let texts = call.split('"').skip(1).step_by(2).map(str::to_owned).collect();
                found.push((path.display().to_string(), texts));
            }
        }
    }
    found
}

#[test]
fn refusals_label_fields_as_their_forms_do() {
    // who is chosen is known by number, and those are not shown; a box of many words has them before it
    let by_number = ["colleague", "network", "move_to", "hand_to", "count_field"];
    let mut labelled = 0;
    for kind in ["text", "textarea", "select", "radios", "checkbox", "email", "tel", "digits"] {
        for (file, texts) in quoted(&format!("field::{kind}(")) {
            let [name, label, ..] = &texts[..] else { continue };
            let is_search = file.ends_with("contacts/log/finder.html") || file.ends_with("parts.html");
            if is_search || by_number.contains(&&**name) {
                continue;
            }
            labelled += 1;
            assert!(
                LABELS.iter().any(|(_, known, shown)| known == name && shown == label),
                "{file}: {name}, “{label}”"
            );
        }
    }
    assert!(labelled > 30, "{labelled}");
    for (file, texts) in quoted("field::hidden(") {
        let Some(name) = texts.first() else { continue };
        let seen_elsewhere = ["colleague", "until"];
        let is_unseen = !is_seen("/x", name) || seen_elsewhere.contains(&&**name);
        assert!(is_unseen, "{file}: the hidden {name} would be shown as typed");
    }
}
