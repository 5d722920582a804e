//! How often a page asks Postgres: counted by a go-between on the way there, since a count stays the same on any machine.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cms::clock::Clock;
use cms::contacts::lifecycle::Status;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UnixStream};

use crate::world::{Person, World, database};

/// Of a page that reads: its session, BEGIN with its viewer, its statement, ROLLBACK; and the driver's question to each of
/// the two connections as it goes back to its pool, one of them sent together with the ROLLBACK.
const OF_A_PAGE: usize = 6;

/// What of the client's messages Postgres answers with "ready": simple queries, and Sync.
async fn forward(mut client: tokio::net::TcpStream, socket: String, asked: Arc<AtomicUsize>) -> std::io::Result<()> {
    let (mut from_server, mut server) = UnixStream::connect(socket).await?.into_split();
    let (mut from, mut to_client) = client.split();
    let back = async { tokio::io::copy(&mut from_server, &mut to_client).await.map(|_| ()) };
    let there = async {
        let mut kind = None;
        loop {
            let length = from.read_u32().await?;
            let mut rest = vec![0; length as usize - 4];
            from.read_exact(&mut rest).await?;
            if matches!(kind, Some(b'Q' | b'S')) {
                asked.fetch_add(1, Ordering::SeqCst);
            }
            if let Some(kind) = kind {
                server.write_u8(kind).await?;
            }
            server.write_u32(length).await?;
            server.write_all(&rest).await?;
            kind = Some(from.read_u8().await?);
        }
    };
    tokio::select! { done = back => done, done = there => done }
}

/// The address of a database by way of the go-between, and what is asked on it.
async fn counted() -> (String, Arc<AtomicUsize>) {
    let url = database().await;
    let part =
        |name: &str| url.split(['?', '&']).find_map(|part| part.strip_prefix(name)).unwrap_or_default().to_owned();
    let (folder, number) = (part("host="), part("port="));
    let socket = format!("{}/.s.PGSQL.{number}", folder.replace("%2F", "/"));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let there = listener.local_addr().unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let counting = asked.clone();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let _ = client.set_nodelay(true);
            tokio::spawn(forward(client, socket.clone(), counting.clone()));
        }
    });
    let url = url.replace(&format!("host={folder}"), "host=127.0.0.1");
    let url = url.split(['?', '&']).filter(|part| !part.starts_with("port=")).collect::<Vec<_>>();
    (format!("{}?{}&port={}", url[0], url[1..].join("&"), there.port()), asked)
}

/// The fewest of some visits: before, connections are opened and statements prepared.
async fn fewest(person: &mut Person, path: &str, asked: &AtomicUsize) -> usize {
    let mut fewest = usize::MAX;
    for _ in 0..20 {
        asked.store(0, Ordering::SeqCst);
        assert_eq!(person.get(path).await.status, 200, "{path}");
        // connections go back to their pools after the answer
        tokio::time::sleep(Duration::from_millis(30)).await;
        fewest = fewest.min(asked.load(Ordering::SeqCst));
    }
    fewest
}

#[tokio::test]
async fn a_page_asks_postgres_as_often_as_it_must_and_no_more() {
    let (url, asked) = counted().await;
    let world = World::on(url, |_| {}, Clock::System).await;
    let crn = world.contact_at(Status::Svda).await;
    let contact = format!("/contacts/{crn}");
    for (account, path, most) in [
        ("cdsp.agent", "/queues/organisation?view=all", OF_A_PAGE),
        ("alder.agent", "/queues/raised?view=all", OF_A_PAGE),
        ("ngn.agent", "/queues/organisation?view=all", OF_A_PAGE),
        ("alder.agent", &contact, OF_A_PAGE),
        // what looks the same is found by what the contact says
        ("cdsp.agent", &contact, OF_A_PAGE + 1),
    ] {
        let mut person = world.sign_in(account).await;
        assert_eq!(fewest(&mut person, path, &asked).await, most, "{account} {path}");
    }
    // who has a draft is asked for those of the two forms in the page, and for the others; for nothing more while nobody
    // has acted on the contact
    let answering = world.contact_at(Status::Dcaa).await;
    let mut amy = world.sign_in("alder.agent").await;
    let contact = format!("/contacts/{answering}");
    let without = fewest(&mut amy, &contact, &asked).await;
    let half = [("answer", ""), ("street", "Mill Lane")];
    assert_eq!(world.act(&mut amy, &answering, "answer-clarification", &half).await.status, 422);
    assert_eq!(fewest(&mut amy, &contact, &asked).await, without + 3);
}
