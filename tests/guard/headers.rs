//! How long headers may be, how many cookies may come, and how cookies are taken back.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};

use crate::world::{PASSWORD, Page, World};

const HOST: (&str, &str) = ("host", "127.0.0.1:8080");

async fn asked(world: &World, path: &str, headers: &[(&str, &str)]) -> Page {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    world.stranger().raw(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn headers_are_taken_up_to_the_last_byte_of_their_cap() {
    let world = World::new().await;
    // the address counts, and of each header its name, its value and what stands between them
    for path in ["/help", &format!("/help?q={}", "a".repeat(500))] {
        for names in [&["x-long"][..], &["x-one", "x-and-one-more", "x-long"]] {
            let (last, others) = names.split_last().unwrap();
            let mut headers = vec![HOST];
            headers.extend(others.iter().map(|name| (*name, "some value")));
            let taken: usize = headers.iter().map(|(name, value)| name.len() + value.len() + 4).sum();
            let room = 32 * 1024 - path.len() - taken - last.len() - 4;
            for (more, status) in [(0, StatusCode::OK), (1, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE)] {
                let filler = "a".repeat(room + more);
                let page = asked(&world, path, &[&headers[..], &[(last, &filler)]].concat()).await;
                assert_eq!(page.status, status, "{path} {names:?} {more}");
            }
        }
    }
}

#[tokio::test]
async fn eight_lines_of_cookies_are_taken_with_one_session_among_them() {
    let world = World::new().await;
    let amy = world.sign_in("alder.agent").await;
    let session = amy.cookie().unwrap();
    let says = async |lines: &[&str]| {
        let lines = lines.iter().map(|line| ("cookie", *line));
        let headers: Vec<_> = std::iter::once(HOST).chain(lines).collect();
        let page = asked(&world, "/account", &headers).await;
        if page.status == StatusCode::BAD_REQUEST {
            assert!(page.text().contains("more than one session"), "{}", page.text());
        }
        page.status
    };
    let in_one = |others: &str| format!("{others}; {session}");
    for taken in [
        &[session][..],
        &[session, "a=1", "a=2", "a=3", "a=4", "a=5", "a=6", "a=7"],
        // as many in one line as fit
        &[&in_one("a=1; b=2; c=3; d=4; e=5; f=6; g=7; h=8; i=9")],
        // names and values that look like a session's
        &[session, "cms-browser=1", "xcms=2; CMS=3; a=cms", "a=cms=4"],
    ] {
        assert_eq!(says(taken).await, StatusCode::OK, "{taken:?}");
    }
    for refused in [
        &[session, "a=1", "a=2", "a=3", "a=4", "a=5", "a=6", "a=7", "a=8"][..],
        &["a=1", "a=2", "a=3", "a=4", "a=5", "a=6", "a=7", "a=8", "a=9"],
        &[session, session],
        &[session, "cms=another"],
        &[&in_one("cms=another")],
        &[&in_one("a=1;  cms =another;b=2")],
        &["cms=one", "a=1; cms=another"],
        &["cms=one; cms"],
    ] {
        assert_eq!(says(refused).await, StatusCode::BAD_REQUEST, "{refused:?}");
    }
}

#[tokio::test]
async fn a_cookie_is_given_and_taken_back_under_the_same_conditions() {
    let world = World::new().await;
    let mut amy = world.stranger();
    let account = [("account", "alder.supervisor"), ("password", PASSWORD)];
    let given = amy.post("/sign-in", &account).await;
    assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.text());
    let taken = amy.post("/sign-out", &[]).await;
    let cookies = |page: &Page| -> Vec<String> {
        let all = page.headers.get_all(header::SET_COOKIE).iter();
        all.map(|cookie| cookie.to_str().unwrap().to_owned()).collect()
    };
    let (given, taken) = (cookies(&given), cookies(&taken));
    // the session's first: it is the one that a plain client needs
    assert!(given.len() == 2 && given[0].starts_with("cms=") && given[1].starts_with("cms-browser="), "{given:?}");
    assert!(taken.len() == 1 && taken[0].starts_with("cms=;") && taken[0].contains("Max-Age=0"), "{taken:?}");
    for cookie in given.iter().chain(&taken) {
        for part in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
            assert_eq!(cookie.matches(part).count(), 1, "{part} in {cookie}");
        }
    }
}

#[tokio::test]
async fn a_session_that_has_ended_stays_with_the_browser_until_somebody_signs_out() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    sqlx::query("update session set ends = now() - interval '1 second'").execute(world.owner()).await.unwrap();
    for path in ["/", "/account", "/help", "/sign-in"] {
        let page = amy.get(path).await;
        assert!(page.headers.get(header::SET_COOKIE).is_none(), "{path}: {:?}", page.headers);
    }
    let taken = amy.post("/sign-out", &[]).await;
    let cookie = taken.headers.get(header::SET_COOKIE).unwrap().to_str().unwrap();
    assert!(cookie.starts_with("cms=;"), "{cookie}");
}
