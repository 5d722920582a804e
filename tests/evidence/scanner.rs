//! The virus scanner: what it refuses, what waits for it, and what it says later.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use cms::clamd::Clamd;
use cms::clock::Clock;
use cms::evidence::scan;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixListener;

use super::corpus::{pdf, photo};
use super::{add, log_form, must_add, page_of};
use crate::world::{Person, World};

/// Infected for this scanner, and for no check of ours.
const INFECTED: &str = "% infected for the test";

/// This scanner never has an answer about it.
const UNREADABLE: &str = "% too much for the test";

/// A scanner that speaks clamd's protocol on a socket of its own; while it is off duty it hangs up without an answer.
fn scanner(socket: &Path) -> Arc<AtomicBool> {
    let on_duty = Arc::new(AtomicBool::new(true));
    let listener = UnixListener::bind(socket).unwrap();
    let works = Arc::clone(&on_duty);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut word = [0; 10];
            stream.read_exact(&mut word).await.unwrap();
            assert_eq!(&word, b"zINSTREAM\0");
            let mut bytes = Vec::new();
            loop {
                let length = stream.read_u32().await.unwrap();
                if length == 0 {
                    break;
                }
                let mut chunk = vec![0; usize::try_from(length).unwrap()];
                stream.read_exact(&mut chunk).await.unwrap();
                bytes.extend(chunk);
            }
            if works.load(Ordering::Relaxed) {
                let has = |text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
                let says = match (has(INFECTED), has(UNREADABLE)) {
                    (true, _) => "stream: Test.Signature FOUND\0",
                    (_, true) => "INSTREAM: Can't allocate memory ERROR\0",
                    _ => "stream: OK\0",
                };
                let _ = stream.write_all(says.as_bytes()).await;
            }
        }
    });
    on_duty
}

async fn world_with(socket: &Path) -> (World, Person) {
    let clamd = Some(Clamd::Socket(socket.to_owned()));
    let world = World::with(|config| config.clamd = clamd, Clock::System).await;
    let agent = world.sign_in("alder.agent").await;
    (world, agent)
}

fn socket() -> std::path::PathBuf {
    std::env::temp_dir().join(format!("cms-clamd-{}", cms::secret::token()))
}

pub async fn verdicts(world: &World) -> Vec<String> {
    sqlx::query_scalar("select verdict from evidence order by name").fetch_all(world.owner()).await.unwrap()
}

#[tokio::test]
async fn what_the_scanner_finds_is_refused_and_the_rest_is_there_at_once() {
    let socket = socket();
    scanner(&socket);
    let (world, mut agent) = world_with(&socket).await;
    let form = log_form();
    let refused = add(&mut agent, &form, &[("plan.pdf", &pdf(INFECTED))]).await;
    assert_eq!(refused.error("files"), "“plan.pdf” was refused by the virus check");
    must_add(&mut agent, &form, &[("plan.pdf", &pdf("")), ("meter.jpg", &photo(80, 60))]).await;
    assert_eq!(verdicts(&world).await, ["clean", "clean"]);
}

/// Two files of a form, about which a scanner that is silent so far has not answered.
async fn two_in_quarantine() -> (Arc<AtomicBool>, World, Person, String) {
    let socket = socket();
    let on_duty = scanner(&socket);
    on_duty.store(false, Ordering::Relaxed);
    let (world, mut agent) = world_with(&socket).await;
    let form = log_form();
    must_add(&mut agent, &form, &[("a.pdf", &pdf("")), ("b.jpg", &photo(80, 60))]).await;
    (on_duty, world, agent, form)
}

#[tokio::test]
async fn what_it_did_not_answer_about_waits_in_quarantine_until_it_does() {
    let (on_duty, world, mut agent, form) = two_in_quarantine().await;
    assert_eq!(verdicts(&world).await, ["quarantined", "quarantined"]);
    let page = agent.get(&page_of(&form)).await;
    assert!(page.attributes("img", "src").is_empty(), "nothing of it is shown");
    let id: String =
        sqlx::query_scalar("select id from evidence where name = 'a.pdf'").fetch_one(world.owner()).await.unwrap();
    assert_eq!(agent.get(&format!("/evidence/{id}")).await.status, 404);
    // still silent, then back
    scan::again(&world.app).await.unwrap();
    assert_eq!(verdicts(&world).await, ["quarantined", "quarantined"]);
    on_duty.store(true, Ordering::Relaxed);
    scan::again(&world.app).await.unwrap();
    assert_eq!(verdicts(&world).await, ["clean", "clean"]);
    assert_eq!(agent.get(&format!("/evidence/{id}")).await.status, 200);
}

