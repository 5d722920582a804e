//! README's sample for nginx, run by nginx with a certificate of the test's, before the real program in https mode.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use sqlx::{Connection, PgConnection};

use crate::world::installed::installed;
use crate::world::{PASSWORD, database};

/// Nobody in particular, where the tests run as root.
const ORDINARY: u32 = 65_534;
const STRICT: &str = "strict-transport-security: max-age=63072000; includesubdomains";
const FORM: &str =
    "content-type: application/x-www-form-urlencoded\r\nsec-fetch-site: same-origin\r\norigin: https://cms.example";

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// nginx and the program behind it, ended with the test.
struct Running {
    folder: PathBuf,
    children: Vec<Child>,
    http: u16,
    https: u16,
    operations: u16,
}

impl Drop for Running {
    fn drop(&mut self) {
        for child in &mut self.children {
            let pid = rustix::process::Pid::from_child(child);
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
            let _ = child.wait();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The sample with other ports, names of files, and a shorter wait for bodies.
fn sample(folder: &Path, ports: [u16; 3]) -> String {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let sample = readme.split_once("<!-- nginx -->\n```\n").unwrap().1.split_once("```\n<!-- /nginx -->").unwrap().0;
    let [http, https, cms] = ports;
    let mut text = sample.to_owned();
    for (what, by) in [
        ("listen 80;", format!("listen 127.0.0.1:{http};")),
        ("listen 443 ssl;", format!("listen 127.0.0.1:{https} ssl;")),
        ("/etc/ssl/cms.pem", folder.join("cms.pem").display().to_string()),
        ("/etc/ssl/cms.key", folder.join("cms.key").display().to_string()),
        ("http://127.0.0.1:8080", format!("http://127.0.0.1:{cms}")),
        ("client_body_timeout 30s;", "client_body_timeout 2s;".to_owned()),
    ] {
        assert_eq!(text.matches(what).count(), 1, "{what} in README’s sample");
        text = text.replace(what, &by);
    }
    let base = folder.display();
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .iter()
        .map(|name| format!("    {name}_temp_path {base}/{name};"))
        .collect::<Vec<_>>()
        .join("\n");
    format!(
        "daemon off;\npid {base}/pid;\nworker_processes 1;\nevents {{ worker_connections 256; }}\nhttp {{\n    access_log off;\n\
         {temporary}\n{text}}}\n"
    )
}

impl Running {
    fn start(nginx: &Path, database: &str) -> Running {
        let folder = std::env::temp_dir().join(format!("cms-nginx-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let [http, https, cms, operations] = [(); 4].map(|()| free_port());
        let made = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
            .args(["-subj", "/CN=cms.example", "-addext", "subjectAltName=DNS:cms.example"])
            .args(["-keyout", "cms.key", "-out", "cms.pem"])
            .current_dir(&folder)
            .stderr(Stdio::null())
            .status();
        assert!(made.unwrap().success());
        std::fs::write(folder.join("nginx.conf"), sample(&folder, [http, https, cms])).unwrap();
        let mut proxy = Command::new(nginx);
        proxy.arg("-e").arg(folder.join("error.log")).arg("-p").arg(&folder).arg("-c").arg(folder.join("nginx.conf"));
        if rustix::process::getuid().is_root() {
            std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o700)).unwrap();
            for name in ["", "cms.key", "cms.pem", "nginx.conf"] {
                chown(folder.join(name), Some(ORDINARY), Some(ORDINARY)).unwrap();
            }
            proxy.uid(ORDINARY).gid(ORDINARY);
        }
        let mut running = Running { folder, children: Vec::new(), http, https, operations };
        running.children.push(proxy.stderr(Stdio::null()).spawn().unwrap());
        let program = Command::new(env!("CARGO_BIN_EXE_cms"))
            .args(["serve", "--trial"])
            .env("DATABASE_URL", database)
            .env("CMS_LISTEN", format!("127.0.0.1:{cms}"))
            .env("CMS_OPERATIONS_LISTEN", format!("127.0.0.1:{operations}"))
            .env("CMS_PUBLIC_URL", "https://cms.example")
            .env("CMS_TRUSTED_PROXIES", "127.0.0.1")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        running.children.push(program.unwrap());
        let until = Instant::now() + Duration::from_secs(90);
        while !running.get("/health/ready", "").starts_with("HTTP/1.1 200") {
            let log = std::fs::read_to_string(running.folder.join("error.log")).unwrap_or_default();
            assert!(Instant::now() < until, "not ready; nginx says {log}");
            std::thread::sleep(Duration::from_millis(300));
        }
        running
    }

    /// A connection by https from an address of our own, whose certificate is looked at.
    fn open(&self) -> Child {
        Command::new("openssl")
            .args(["s_client", "-quiet", "-verify_quiet", "-verify_return_error", "-verify_hostname", "cms.example"])
            .args(["-servername", "cms.example", "-bind", "127.0.0.5:0", "-connect"])
            .arg(format!("127.0.0.1:{}", self.https))
            .arg("-CAfile")
            .arg(self.folder.join("cms.pem"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// The answer to these bytes, until the other side closes; whatever it is, it asks for https from now on.
    fn send(&self, bytes: &[u8]) -> String {
        let mut child = self.open();
        let mut into = child.stdin.take().unwrap();
        // it may be answered before it is sent to its end
        let _ = into.write_all(bytes);
        let mut answer = Vec::new();
        child.stdout.take().unwrap().read_to_end(&mut answer).unwrap();
        drop(into);
        let _ = child.wait();
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn answered(&self, bytes: &[u8]) -> String {
        let answer = self.send(bytes);
        let head = answer.split("\r\n\r\n").next().unwrap().to_lowercase();
        assert_eq!(head.matches(STRICT).count(), 1, "{head}");
        answer
    }

    fn get(&self, path: &str, more: &str) -> String {
        self.send(format!("GET {path} HTTP/1.1\r\nhost: cms.example\r\n{more}connection: close\r\n\r\n").as_bytes())
    }

    fn page(&self, path: &str, more: &str) -> String {
        self.answered(format!("GET {path} HTTP/1.1\r\nhost: cms.example\r\n{more}connection: close\r\n\r\n").as_bytes())
    }

    fn post(&self, path: &str, more: &str, body: &[u8]) -> String {
        let mut bytes = format!(
            "POST {path} HTTP/1.1\r\nhost: cms.example\r\n{more}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        bytes.extend_from_slice(body);
        self.answered(&bytes)
    }

    /// The first bytes of an answer that has no end, and how long the next came after.
    fn stream(&self, cookie: &str) -> String {
        let mut child = self.open();
        let ask = format!("GET /presence HTTP/1.1\r\nhost: cms.example\r\n{cookie}\r\n");
        child.stdin.as_mut().unwrap().write_all(ask.as_bytes()).unwrap();
        let mut first = vec![0; 4_096];
        let count = child.stdout.as_mut().unwrap().read(&mut first).unwrap();
        let _ = child.kill();
        let _ = child.wait();
        String::from_utf8_lossy(&first[..count]).into_owned()
    }
}

fn in_clear(port: u16, request: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn photo() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(40, 30).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// What the pages stamp their forms with.
fn stamp(page: &str) -> String {
    page.split_once("data-epoch=\"").unwrap().1.split_once('"').unwrap().0.to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sample_of_the_readme_serves_people_and_keeps_others_out() {
    let Some(nginx) = installed("nginx") else { return };
    let database = database().await;
    let url = database.clone();
    let walked = tokio::task::spawn_blocking(move || walk(&Running::start(&nginx, &url)));
    walked.await.unwrap();
    let mut connection = PgConnection::connect(&database).await.unwrap();
    let addresses: Vec<String> =
        sqlx::query_scalar("select distinct address from security_event where event like 'authn_login%'")
            .fetch_all(&mut connection)
            .await
            .unwrap();
    assert_eq!(addresses, ["127.0.0.5"], "the client, whatever X-Forwarded-For it sends itself");
}

fn walk(site: &Running) {
    // by http
    for (ask, status, more) in [
        ("GET /queues/raised?a=b HTTP/1.1", "301", "Location: https://cms.example/queues/raised?a=b"),
        ("HEAD / HTTP/1.1", "301", "Location: https://cms.example/"),
        ("POST /sign-in HTTP/1.1", "403", ""),
    ] {
        let answer = in_clear(site.http, &format!("{ask}\r\nhost: cms.example\r\nconnection: close\r\n\r\n"));
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")) && answer.contains(more), "{answer}");
        assert!(!answer.contains("set-cookie"), "{answer}");
    }
    // what strangers reach
    assert!(site.page("/health/live", "").starts_with("HTTP/1.1 200"));
    assert!(site.page("/metrics", "x-forwarded-for: 127.0.0.1\r\n").starts_with("HTTP/1.1 404"));
    assert!(
        in_clear(site.operations, "GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").contains("cms_web")
    );
    let door = site.page("/sign-in", "");
    assert!(door.starts_with("HTTP/1.1 200"), "{door}");
    let style = door.split("href=\"").map(|rest| rest.split('"').next().unwrap()).find(|to| to.starts_with("/static/"));
    let file = site.page(style.unwrap(), "");
    assert!(file.starts_with("HTTP/1.1 200") && file.contains("immutable"), "{}", &file[..400]);
    // signing in, with a wrong password first
    let forged = format!("{FORM}\r\nx-forwarded-for: 203.0.113.9");
    let sign_in = |password: &str| {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("account", "alder.agent"), ("password", password)])
            .finish();
        site.post("/sign-in", &forged, body.as_bytes())
    };
    assert!(sign_in("guess").starts_with("HTTP/1.1 422"));
    let inside = sign_in(PASSWORD);
    assert!(inside.starts_with("HTTP/1.1 303"), "{inside}");
    let cookies: Vec<&str> = inside.lines().filter_map(|line| line.strip_prefix("set-cookie: ")).collect();
    assert_eq!(cookies.len(), 2, "{inside}");
    for cookie in &cookies {
        assert!(
            cookie.starts_with("__Host-") && cookie.contains("; Secure") && cookie.contains("HttpOnly"),
            "{cookie}"
        );
        assert!(cookie.contains("Path=/") && !cookie.contains("Domain"), "{cookie}");
    }
    let pairs: Vec<&str> = cookies.iter().map(|cookie| cookie.split(';').next().unwrap()).collect();
    let cookie = format!("cookie: {}\r\n", pairs.join("; "));
    let account = site.page("/account", &cookie);
    assert!(account.starts_with("HTTP/1.1 200"), "{account}");
    let stamp = stamp(&account);
    // a form, from our own page and from another's
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("about", "idea"), ("says", "Behind a proxy"), ("page", "/"), ("epoch", &stamp)])
        .finish();
    let own = format!("{cookie}{FORM}");
    assert!(site.post("/feedback", &own, body.as_bytes()).starts_with("HTTP/1.1 303"));
    for wrong in [own.replace("same-origin", "cross-site"), own.replace("https://cms.example", "http://cms.example")] {
        assert!(site.post("/feedback", &wrong, body.as_bytes()).starts_with("HTTP/1.1 403"), "{wrong}");
    }
    // a photo
    let mut upload = format!(
        "--b\r\ncontent-disposition: form-data; name=\"epoch\"\r\n\r\n{stamp}\r\n--b\r\ncontent-disposition: form-data; \
         name=\"files\"; filename=\"site.png\"\r\ncontent-type: image/png\r\n\r\n"
    )
    .into_bytes();
    upload.extend(photo());
    upload.extend(b"\r\n--b--\r\n");
    let with_files = format!("{cookie}content-type: multipart/form-data; boundary=b\r\nsec-fetch-site: same-origin");
    let form = format!("/evidence?form=%2Fcontacts%2Fnew%2Fmnc%3Fkey%3D{}", "ab".repeat(16));
    let added = site.post(&form, &format!("{with_files}\r\naccept: application/json"), &upload);
    assert!(added.starts_with("HTTP/1.1 200") && added.contains("site.png"), "{added}");
    // what comes as it happens, counts, and an export
    let stream = site.stream(&cookie);
    assert!(stream.starts_with("HTTP/1.1 200") && stream.contains("text/event-stream"), "{stream}");
    let count = site.page("/queues/raised/new-count?since=1", &cookie);
    assert!(count.starts_with("HTTP/1.1 200") && count.contains("{\"new\":"), "{count}");
    let export = site.page("/queues/raised/export.csv?view=all", &cookie);
    assert!(export.starts_with("HTTP/1.1 200") && export.contains("attachment"), "{export}");
    // too large for nginx, too large for CMS, and too slow
    let head = |length: usize| {
        format!(
            "POST {form} HTTP/1.1\r\nhost: cms.example\r\n{with_files}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n"
        )
    };
    assert!(site.answered(head(90 * 1024 * 1024).as_bytes()).starts_with("HTTP/1.1 413"));
    let long = site.post("/feedback", &own, &vec![b'a'; 3 * 1024 * 1024]);
    assert!(long.starts_with("HTTP/1.1 413"), "{long}");
    let began = Instant::now();
    let slow = site.send(head(4_000).as_bytes());
    assert!(slow.is_empty() || slow.starts_with("HTTP/1.1 408"), "{slow}");
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    // as good as ever afterwards
    assert!(site.page("/account", &cookie).starts_with("HTTP/1.1 200"));
}
