//! What many clients who mean harm do to others: connections that do nothing, and passwords that are guessed; and several
//! people of one organisation who take all exports that they may have.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;

use super::Others;
use crate::bench::measured::Measured;
use crate::bench::report::Report;
use crate::bench::server::ServerProcess;
use crate::error::CommandError;

const BAD_CONNECTIONS: usize = 2_000;
const GUESSERS: usize = 100;
/// Bad connections of one address, fewer than it may have.
const OF_AN_ADDRESS: usize = 400;

pub async fn run(
    size: i64,
    server: &ServerProcess,
    others: &Others,
    exporters: &[String],
    lasts: Duration,
    report: &mut Report,
) -> Result<(), CommandError> {
    let address: SocketAddr = server.host.parse()?;
    let mut bad = JoinSet::new();
    for n in 0..BAD_CONNECTIONS {
        bad.spawn(stand(address, n, starts(&server.host, n)));
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let ((), times) = others.during(tokio::time::sleep(lasts)).await?;
    report.add(size, Measured::of("others: 2,000 bad connections", &times, 0.0, 0.0));
    report.add_figure(size, "memory, 2,000 bad connections", server.memory() as f64, "MiB");
    bad.shutdown().await;
    tokio::time::sleep(Duration::from_secs(2)).await;

    let answered = Arc::new(AtomicU64::new(0));
    let mut guessers = JoinSet::new();
    for n in 0..GUESSERS {
        guessers.spawn(guess(address, n, Arc::clone(&answered)));
    }
    let ((), times) = others.during(tokio::time::sleep(lasts)).await?;
    report.add(size, Measured::of("others: 100 clients guess passwords", &times, 0.0, 0.0));
    report.note(size, format!("{} guesses were answered meanwhile", answered.load(Ordering::SeqCst)));
    guessers.shutdown().await;
    tokio::time::sleep(Duration::from_secs(2)).await;

    let mut exports = JoinSet::new();
    for cookie in exporters {
        // as many connections as a browser has, of each person
        for _ in 0..6 {
            exports.spawn(workbooks(server.host.clone(), cookie.clone()));
        }
    }
    let ((), times) = others.during(tokio::time::sleep(lasts)).await?;
    report.add(size, Measured::of("others: workbooks of one organisation", &times, 0.0, 0.0));
    exports.shutdown().await;
    Ok(())
}

/// What a bad connection sends, of three kinds: half a header, half a form, or questions whose answers it does not take.
fn starts(host: &str, n: usize) -> String {
    let form =
        "content-type: application/x-www-form-urlencoded\r\nsec-fetch-site: same-origin\r\ncontent-length: 60000";
    match n % 3 {
        0 => "GET / HTTP/1.1\r\nx-".to_owned(),
        1 => format!("POST /sign-in HTTP/1.1\r\nhost: {host}\r\n{form}\r\n\r\n{}", "a".repeat(8_000)),
        _ => format!("GET /help/rules HTTP/1.1\r\nhost: {host}\r\n\r\n").repeat(5),
    }
}

async fn open(from: Ipv4Addr, address: SocketAddr) -> Option<TcpStream> {
    let socket = TcpSocket::new_v4().ok()?;
    socket.bind((from, 0).into()).ok()?;
    socket.connect(address).await.ok()
}

/// One of many; whoever is closed comes again.
async fn stand(address: SocketAddr, n: usize, starts: String) {
    let from = Ipv4Addr::new(127, 0, 1, u8::try_from(n / OF_AN_ADDRESS + 1).unwrap_or(u8::MAX));
    loop {
        if let Some(mut stream) = open(from, address).await {
            let _ = stream.write_all(starts.as_bytes()).await;
            tokio::time::sleep(Duration::from_secs(20)).await;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// Guesses from an address of its own, for one name after the other, as fast as it is answered.
async fn guess(address: SocketAddr, n: usize, answered: Arc<AtomicU64>) {
    let from = Ipv4Addr::new(127, 1, 2, u8::try_from(n + 1).unwrap_or(u8::MAX));
    let mut tries = 0;
    loop {
        let Some(mut stream) = open(from, address).await else { return };
        tries += 1;
        let body = format!("account=person{}&password=guess{n}x{tries}", (n * 7 + tries) % 500 + 600);
        let ask = format!(
            "POST /sign-in HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\nsec-fetch-site: same-origin\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut answer = Vec::new();
        if stream.write_all(ask.as_bytes()).await.is_ok() && stream.read_to_end(&mut answer).await.is_ok() {
            answered.fetch_add(1, Ordering::SeqCst);
        } else {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// One workbook of a list after the other, whatever is answered.
async fn workbooks(host: String, cookie: String) {
    let ask = format!(
        "GET /queues/raised/export.xlsx?view=all HTTP/1.1\r\nhost: {host}\r\ncookie: {cookie}\r\nconnection: close\r\n\r\n"
    );
    loop {
        let began = Instant::now();
        let Ok(mut stream) = TcpStream::connect(&host).await else { return };
        let mut answer = Vec::new();
        let _ = stream.write_all(ask.as_bytes()).await;
        let _ = stream.read_to_end(&mut answer).await;
        if began.elapsed() < Duration::from_millis(50) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}
