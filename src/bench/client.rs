//! The load: a few keep-alive connections, each signed in, each sending its next request when the last is answered.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::error::CommandError;

/// One keep-alive connection.
pub struct KeptAlive {
    send: SendRequest<Full<Bytes>>,
    host: String,
    pub cookie: String,
    /// of the pages of whoever is signed in; empty until a form is sent
    stamp: String,
    encoding: &'static str,
}

/// What came back.
pub struct HttpAnswer {
    pub status: StatusCode,
    pub cookie: Option<String>,
    pub body: Bytes,
}

impl KeptAlive {
    pub async fn open(host: &str, cookie: &str, encoding: &'static str) -> Result<KeptAlive, CommandError> {
        let stream = TcpStream::connect(host).await?;
        stream.set_nodelay(true)?;
        let (send, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(KeptAlive { send, host: host.to_owned(), cookie: cookie.to_owned(), stamp: String::new(), encoding })
    }

    pub async fn get(&mut self, path: &str) -> Result<HttpAnswer, CommandError> {
        self.send(Request::get(path), Bytes::new()).await
    }

    /// Sends a form with the stamp of the pages of whoever is signed in, read once from the first page they open.
    pub async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Result<HttpAnswer, CommandError> {
        if self.stamp.is_empty() && !self.cookie.is_empty() {
            self.read_stamp().await?;
        }
        let stamp = (!self.stamp.is_empty()).then_some(("epoch", &*self.stamp));
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).extend_pairs(stamp).finish();
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.send(request, body.into()).await
    }

    /// Reads the stamp, so that the first form does not have to.
    pub async fn read_stamp(&mut self) -> Result<(), CommandError> {
        let page = self.get("/account").await?;
        let page = String::from_utf8_lossy(&page.body);
        let stamp = page.split_once("data-epoch=\"").and_then(|(_, rest)| rest.split_once('"'));
        stamp.ok_or_else(|| CommandError("the page has no stamp".to_owned()))?.0.clone_into(&mut self.stamp);
        Ok(())
    }

    async fn send(&mut self, request: hyper::http::request::Builder, body: Bytes) -> Result<HttpAnswer, CommandError> {
        let mut request = request.header(header::HOST, &self.host).header(header::ACCEPT_ENCODING, self.encoding);
        if !self.cookie.is_empty() {
            request = request.header(header::COOKIE, &self.cookie);
        }
        self.send.ready().await?;
        let response = self.send.send_request(request.body(Full::new(body))?).await?;
        let status = response.status();
        let cookie = response.headers().get(header::SET_COOKIE).and_then(|value| value.to_str().ok());
        let cookie = cookie.and_then(|cookie| cookie.split(';').next()).map(str::to_owned);
        let body = response.into_body().collect().await?.to_bytes();
        Ok(HttpAnswer { status, cookie, body })
    }
}

/// Forms that wait to be sent, each once: address and fields.
pub type Forms = VecDeque<(String, Vec<(String, String)>)>;

/// What a connection asks: the same page again and again, or the next of many forms.
pub enum Asks {
    Page(String),
    Forms(Arc<Mutex<Forms>>),
}

/// Times of one measurement.
#[derive(Debug, Default, Clone)]
pub struct Times {
    pub each: Vec<Duration>,
    pub took: Duration,
    pub bytes: usize,
}

impl Times {
    pub fn per_second(&self) -> f64 {
        self.each.len() as f64 / self.took.as_secs_f64()
    }

    /// Milliseconds within which this share of the answers came.
    pub fn within(&self, share: f64) -> f64 {
        let mut sorted = self.each.clone();
        sorted.sort_unstable();
        let at = ((sorted.len() as f64 - 1.0) * share) as usize;
        sorted.get(at).map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
    }
}

/// Sends until the time is over or the forms have run out. Any answer but a page or a redirect is a failure.
pub async fn measure(
    host: &str,
    cookies: &[String],
    encoding: &'static str,
    asks: Asks,
    lasts: Duration,
) -> Result<Times, CommandError> {
    let asks = Arc::new(asks);
    let mut opened = Vec::new();
    for cookie in cookies {
        let mut line = KeptAlive::open(host, cookie, encoding).await?;
        if matches!(*asks, Asks::Forms(_)) {
            line.read_stamp().await?;
        }
        opened.push(line);
    }
    let started = Instant::now();
    let mut lines = Vec::new();
    for mut line in opened {
        let asks = Arc::clone(&asks);
        lines.push(tokio::spawn(async move {
            let mut times = Times::default();
            while started.elapsed() < lasts {
                let before = Instant::now();
                let answer = match &*asks {
                    Asks::Page(path) => line.get(path).await?,
                    Asks::Forms(forms) => {
                        let next = forms.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                        let Some((path, form)) = next else { break };
                        let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
                        line.post(&path, &form).await?
                    }
                };
                if !(answer.status.is_success() || answer.status.is_redirection()) {
                    let body = String::from_utf8_lossy(&answer.body);
                    return Err(CommandError(format!(
                        "answered {}: {}",
                        answer.status,
                        body.chars().take(600).collect::<String>()
                    )));
                }
                times.each.push(before.elapsed());
                times.bytes = answer.body.len();
            }
            Ok(times)
        }));
    }
    let mut all = Times::default();
    for line in lines {
        let times: Times = line.await??;
        all.each.extend(times.each);
        all.bytes = times.bytes;
    }
    all.took = started.elapsed();
    Ok(all)
}
