//! Clients that send or take their bytes slowly, that send too much, or that open many connections: each gets its answer or is
//! closed, and others are served meanwhile.

use std::time::{Duration, Instant};

use cms::config::Config;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::world::World;

fn host(url: &str) -> &str {
    url.trim_start_matches("http://")
}

/// Half a second for a form and the first bytes of a file, then a kilobyte a second.
fn hasty(config: &mut Config) {
    config.deadlines.body = Duration::from_millis(500);
    config.deadlines.upload_rate = 1024;
    config.deadlines.upload = Duration::from_secs(3);
    config.deadlines.reading = Duration::from_millis(700);
}

/// What comes until the server closes the connection, within ten seconds.
async fn until_closed(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut answer)).await;
    assert!(read.is_ok(), "still open");
    String::from_utf8_lossy(&answer).into_owned()
}

async fn sent(url: &str, bytes: &str) -> TcpStream {
    let mut stream = TcpStream::connect(host(url)).await.unwrap();
    stream.write_all(bytes.as_bytes()).await.unwrap();
    stream
}

fn head(url: &str, path: &str, more: &str) -> String {
    format!("POST {path} HTTP/1.1\r\nhost: {}\r\nsec-fetch-site: same-origin\r\n{more}\r\n\r\n", host(url))
}

