//! The gate: where a form may come from, under which name the site answers, and what every answer carries.

mod headers;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};

use crate::world::{Person, World};

/// Every address of the site with whether it is posted to, read off the one list of them.
pub fn routes() -> Vec<(String, bool)> {
    let source = include_str!("../../src/routes.rs");
    source
        .split(".route(\"")
        .skip(1)
        .map(|part| {
            let (path, handlers) = part.split_once('"').unwrap();
            let handlers = handlers.split(".route(").next().unwrap();
            (path.to_owned(), handlers.contains("post("))
        })
        .collect()
}

/// The address with something in place of its parameters.
pub fn filled(path: &str, crn: &str) -> String {
    let mut path = path
        .replace("{crn}", crn)
        .replace("{queue}", "organisation")
        .replace("{account}", "alder.agent")
        .replace("{action}", "resolve-invalid")
        .replace("{type}", "mnc");
    for name in ["{id}", "{token}", "{hash}", "{name}", "{key}", "{file}", "{which}"] {
        path = path.replace(name, "1");
    }
    assert!(!path.contains('{'), "{path}");
    path
}

async fn sent_from(person: &mut Person, path: &str, headers: &[(&str, &str)]) -> StatusCode {
    let mut request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    person.send(request, Body::from("")).await.status
}

#[tokio::test]
async fn a_form_is_taken_from_our_own_pages_only() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let refused: [&[(&str, &str)]; 12] = [
        &[],
        &[("sec-fetch-site", "none")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "Same-Origin")],
        &[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "same-origin")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", "https://127.0.0.1:8080")],
        &[("origin", "http://127.0.0.1")],
        &[("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")],
        &[("sec-fetch-site", "cross-site"), ("origin", "http://127.0.0.1:8080")],
    ];
    let mut posts = 0;
    for (path, is_posted) in routes().iter().filter(|(_, is_posted)| *is_posted) {
        assert!(is_posted);
        posts += 1;
        let path = filled(path, "C123456782");
        for headers in refused {
            assert_eq!(sent_from(&mut amy, &path, headers).await, StatusCode::FORBIDDEN, "{path} {headers:?}");
        }
        for headers in [
            &[("sec-fetch-site", "same-origin")][..],
            &[("origin", "http://127.0.0.1:8080")],
            &[("sec-fetch-site", "same-origin"), ("origin", "http://localhost:8080")],
        ] {
            let status = sent_from(&mut world.stranger(), &path, headers).await;
            assert_ne!(status, StatusCode::FORBIDDEN, "{path} {headers:?}");
        }
    }
    assert!(posts > 20, "{posts}");
}

#[tokio::test]
async fn the_site_answers_under_one_of_its_names_only() {
    let world = World::new().await;
    let plain = |hosts: &'static [&'static str]| {
        let site = world.stranger();
        async move {
            let mut request = Request::get("/help");
            for host in hosts {
                request = request.header(header::HOST, *host);
            }
            site.raw(request.body(Body::empty()).unwrap()).await.status
        }
    };
    assert_eq!(plain(&["localhost:8080"]).await, StatusCode::OK);
    for hosts in [
        &[][..],
        &["evil.example"],
        &["127.0.0.1"],
        &["127.0.0.1:8080", "127.0.0.1:8080"],
        &["127.0.0.1:8080", "evil.example"],
    ] {
        assert_eq!(plain(hosts).await, StatusCode::BAD_REQUEST, "{hosts:?}");
        // a balancer asks for health by the address of the machine
        for path in ["/health/live", "/health/ready"] {
            let mut request = Request::get(path);
            for host in hosts {
                request = request.header(header::HOST, *host);
            }
            let answer = world.stranger().raw(request.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status, StatusCode::OK, "{path} {hosts:?}");
        }
    }
}

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let world = World::new().await;
    world.app.presence.stop();
    let mut amy = world.sign_in("alder.agent").await;
    let mut answers = Vec::new();
    for (path, is_posted) in routes() {
        let path = filled(&path, "C123456782");
        answers.push((path.clone(), amy.get(&path).await));
        answers.push((path.clone(), world.stranger().get(&path).await));
        if is_posted && path != "/sign-out" {
            answers.push((path.clone(), amy.post(&path, &[("nonsense", "1")]).await));
            answers.push((path.clone(), amy.post_raw(&path, vec![b'a'; 100_000]).await));
        }
        answers.push((
            path.clone(),
            amy.send(
                Request::builder().method(Method::TRACE).uri(&path).header("sec-fetch-site", "same-origin"),
                Body::empty(),
            )
            .await,
        ));
    }
    answers.push(("/nothing".to_owned(), amy.get("/nothing").await));
    let mut statuses: Vec<u16> = answers.iter().map(|(_, page)| page.status.as_u16()).collect();
    statuses.sort_unstable();
    statuses.dedup();
    for wanted in [200, 303, 400, 403, 404, 405, 413] {
        assert!(statuses.contains(&wanted), "no {wanted} among {statuses:?}");
    }
    for (path, page) in answers {
        assert!(page.status.as_u16() < 500, "{path} {}", page.status);
        for (name, part) in [
            ("content-security-policy", "default-src 'none'; script-src 'self'"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("permissions-policy", "camera=()"),
            ("x-request-id", ""),
        ] {
            let Some(value) = page.headers.get(name).map(|value| value.to_str().unwrap()) else {
                panic!("{path} {} has no {name}", page.status)
            };
            assert!(value.contains(part), "{path} {name}: {value}");
        }
        assert!(page.headers.get("server").is_none());
        assert!(page.headers.keys().all(|name| !name.as_str().starts_with("access-control")));
        if !path.starts_with("/static/") && !path.starts_with("/favicon") {
            assert_eq!(page.headers.get("cache-control").unwrap(), "no-store", "{path}");
        }
        for cookie in page.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            for part in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
                assert!(cookie.contains(part), "{path}: {cookie}");
            }
        }
    }
}

