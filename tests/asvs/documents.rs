//! What the README writes down for the requirements, held against the sources and the database.

use std::collections::BTreeSet;

use super::source;
use crate::world::World;

const README: &str = include_str!("../../README.md");

/// The part of the README between two marks.
fn part(name: &str) -> &'static str {
    let rest = README.split(&format!("<!-- {name} -->")).nth(1).unwrap_or_else(|| panic!("no {name}"));
    rest.split(&format!("<!-- /{name} -->")).next().unwrap()
}

/// What stands between backticks.
fn quoted(text: &str) -> BTreeSet<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Every file of src with its text, tests left out.
fn sources() -> Vec<(String, String)> {
    let (mut found, mut folders) = (Vec::new(), vec![super::root().join("src")]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(super::root()).unwrap().display().to_string();
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((name, text.split("#[cfg(test)]\nmod ").next().unwrap().to_owned()));
            }
        }
    }
    found.sort();
    found
}

/// Files of src in which one of these stands.
fn with(words: &[&str]) -> Vec<String> {
    sources()
        .into_iter()
        .filter(|(_, text)| words.iter().any(|word| text.contains(word)))
        .map(|(name, _)| name)
        .collect()
}

#[test]
fn processes_are_started_in_named_places_only() {
    let places = with(&["Command::new(", "process::Command"]);
    for place in &places {
        // a sandbox for files, the program's own second start, and the Postgres of a trial and the bench
        let may = ["src/child.rs", "src/command.rs"].contains(&place.as_str())
            || place.starts_with("src/cluster/")
            || place.starts_with("src/bench/");
        assert!(may, "{place} starts a process");
    }
    assert!(places.contains(&"src/child.rs".to_owned()));
    for (name, text) in
        sources().iter().filter(|(name, _)| !name.starts_with("src/bench/") && !name.starts_with("src/cluster/"))
    {
        assert!(
            !text.contains("Command::new(\"sh\")") && !text.contains("Command::new(\"bash\")"),
            "{name} has a shell"
        );
    }
}

#[test]
fn the_readme_lists_every_connection() {
    let listed = quoted(part("connections"));
    let opens = [
        "TcpStream::connect",
        "UnixStream::connect",
        "PgPoolOptions",
        "PgListener",
        "PgConnection::connect",
        "AmazonS3Builder",
    ];
    let places = with(&opens);
    assert!(places.len() > 4);
    for place in places {
        let is_listed =
            listed.iter().any(|known| *known == place || (known.ends_with('/') && place.starts_with(known.as_str())));
        assert!(is_listed, "{place} opens a connection that the README does not list");
    }
    // no client of HTTP is part of the program but that of buckets and the bench's own
    let manifest = source("Cargo.toml");
    assert!(!["reqwest", "ureq", "isahc", "awc"].iter().any(|name| manifest.contains(&format!("\n{name} = "))));
    for place in with(&["hyper::client"]) {
        assert!(place.starts_with("src/bench/"), "{place} is a client of HTTP");
    }
}

#[test]
fn release_builds_check_for_overflow() {
    let release = source("Cargo.toml").split("[profile.release]").nth(1).unwrap().to_owned();
    assert!(release.split("\n[").next().unwrap().contains("overflow-checks = true"));
}

#[test]
fn the_readme_says_the_limits_of_files() {
    assert_eq!(cms::evidence::limits::MOST_BYTES, 8 * 1024 * 1024);
    assert_eq!(cms::evidence::limits::MOST_FILES, 10);
    for says in
        ["at most 8 MB, ten of each organisation to a contact", "up to 5,000 rows and 5 MB", "512 MB and 10 seconds"]
    {
        assert!(README.contains(says), "{says}");
    }
    assert_eq!((cms::evidence::limits::LONGEST_SIDE, cms::evidence::limits::MOST_MEMORY >> 20), (8_000, 256));
    assert!(README.contains("at most 8,000 pixels a side and 256 MB"));
}

