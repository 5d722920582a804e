//! Requests as they are sent, several at once, and the bytes of their answers.

use std::cell::{Cell, RefCell};
use std::io::Read;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use http_body_util::BodyExt;
use tower::ServiceExt;

/// One request, as somebody's browser sends it.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    pub method: &'static str,
    pub address: String,
    pub form: String,
    pub cookie: Option<String>,
}

#[derive(Debug, Default)]
pub struct Answer {
    pub status: u16,
    pub location: String,
    /// its head and its body; the inside of a workbook
    pub bytes: Vec<u8>,
}

/// Asks all of them, a few at once, since much of an answer's time is waiting.
pub async fn ask_all(site: &Router, all: &[&Asked]) -> Vec<Answer> {
    let next = Cell::new(0);
    let answers: RefCell<Vec<Option<Answer>>> = RefCell::new(all.iter().map(|_| None).collect());
    let lane = async || {
        while let Some(asked) = all.get(next.get()) {
            let which = next.replace(next.get() + 1);
            let answer = ask(site, asked).await;
            answers.borrow_mut()[which] = Some(answer);
        }
    };
    tokio::join!(lane(), lane(), lane(), lane());
    answers.into_inner().into_iter().flatten().collect()
}

pub async fn ask(site: &Router, asked: &Asked) -> Answer {
    let mut request = Request::builder()
        .method(asked.method)
        .uri(&asked.address)
        .header(header::HOST, "127.0.0.1:8080")
        .header("sec-fetch-site", "same-origin");
    if asked.method == "POST" {
        request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    }
    if let Some(cookie) = &asked.cookie {
        request = request.header(header::COOKIE, cookie);
    }
    let response = site.clone().oneshot(request.body(Body::from(asked.form.clone())).unwrap()).await.unwrap();
    let status = response.status().as_u16();
    let location = response.headers().get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned());
    let mut bytes = format!("{:?}", response.headers()).into_bytes();
    // a stream goes on, so its beginning is read
    let is_stream = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
    let most = Duration::from_millis(if is_stream { 50 } else { 30_000 });
    let mut body = response.into_body();
    let read = async {
        while let Some(Ok(frame)) = body.frame().await {
            bytes.extend_from_slice(frame.data_ref().map_or(&[][..], |data| &data[..]));
        }
    };
    let _is_at_its_end = tokio::time::timeout(most, read).await;
    if asked.address.contains(".xlsx") && status == 200 {
        let at = bytes.windows(4).position(|four| four == b"PK\x03\x04").unwrap();
        let inside = unpacked(&bytes[at..]);
        bytes.extend(inside);
    }
    Answer { status, location: location.unwrap_or_default(), bytes }
}

/// Every sheet and text of a workbook.
fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    for at in 0..zip.len() {
        zip.by_index(at).unwrap().read_to_end(&mut all).unwrap();
    }
    all
}
