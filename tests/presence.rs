//! Who is at what right now: heard by every instance, shown to colleagues only, and faded by itself.

use axum::body::Body;
use axum::http::{Request, header};
use cms::clock::Clock;
use cms::contacts::lifecycle::Status;
use http_body_util::BodyExt;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tower::ServiceExt;

use crate::world::{Person, World};

/// What a page of this person would be told within a second.
async fn told(world: &World, person: &Person) -> String {
    let request = Request::get("/presence")
        .header(header::HOST, "127.0.0.1:8080")
        .header(header::COOKIE, person.cookie().unwrap())
        .body(Body::empty())
        .unwrap();
    let response = world.site.clone().oneshot(request).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let (mut body, mut text) = (response.into_body(), String::new());
    while let Ok(Some(Ok(frame))) = tokio::time::timeout(Duration::from_secs(1), body.frame()).await {
        text += &String::from_utf8_lossy(frame.data_ref().unwrap());
    }
    text
}

#[tokio::test]
async fn colleagues_on_every_instance_hear_of_it_and_nobody_else() {
    let one = World::new().await;
    let two = World::on(one.url.clone(), |_| {}, Clock::System).await;
    for world in [&one, &two] {
        tokio::spawn(world.app.presence.clone().listen(world.owner().clone()));
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    let crn = one.contact_at(Status::Dcaa).await;
    let mut holder = one.sign_in("alder.agent").await;
    let path = format!("/contacts/{crn}/presence");
    assert_eq!(holder.post(&path, &[("action", "answer-clarification")]).await.status, 204);
    tokio::time::sleep(Duration::from_millis(300)).await;
    for world in [&one, &two] {
        let colleague = world.sign_in("alder.agent2").await;
        let heard = told(world, &colleague).await;
        assert!(heard.contains(&crn) && heard.contains("is answering this"), "{heard}");
    }
    assert!(!told(&one, &holder).await.contains(&crn), "one knows what one does oneself");
    for account in ["birch.agent", "cdsp.agent", "ngn.agent"] {
        let stranger = one.sign_in(account).await;
        assert!(!told(&one, &stranger).await.contains(&crn), "{account} heard of it");
    }
}

#[tokio::test]
async fn only_who_may_act_is_said_to_act() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Dcaa).await;
    let path = format!("/contacts/{crn}/presence");
    for (account, action, status) in [
        ("alder.agent2", "answer-clarification", 404),
        ("cdsp.agent", "answer-clarification", 404),
        ("birch.agent", "answer-clarification", 404),
        ("alder.agent", "resolve-valid", 404),
        ("alder.agent", "nonsense", 404),
        ("alder.agent", "release", 404),
        ("alder.agent", "answer-clarification", 204),
    ] {
        let answer = world.sign_in(account).await.post(&path, &[("action", action)]).await;
        assert_eq!(answer.status, status, "{account} {action}");
    }
    assert_eq!(world.sign_in("facilitator").await.get("/presence").await.status, 204);
}

#[tokio::test]
async fn a_page_that_only_listens_keeps_nobody_signed_in() {
    let world = World::new().await;
    let agent = world.sign_in("cdsp.agent").await;
    world.app.presence.stop();
    sqlx::query("update session set last_seen = now() - interval '25 minutes'").execute(world.owner()).await.unwrap();
    told(&world, &agent).await;
    let seen = "select last_seen < now() - interval '24 minutes' from session";
    assert!(sqlx::query_scalar::<_, bool>(seen).fetch_one(world.owner()).await.unwrap());
}

/// A stream over a connection of its own, and the status with which it begins.
async fn opened(url: &str, cookie: &str) -> (TcpStream, String) {
    let host = url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).await.unwrap();
    let head = format!("GET /presence HTTP/1.1\r\nhost: {host}\r\ncookie: {cookie}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut first = [0; 12];
    stream.read_exact(&mut first).await.unwrap();
    (stream, String::from_utf8_lossy(&first).into_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_its_page_has_closed_leaves_its_place() {
    let (world, url) = World::listen().await;
    sqlx::query("update person set demo = false").execute(world.owner()).await.unwrap();
    let amy = world.sign_in("alder.agent").await;
    let cookie = amy.cookie().unwrap();
    for round in 0..3 {
        let mut open = Vec::new();
        for _ in 0..30 {
            let (stream, status) = opened(&url, cookie).await;
            assert_eq!(status, "HTTP/1.1 200", "round {round}");
            open.push(stream);
        }
        assert_eq!(opened(&url, cookie).await.1, "HTTP/1.1 429", "one more than there may be");
        drop(open);
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    assert_eq!(opened(&url, cookie).await.1, "HTTP/1.1 200");
}