#[tokio::test]
async fn reading_changes_nothing() {
    let world = World::new().await;
    let crn = world.contact_at(cms::contacts::lifecycle::Status::Atca).await;
    // streams of a program that stops end by themselves
    world.app.presence.stop();
    let before = world.digest().await;
    for account in ["cdsp.agent", "alder.lso", "ngn.agent", "facilitator"] {
        let mut person = world.sign_in(account).await;
        for (path, _) in routes() {
            let path = filled(&path, &crn);
            for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
                let page = person.send(Request::builder().method(method).uri(&path), Body::empty()).await;
                assert!(page.status.as_u16() < 500, "{account} {path}: {}", page.status);
            }
        }
    }
    assert_eq!(world.digest().await, before);
}

#[tokio::test]
async fn under_https_cookies_and_answers_are_bound_to_it() {
    let https = |config: &mut cms::config::Config| config.public_url = Some("https://cms.example".to_owned());
    let world = World::with(https, cms::clock::Clock::System).await;
    let form = "application/x-www-form-urlencoded";
    let asked = async |method: &str, host: &str, path: &str, headers: &[(&str, &str)], body: &'static str| {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, host);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        world.stranger().raw(request.body(Body::from(body)).unwrap()).await
    };
    let (ours, same) = ("cms.example", ("sec-fetch-site", "same-origin"));
    let signs_in = &[("content-type", form), same];
    let signed_in = asked("POST", ours, "/sign-in", signs_in, "as=alder.agent").await;
    assert_eq!(signed_in.status, StatusCode::SEE_OTHER, "{}", signed_in.text());
    let cookies: Vec<&str> =
        signed_in.headers.get_all(header::SET_COOKIE).iter().map(|cookie| cookie.to_str().unwrap()).collect();
    assert!(!cookies.is_empty());
    for cookie in &cookies {
        assert!(cookie.starts_with("__Host-") && !cookie.contains("Domain"), "{cookie}");
        for part in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(part), "{cookie}");
        }
    }
    // the value of the session stands in its cookie alone
    let session = cookies.iter().find(|cookie| cookie.starts_with("__Host-cms=")).unwrap();
    let (pair, value) = (session.split(';').next().unwrap(), session.split(['=', ';']).nth(1).unwrap());
    let page = asked("GET", ours, "/account", &[("cookie", pair)], "").await;
    assert!(page.status == StatusCode::OK && !page.body.contains(value), "{}", page.status);
    let mut answers = vec![signed_in, page];
    for (method, host, path, headers) in [
        ("GET", ours, "/sign-in", &[][..]),
        ("GET", ours, "/nothing", &[]),
        ("GET", ours, "/static/x/y", &[]),
        ("GET", ours, "/health/live", &[]),
        ("GET", ours, "/account", &[("cookie", "cms=not-ours")]),
        ("PUT", ours, "/sign-in", &[same]),
        ("GET", "evil.example", "/", &[]),
        // over https every browser says where a form comes from, so the origin alone is not enough
        ("POST", ours, "/sign-in", &[("content-type", form), ("origin", "https://cms.example")]),
        ("POST", ours, "/sign-in", &[("content-type", form), same, ("origin", "http://cms.example")]),
    ] {
        let page = asked(method, host, path, headers, "").await;
        assert!(method != "POST" || page.status == StatusCode::FORBIDDEN, "{headers:?}: {}", page.status);
        answers.push(page);
    }
    for page in answers {
        let says = page.headers.get("strict-transport-security").map(|value| value.to_str().unwrap());
        assert_eq!(says, Some("max-age=63072000; includeSubDomains"), "{}", page.status);
    }
    // and in the clear nobody is bound to what is not there
    assert!(World::new().await.stranger().get("/help").await.headers.get("strict-transport-security").is_none());
}

#[tokio::test]
async fn every_answer_says_what_it_is() {
    let world = World::new().await;
    let crn = world.contact_at(cms::contacts::lifecycle::Status::Atca).await;
    world.app.presence.stop();
    for account in ["alder.supervisor", "facilitator", "alder.lso"] {
        let mut person = world.sign_in(account).await;
        for (path, is_posted) in routes() {
            let path = filled(&path, &crn);
            let mut pages = vec![person.get(&path).await];
            if is_posted && path != "/sign-out" {
                pages.push(person.post(&path, &[("nonsense", "1")]).await);
            }
            for page in pages.iter().filter(|page| !page.body.is_empty()) {
                let kind = page.headers.get(header::CONTENT_TYPE).map(|value| value.to_str().unwrap());
                let Some(kind) = kind else { panic!("{path} {} says nothing of its type", page.status) };
                let is_page = page.body.trim_start().to_lowercase().starts_with("<!doctype html>");
                assert!(!is_page || kind.starts_with("text/html"), "{path} {}: {kind}", page.status);
                // a stream of events is UTF-8 by its own rule
                let says = kind.ends_with("charset=utf-8") || kind == "text/event-stream";
                assert!(!kind.starts_with("text/") || says, "{path}: {kind}");
            }
        }
    }
}