#[test]
fn sessions_begin_in_one_place() {
    assert_eq!(with(&["session::begin("]), ["src/people/sign_in.rs"]);
    let creates: Vec<String> = with(&["session_begin(", "session_create("])
        .into_iter()
        .filter(|place| !place.starts_with("src/bench/"))
        .collect();
    assert_eq!(creates, ["src/session/store.rs"]);
}

#[tokio::test]
async fn the_readme_says_how_long_sessions_last() {
    let world = World::new().await;
    let functions = "select string_agg(pg_get_functiondef(oid), '') from pg_proc where proname in ('session_load', 'session_create')";
    let body: String = sqlx::query_scalar(functions).fetch_one(world.owner()).await.unwrap();
    assert!(body.contains("interval '30 minutes'") && body.contains("interval '12 hours'"), "{body}");
    assert!(README.contains("30 minutes after it was last used") && README.contains("12 hours after it began"));
}

/// Crates that are cryptography, whether the program has them or not.
const CRYPTOGRAPHY: &[&str] = &[
    "aes",
    "aes-gcm",
    "argon2",
    "bcrypt",
    "blake2",
    "blake3",
    "chacha20poly1305",
    "ed25519-dalek",
    "getrandom",
    "hkdf",
    "hmac",
    "md5",
    "openssl",
    "pbkdf2",
    "rand",
    "ring",
    "rsa",
    "scrypt",
    "sha1",
    "sha2",
    "sha3",
    "rustls",
];

#[test]
fn the_readme_lists_the_cryptography() {
    let listed = quoted(part("cryptography"));
    let manifest = source("Cargo.toml");
    let ours = manifest.split("[dependencies]").nth(1).unwrap().split("\n[").next().unwrap();
    let names: BTreeSet<&str> = ours.lines().filter_map(|line| line.split_once(" = ")).map(|(name, _)| name).collect();
    for name in CRYPTOGRAPHY.iter().filter(|name| names.contains(**name)) {
        assert!(listed.contains(*name), "the README does not say what {name} is for");
    }
    // TLS comes with sqlx
    assert!(manifest.contains("tls-rustls-ring"));
    for name in listed.iter().filter(|name| !["rustls", "ring"].contains(&name.as_str())) {
        assert!(names.contains(name.as_str()), "{name} is no crate of ours");
    }
}

#[test]
fn passwords_are_hashed_as_the_readme_says() {
    let hasher = cms::hash_line::hasher();
    let params = hasher.params();
    assert_eq!((params.m_cost(), params.t_cost(), params.p_cost()), (19_456, 2, 1));
    assert!(part("cryptography").contains("argon2id, 19,456 KiB, 2 rounds, 1 lane"));
}

#[test]
fn what_is_secret_is_drawn_from_the_system() {
    // a generator that can be guessed makes samples, measurements and names of folders, and nothing that lets anybody in
    for place in with(&["fastrand::"]) {
        let may = ["src/trial/", "src/bench/", "src/cluster/"].iter().any(|folder| place.starts_with(folder));
        assert!(may, "{place} uses a generator that can be guessed");
    }
    assert!(source("src/secret.rs").contains("getrandom::fill(&mut bytes)"));
}

#[test]
fn the_sample_proxy_speaks_tls_of_today() {
    let sample = part("nginx");
    assert!(sample.contains("ssl_protocols TLSv1.2 TLSv1.3;"), "{sample}");
}

#[tokio::test]
async fn leftovers_are_nowhere() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    for path in [
        "/.git/",
        "/.git/HEAD",
        "/.git/config",
        "/.svn/entries",
        "/.env",
        "/.htaccess",
        "/static/",
        "/static",
        "/templates/",
        "/migrations/",
        "/Cargo.toml",
        "/Cargo.lock",
        "/README.md",
        "/backup.sql",
        "/cms.zip",
        "/admin",
        "/phpinfo.php",
        "/server-status",
        "/metrics",
        "/debug",
        "/api",
        "/swagger.json",
        "/robots.txt.bak",
        "/static/x/../../Cargo.toml",
        "/static/%2e%2e/%2e%2e/etc/passwd",
        "/uploads/",
    ] {
        for page in [amy.get(path).await, world.stranger().get(path).await] {
            assert_eq!(page.status, 404, "{path}");
            assert!(!page.body.contains("[package]") && !page.body.contains("root:"), "{path}");
        }
    }
}

