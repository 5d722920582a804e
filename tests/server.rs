//! The accept loop and the database under rude clients: slow ones are closed, and those that hang up lose nobody's
//! acknowledged writes.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::world::World;

fn host(url: &str) -> &str {
    url.trim_start_matches("http://")
}

/// A form as bytes on the wire.
fn posted(host: &str, cookie: &str, path: &str, body: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nhost: {host}\r\ncookie: {cookie}\r\nsec-fetch-site: same-origin\r\nconnection: close\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

async fn answer(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut answer)).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_never_ends_its_headers_is_closed() {
    let (_world, url) = World::listen().await;
    let began = Instant::now();
    let mut silent = TcpStream::connect(host(&url)).await.unwrap();
    let mut slow = TcpStream::connect(host(&url)).await.unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nx-").await.unwrap();
    for stream in [&mut silent, &mut slow] {
        let closed = tokio::time::timeout(Duration::from_secs(9), answer(stream)).await;
        assert!(closed.is_ok(), "still open after {:?}", began.elapsed());
    }
    assert!(began.elapsed() < Duration::from_secs(9));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hosts_and_bad_framing_are_refused() {
    let (_world, url) = World::listen().await;
    for head in [
        "GET /help HTTP/1.1\r\n\r\n".to_owned(),
        format!("GET /help HTTP/1.1\r\nhost: {0}\r\nhost: {0}\r\n\r\n", host(&url)),
        format!("POST /sign-in HTTP/1.1\r\nhost: {}\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab", host(&url)),
        format!("POST /sign-in HTTP/1.1\r\nhost: {}\r\ncontent-length: +1\r\n\r\na", host(&url)),
    ] {
        let mut stream = TcpStream::connect(host(&url)).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut first = [0; 12];
        stream.read_exact(&mut first).await.unwrap();
        let answer = String::from_utf8_lossy(&first);
        assert!(answer.starts_with("HTTP/1.1 400"), "{head}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hang_ups_lose_no_acknowledged_write() {
    let (world, url) = World::listen().await;
    let host = host(&url).to_owned();
    let until = Instant::now() + Duration::from_secs(4);
    let mut clients = Vec::new();
    // rude clients post and hang up at once, at every moment of a request
    for n in 0..12u64 {
        let (host, cookie) = (host.clone(), world.sign_in("birch.agent").await.cookie().unwrap().to_owned());
        let body = format!("about=idea&says=rude&page=%2F&epoch={}", world.stamp(1, "birch.agent"));
        clients.push(tokio::spawn(async move {
            let mut wait = n;
            while Instant::now() < until {
                let request = posted(&host, &cookie, "/feedback", &body);
                if let Ok(mut stream) = TcpStream::connect(&host).await {
                    let _ = stream.write_all(request.as_bytes()).await;
                    wait = (wait * 7 + 3) % 23;
                    tokio::time::sleep(Duration::from_micros(wait * 150)).await;
                }
                // as many as the server can answer: this is about what is lost, not about being flooded
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Vec::new()
        }));
    }
    // honest ones write down what was acknowledged
    for n in 0..4 {
        let (host, cookie) = (host.clone(), world.sign_in("alder.agent").await.cookie().unwrap().to_owned());
        let stamp = world.stamp(1, "alder.agent");
        clients.push(tokio::spawn(async move {
            let mut ledger = Vec::new();
            for m in 0.. {
                if Instant::now() >= until {
                    break;
                }
                let says = format!("honest-{n}-{m}");
                let mut stream = TcpStream::connect(&host).await.unwrap();
                let body = format!("about=idea&says={says}&page=%2F&epoch={stamp}");
                stream.write_all(posted(&host, &cookie, "/feedback", &body).as_bytes()).await.unwrap();
                if answer(&mut stream).await.starts_with("HTTP/1.1 303") {
                    ledger.push(says);
                }
            }
            ledger
        }));
    }
    let mut ledger = Vec::new();
    for client in clients {
        ledger.extend(client.await.unwrap());
    }
    assert!(ledger.len() > 20, "only {} honest writes were acknowledged", ledger.len());
    let kept: Vec<String> = sqlx::query_scalar("select says from feedback where says like 'honest%'")
        .fetch_all(world.owner())
        .await
        .unwrap();
    let lost: Vec<&String> = ledger.iter().filter(|word| !kept.contains(word)).collect();
    assert!(lost.is_empty(), "{} of {} acknowledged writes are lost: {lost:?}", lost.len(), ledger.len());
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let stuck: i64 = sqlx::query_scalar(
        "select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in transaction%' and state_change < now() - interval '1 second'",
    )
    .fetch_one(world.owner())
    .await
    .unwrap();
    assert_eq!(stuck, 0, "connections are left inside a transaction");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hang_up_does_not_stop_what_it_began() {
    let (world, url) = World::listen().await;
    let host = host(&url);
    let cookie = world.sign_in("cdsp.agent").await.cookie().unwrap().to_owned();
    let agent = world.colleague("cdsp.agent").await;
    let stamp = world.stamp(1, "cdsp.agent");
    for _ in 0..10 {
        let crn = world.logged_by("alder.agent").await;
        let version = world.shown_version(&crn).await;
        let body = format!("version={version}&colleague={agent}&epoch={stamp}");
        let mut stream = TcpStream::connect(host).await.unwrap();
        stream.write_all(posted(host, &cookie, &format!("/contacts/{crn}/assign"), &body).as_bytes()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(3)).await;
        drop(stream);
        let deadline = Instant::now() + Duration::from_secs(3);
        // either it never began, or it was done whole: contact, event and all
        loop {
            let (version, events): (i32, i64) = sqlx::query_as(
                "select c.version, (select count(*) from contact_event e where e.contact_id = c.id) from contact c where crn = $1",
            )
            .bind(&crn)
            .fetch_one(world.owner())
            .await
            .unwrap();
            assert_eq!(i64::from(version), events);
            if version == 2 || Instant::now() > deadline {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_connections_inside_a_transaction_keep_nobody_waiting() {
    let world = World::new().await;
    let me = world.person_id("cdsp.agent").await;
    for round in 0..20 {
        let mut left = Vec::new();
        for _ in 0..3 {
            let mut connection = world.app.db.web.acquire().await.unwrap();
            sqlx::raw_sql("begin").execute(&mut *connection).await.unwrap();
            left.push(connection);
        }
        drop(left);
        // several are refused at the same time, and each has the pool looked over
        let both = tokio::join!(world.app.db.as_viewer(me), world.app.db.as_viewer(me), world.app.db.as_viewer(me));
        drop(both);
        tokio::time::sleep(Duration::from_millis(45)).await;
        for _ in 0..20 {
            let asked = world.app.db.as_viewer(me).await;
            assert!(asked.is_ok(), "round {round}: {:?}", asked.err());
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

#[tokio::test]
async fn a_connection_inside_a_transaction_serves_nobody() {
    let world = World::new().await;
    let mut agent = world.sign_in("cdsp.agent").await;
    let me = world.person_id("cdsp.agent").await;
    for round in 0..3 {
        // as a caller leaves it who vanishes while BEGIN is under way: open, and in the pool again
        let (mut left, mut inside) = (Vec::new(), Vec::new());
        for begun in ["begin", "begin; select viewer()", "begin; select 1 / 0"] {
            let mut connection = world.app.db.web.acquire().await.unwrap();
            let pid: i32 = sqlx::query_scalar("select pg_backend_pid()").fetch_one(&mut *connection).await.unwrap();
            let _ = sqlx::raw_sql(begun).execute(&mut *connection).await;
            left.push(connection);
            inside.push(pid);
        }
        drop(left);
        tokio::time::sleep(Duration::from_millis(20)).await;
        for _ in 0..6 {
            let mut tx = world.app.db.as_viewer(me).await.unwrap();
            let (pid, is_me): (i32, bool) =
                sqlx::query_as("select pg_backend_pid(), viewer() = $1").bind(me).fetch_one(&mut *tx).await.unwrap();
            assert!(is_me && !inside.contains(&pid), "round {round}");
            let says = "insert into feedback (account, organisation, role, page, about, says)
                        values ('cdsp.agent', 'CDSP', 'Agent', '/', 'idea', 'kept')";
            sqlx::query(says).execute(&mut *tx).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(agent.get("/queues/organisation").await.status, 200);
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        let open: i64 = sqlx::query_scalar("select count(*) from pg_stat_activity where pid = any($1)")
            .bind(&inside)
            .fetch_one(world.owner())
            .await
            .unwrap();
        assert_eq!(open, 0, "round {round}: they are closed");
    }
    let kept: i64 =
        sqlx::query_scalar("select count(*) from feedback where says = 'kept'").fetch_one(world.owner()).await.unwrap();
    assert_eq!(kept, 18, "nobody’s write is lost");
}