const FORM: &str = "content-type: application/x-www-form-urlencoded";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_that_does_not_end_is_answered_and_closed() {
    let (_world, url) = World::listen_with(hasty).await;
    let began = Instant::now();
    let mut stands = sent(&url, &(head(&url, "/sign-in", &format!("{FORM}\r\ncontent-length: 60000")) + "a=b")).await;
    let mut drips = sent(&url, &head(&url, "/sign-in", &format!("{FORM}\r\ncontent-length: 60000"))).await;
    for _ in 0..12 {
        tokio::time::sleep(Duration::from_millis(60)).await;
        let _ = drips.write_all(b"a").await;
    }
    for stream in [&mut stands, &mut drips] {
        let answer = until_closed(stream).await;
        assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
        assert!(answer.contains("connection: close") && answer.contains("did not arrive within half a minute"));
    }
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_arrive_at_a_rate() {
    let (world, url) = World::listen_with(hasty).await;
    let cookie = world.sign_in("alder.agent").await.cookie().unwrap().to_owned();
    let stamp = world.stamp(1, "alder.agent");
    let more = format!("cookie: {cookie}\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: 9000");
    let part = format!(
        "--b\r\ncontent-disposition: form-data; name=\"epoch\"\r\n\r\n{stamp}\r\n--b\r\ncontent-disposition: form-data; \
         name=\"file\"; filename=\"a.csv\"\r\n\r\n"
    );
    for (path, bytes, closes) in [("/bulk", 10_usize, true), ("/bulk", 400, false)] {
        let mut stream = sent(&url, &(head(&url, path, &more) + &part)).await;
        for _ in 0..15 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            let _ = stream.write_all("a".repeat(bytes).as_bytes()).await;
        }
        let mut first = [0; 12];
        let answered = tokio::time::timeout(Duration::from_millis(300), stream.read_exact(&mut first)).await;
        assert_eq!(answered.is_ok(), closes, "{bytes} bytes ten times a second");
        if closes {
            assert_eq!(&first, b"HTTP/1.1 408");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_takes_nothing_is_closed() {
    let (world, url) = World::listen_with(hasty).await;
    let before = world.app.db.web.size();
    let mut streams = Vec::new();
    for _ in 0..8 {
        let mut stream = TcpStream::connect(host(&url)).await.unwrap();
        let ask = format!("GET /help/rules HTTP/1.1\r\nhost: {}\r\n\r\n", host(&url));
        // as many answers as fill every buffer between us
        for _ in 0..400 {
            let written = tokio::time::timeout(Duration::from_millis(50), stream.write_all(ask.as_bytes())).await;
            if !matches!(written, Ok(Ok(()))) {
                break;
            }
        }
        streams.push(stream);
    }
    tokio::time::sleep(Duration::from_secs(4)).await;
    for stream in &mut streams {
        let mut taken = 0;
        let mut some = vec![0; 65_536];
        // what was in flight still comes, then the end
        let ended = tokio::time::timeout(Duration::from_secs(5), async {
            while let Ok(count @ 1..) = stream.read(&mut some).await {
                taken += count;
            }
        });
        assert!(ended.await.is_ok(), "still open after {taken} bytes");
    }
    assert!(world.app.db.web.size() >= before);
}

/// As a proxy does it that passes a form on while it comes: all of it is sent before the answer is looked at.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_refused_early_can_still_read_why() {
    let (_world, url) = World::listen().await;
    let json = "content-type: application/json";
    for (path, kind, status) in
        [("/sign-in", FORM, 413), ("/help", FORM, 413), ("/sign-in", json, 415), ("/nowhere", json, 404)]
    {
        let mut stream = sent(&url, &head(&url, path, &format!("{kind}\r\ncontent-length: 3145728"))).await;
        for _ in 0..48 {
            stream.write_all(&vec![b'a'; 65_536]).await.unwrap_or_else(|error| panic!("{path}: {error}"));
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let mut first = [0; 12];
        stream.read_exact(&mut first).await.unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!(String::from_utf8_lossy(&first), format!("HTTP/1.1 {status}"), "{path} {kind}");
    }
    // but not without end
    let mut stream = sent(&url, &head(&url, "/sign-in", &format!("{FORM}\r\ncontent-length: 99000000"))).await;
    let began = Instant::now();
    while stream.write_all(&vec![b'a'; 65_536]).await.is_ok() {
        assert!(began.elapsed() < Duration::from_secs(20), "still read");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn headers_have_a_cap_and_broken_framing_is_the_clients_fault() {
    let (_world, url) = World::listen().await;
    for (bytes, status) in [(1_000, 200), (28_000, 200), (33_000, 431), (60_000, 431), (100_000, 431)] {
        let mut stream = TcpStream::connect(host(&url)).await.unwrap();
        let text = format!(
            "GET /help HTTP/1.1\r\nhost: {}\r\nconnection: close\r\nx-long: {}\r\n\r\n",
            host(&url),
            "a".repeat(bytes)
        );
        let _ = stream.write_all(text.as_bytes()).await;
        let mut first = [0; 12];
        stream.read_exact(&mut first).await.unwrap();
        assert_eq!(String::from_utf8_lossy(&first), format!("HTTP/1.1 {status}"), "{bytes} bytes");
    }
    let chunked = head(&url, "/sign-in", &format!("{FORM}\r\ntransfer-encoding: chunked\r\nconnection: close"));
    for broken in ["zz\r\na=b\r\n0\r\n\r\n", "3\r\na=bXX0\r\n\r\n", "-1\r\n\r\n"] {
        let mut stream = sent(&url, &format!("{chunked}{broken}")).await;
        let answer = until_closed(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{broken:?}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_client_has_so_many_connections_and_a_proxy_all() {
    let few = |config: &mut Config| config.deadlines.of_one_client = 20;
    let (_world, url) = World::listen_with(few).await;
    let open = async |url: &str| {
        let mut streams = Vec::new();
        for _ in 0..30 {
            streams.push(sent(url, "GET / HTTP/1.1\r\n").await);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        let mut closed = 0;
        for stream in &mut streams {
            let mut byte = [0];
            let read = tokio::time::timeout(Duration::from_millis(5), stream.read(&mut byte)).await;
            closed += usize::from(matches!(read, Ok(Ok(0) | Err(_))));
        }
        (streams, closed)
    };
    assert_eq!(open(&url).await.1, 10);
    let behind = |config: &mut Config| {
        few(config);
        config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    };
    let (_world, url) = World::listen_with(behind).await;
    assert_eq!(open(&url).await.1, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn others_are_served_while_slow_ones_stand() {
    let (world, url) = World::listen_with(|config| {
        config.deadlines.connections = 60;
        config.deadlines.of_one_client = 40;
    })
    .await;
    let port = host(&url).rsplit(':').next().unwrap();
    let mut wicked = Vec::new();
    for from in ["127.0.0.2", "127.0.0.3"] {
        for n in 0..45 {
            let socket = tokio::net::TcpSocket::new_v4().unwrap();
            socket.bind(format!("{from}:0").parse().unwrap()).unwrap();
            let Ok(mut stream) = socket.connect(format!("127.0.0.1:{port}").parse().unwrap()).await else { continue };
            let starts = if n % 2 == 0 {
                head(&url, "/sign-in", &format!("{FORM}\r\ncontent-length: 99"))
            } else {
                String::new()
            };
            let _ = stream.write_all(starts.as_bytes()).await;
            wicked.push(stream);
        }
    }
    let cookie = world.sign_in("alder.agent").await.cookie().unwrap().to_owned();
    for _ in 0..10 {
        let ask = format!("GET / HTTP/1.1\r\nhost: {}\r\ncookie: {cookie}\r\nconnection: close\r\n\r\n", host(&url));
        let began = Instant::now();
        let answer = until_closed(&mut sent(&url, &ask).await).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    }
}

/// How long honest pages took, the 99th of a hundred.
async fn p99_of_honest_people(url: &str, cookies: &[String], lasts: Duration) -> Duration {
    let mut people = Vec::new();
    for cookie in cookies {
        let (url, ask) = (
            url.to_owned(),
            format!(
                "GET /queues/raised HTTP/1.1\r\nhost: {}\r\ncookie: {cookie}\r\nconnection: close\r\n\r\n",
                host(url)
            ),
        );
        people.push(tokio::spawn(async move {
            let (until, mut took) = (Instant::now() + lasts, Vec::new());
            while Instant::now() < until {
                let began = Instant::now();
                let answer = until_closed(&mut sent(&url, &ask).await).await;
                assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
                took.push(began.elapsed());
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            took
        }));
    }
    let mut took = Vec::new();
    for person in people {
        took.extend(person.await.unwrap());
    }
    took.sort_unstable();
    took[(took.len() * 99 / 100).min(took.len() - 1)]
}

/// 2,000 bad connections at a time: silent ones, slow bodies, and readers that take nothing. Run it alone:
/// `cargo test --test cms -- --ignored two_thousand`; `CMS_FLOOD` is another number.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a quiet machine and half a minute"]
async fn two_thousand_bad_connections_keep_nobody_waiting() {
    let many: usize = std::env::var("CMS_FLOOD").ok().and_then(|text| text.parse().ok()).unwrap_or(2_000);
    let (world, url) = World::listen().await;
    let mut cookies = Vec::new();
    for account in ["alder.agent", "birch.agent", "alder.supervisor", "birch.supervisor"] {
        cookies.push(world.sign_in(account).await.cookie().unwrap().to_owned());
    }
    let lasts = Duration::from_secs(8);
    let quiet = p99_of_honest_people(&url, &cookies, lasts).await;
    let address: std::net::SocketAddr = host(&url).parse().unwrap();
    let mut wicked = Vec::new();
    let memory = || {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap().to_owned();
        line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap()
    };
    let before = memory();
    for n in 0..many {
        let starts = match n % 3 {
            0 => "GET / HTTP/1.1\r\nx-".to_owned(),
            1 => head(&url, "/sign-in", &format!("{FORM}\r\ncontent-length: 60000")) + &"a".repeat(8_000),
            _ => format!("GET /help/rules HTTP/1.1\r\nhost: {}\r\n\r\n", host(&url)).repeat(5),
        };
        let from = std::net::Ipv4Addr::new(127, 0, 1, u8::try_from(n / 400 + 1).unwrap());
        wicked.push(tokio::spawn(async move {
            // whoever is closed comes again
            loop {
                let socket = tokio::net::TcpSocket::new_v4().unwrap();
                socket.bind((from, 0).into()).unwrap();
                if let Ok(mut stream) = socket.connect(address).await {
                    let _ = stream.write_all(starts.as_bytes()).await;
                    tokio::time::sleep(Duration::from_secs(20)).await;
                }
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
        }));
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    let standing = memory();
    let attacked = p99_of_honest_people(&url, &cookies, lasts).await;
    for one in wicked {
        one.abort();
    }
    let each = standing.saturating_sub(before) * 1_024 / many;
    println!("p99 quiet {quiet:?}, with {many} bad connections {attacked:?}; {each} bytes each, both ends");
    assert!(attacked <= (quiet * 2).max(Duration::from_millis(40)), "{quiet:?} {attacked:?}");
}
