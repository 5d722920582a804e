//! The program itself is killed while somebody types.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

struct Running(Child, String);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(url: &str) -> Running {
    let mut child = Command::new(env!("CARGO_BIN_EXE_cms"))
        .args(["--trial"])
        .env("DATABASE_URL", url)
        .env("CMS_LISTEN", "127.0.0.1:0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let line = BufReader::new(child.stdout.take().unwrap()).lines().next().expect("a ready line").unwrap();
    let address = line.strip_prefix("CMS is ready at http://").unwrap_or_else(|| panic!("{line}")).to_owned();
    Running(child, address)
}

/// Status, head and body of one exchange.
fn ask(address: &str, method: &str, path: &str, cookie: &str, body: &str) -> (String, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nsec-fetch-site: same-origin\r\ncookie: {cookie}\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), body.to_owned())
}

#[tokio::test]
async fn what_was_typed_outlives_a_kill_of_the_program() {
    let url = crate::world::empty_database().await;
    let typed = tokio::task::spawn_blocking(move || {
        let one = start(&url);
        let (head, _) = ask(&one.1, "POST", "/sign-in", "", "as=alder.agent");
        let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let (_, terms) = ask(&one.1, "GET", "/terms", &cookie, "");
        let stamp = terms.split("data-epoch=\"").nth(1).unwrap().split('"').next().unwrap();
        ask(&one.1, "POST", "/terms", &cookie, &format!("epoch={stamp}"));
        let form = format!("about=idea&says=Half+a+senten&page=%2F&epoch={stamp}");
        let (head, _) = ask(&one.1, "POST", "/drafts?to=/feedback&drawn=1795000000000", &cookie, &form);
        assert!(head.starts_with("HTTP/1.1 204"), "{head}");
        drop(one);
        let two = start(&url);
        ask(&two.1, "GET", "/feedback", &cookie, "").1
    })
    .await
    .unwrap();
    assert!(typed.contains("Half a senten"), "{typed}");
}