#[tokio::test]
async fn trace_is_answered_nowhere() {
    let world = World::new().await;
    for (path, _) in crate::guard::routes() {
        let path = crate::guard::filled(&path, "C123456782");
        for method in ["TRACE", "CONNECT", "PUT", "DELETE", "PATCH"] {
            let request =
                axum::http::Request::builder().method(method).uri(&path).header("sec-fetch-site", "same-origin");
            let page = world.stranger().send(request, axum::body::Body::empty()).await;
            assert!([405, 404, 403].contains(&page.status.as_u16()), "{method} {path}: {}", page.status);
        }
    }
}

#[tokio::test]
async fn every_table_has_a_class_of_data() {
    let world = World::new().await;
    let sql = "select tablename::text from pg_tables where schemaname = 'public' and tablename not like '\\_sqlx%'";
    let tables: BTreeSet<String> =
        sqlx::query_scalar(sql).fetch_all(world.owner()).await.unwrap().into_iter().collect();
    let rows: Vec<&str> = part("data").lines().filter(|line| line.contains('`')).collect();
    let mut named = Vec::new();
    for row in &rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        assert!(cells.len() == 6 && cells.iter().all(|cell| !cell.is_empty()), "{row}");
        named.extend(quoted(cells[1]));
    }
    assert_eq!(named.iter().collect::<BTreeSet<_>>().len(), named.len(), "a table has two classes");
    assert_eq!(named.into_iter().collect::<BTreeSet<_>>(), tables, "each table has its class in the README");
}

#[tokio::test]
async fn what_is_kept_for_a_time_goes_as_the_readme_says() {
    let jobs = source("src/jobs.rs");
    for (table, time, says) in [
        ("session", "25 hours", "sessions 25 hours after they end"),
        ("person_link", "30 days", "links 30 days"),
        ("known_browser", "90 days", "known browsers 90 days"),
        ("sign_in_attempt", "2 days", "attempts 2 days"),
        ("late_form", "1 day", "sealed forms a day"),
        ("done_once", "1 day", "forms done once a day"),
        ("security_event", "1 year", "notes at the door a year"),
        ("role_request", "1 year", "requests for a role a year"),
        ("account_notice", "90 days", "notices of an account 90 days"),
        ("draft", "30 days", "drafts 30 days"),
        ("selection", "3 days", "ticks 3 days"),
        ("bulk", "30 days", "bulks 30 days"),
    ] {
        let deletes = jobs.lines().any(|line| {
            line.contains(&format!("delete from {table} ")) && line.contains(&format!("interval '{time}'"))
        });
        assert!(deletes, "{table} is not kept for {time}");
        assert!(part("data").contains(says), "{says}");
    }
}

#[test]
fn the_readme_lists_every_event_of_the_log() {
    let listed = quoted(part("events"));
    let mut found = BTreeSet::new();
    for (_, text) in sources() {
        found.extend(text.split("event = \"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned));
        let kinds = ["authn_", "authz_", "privilege_", "excess_", "sequence_"];
        let strings = text.split('"').skip(1).step_by(2);
        found.extend(
            strings
                .filter(|text| kinds.iter().any(|kind| text.starts_with(kind) && !text.contains('{')))
                .map(str::to_owned),
        );
    }
    assert!(found.len() > 20, "{found:?}");
    let unlisted: Vec<_> = found.difference(&listed).collect();
    assert!(unlisted.is_empty(), "the README does not list {unlisted:?}");
    // those that are put together of a purpose and an outcome
    let made: BTreeSet<String> = ["login", "password_check", "confirmation"]
        .iter()
        .flat_map(|purpose| ["success", "fail", "throttled"].map(|outcome| format!("authn_{purpose}_{outcome}")))
        .collect();
    let gone: Vec<_> = listed.difference(&found).filter(|event| !made.contains(*event)).collect();
    assert!(gone.is_empty(), "nothing logs {gone:?}");
}