#[tokio::test]
async fn a_file_about_which_it_never_answers_keeps_no_other_waiting() {
    let (on_duty, world, ..) = two_in_quarantine().await;
    let stored =
        "update evidence_chunk set bytes = $1 where evidence_id = (select id from evidence where name = 'a.pdf')";
    sqlx::query(stored).bind(UNREADABLE.as_bytes()).execute(world.owner()).await.unwrap();
    on_duty.store(true, Ordering::Relaxed);
    scan::again(&world.app).await.unwrap();
    assert_eq!(verdicts(&world).await, ["quarantined", "clean"]);
}

#[tokio::test]
async fn a_slow_scanner_keeps_nobody_elses_file_waiting() {
    let socket = socket();
    let listener = UnixListener::bind(&socket).unwrap();
    // says nothing of the first file before it has been given the second
    let answers = tokio::spawn(async move {
        let (mut first, _) = listener.accept().await.unwrap();
        let (mut second, _) = listener.accept().await.unwrap();
        for stream in [&mut first, &mut second] {
            let mut all = Vec::new();
            while !all.ends_with(&[0; 4]) {
                stream.read_buf(&mut all).await.unwrap();
            }
            stream.write_all(b"stream: OK\0").await.unwrap();
        }
    });
    let (world, mut amy) = world_with(&socket).await;
    let mut bob = world.sign_in("birch.agent").await;
    let both = async {
        let (one, other) = (log_form(), log_form());
        let photo = photo(80, 60);
        let (of_amy, of_bob) = ([("a.jpg", photo.as_slice())], [("b.jpg", photo.as_slice())]);
        tokio::join!(must_add(&mut amy, &one, &of_amy), must_add(&mut bob, &other, &of_bob));
    };
    tokio::time::timeout(Duration::from_secs(15), both).await.expect("one file waits for the other");
    answers.await.unwrap();
    assert_eq!(verdicts(&world).await, ["clean", "clean"]);
}

#[tokio::test]
async fn what_turns_out_infected_stays_listed_without_its_bytes() {
    let socket = socket();
    scanner(&socket);
    let (world, mut agent) = world_with(&socket).await;
    let crn = world.log(&mut agent).await;
    sqlx::raw_sql(
        "insert into evidence (id, person_id, organisation_id, form, name, media_type, size, sha256, verdict,
                               contact_id, version, place, action)
         select repeat('a', 32), p.id, p.organisation_id, '/x', 'bad.pdf', 'application/pdf', 9, '\\x00', 'quarantined',
                c.id, 1, 1, 'log' from person p, contact c where p.account = 'alder.agent' order by c.id desc limit 1",
    )
    .execute(world.owner())
    .await
    .unwrap();
    sqlx::query("insert into evidence_chunk (evidence_id, part, bytes) values (repeat('a', 32), 0, $1)")
        .bind(INFECTED.as_bytes())
        .execute(world.owner())
        .await
        .unwrap();
    let page = agent.get(&format!("/contacts/{crn}")).await;
    assert!(page.text().contains("being checked for viruses"), "{}", page.text());
    scan::again(&world.app).await.unwrap();
    assert_eq!(verdicts(&world).await, ["infected"]);
    let left: i64 = sqlx::query_scalar("select count(*) from evidence_chunk").fetch_one(world.owner()).await.unwrap();
    assert_eq!(left, 0);
    let page = agent.get(&format!("/contacts/{crn}")).await;
    assert!(page.text().contains("refused by the virus check, and not kept"), "{}", page.text());
    assert_eq!(agent.get(&format!("/contacts/{crn}/evidence/{}", "a".repeat(32))).await.status, 404);
}
