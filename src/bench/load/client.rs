//! A browser, as far as the benchmark needs one: a keep-alive connection on which somebody is signed in.

use std::time::Instant;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::times::sentence;
use crate::error::CommandError;

const BOUNDARY: &str = "between-the-parts-of-the-benchmark";

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
    /// where it leads on
    pub location: Option<String>,
    pub body: Bytes,
}

impl HttpAnswer {
    /// Its sentence, if it is an error page.
    pub fn says(&self) -> String {
        sentence(&String::from_utf8_lossy(&self.body))
    }
}

impl KeptAlive {
    pub async fn open(host: &str, cookie: &str, encoding: &'static str) -> Result<KeptAlive, CommandError> {
        let stream = TcpStream::connect(host).await?;
        stream.set_nodelay(true)?;
        let (send, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(KeptAlive { send, host: host.to_owned(), cookie: cookie.to_owned(), stamp: String::new(), encoding })
    }

    /// After the connection broke.
    pub async fn open_again(&mut self) -> Result<(), CommandError> {
        *self = KeptAlive { stamp: self.stamp.clone(), ..Self::open(&self.host, &self.cookie, self.encoding).await? };
        Ok(())
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

    /// Sends a form with one file.
    pub async fn post_file(
        &mut self,
        path: &str,
        field: &str,
        name: &str,
        media_type: &str,
        bytes: &[u8],
    ) -> Result<HttpAnswer, CommandError> {
        if self.stamp.is_empty() {
            self.read_stamp().await?;
        }
        let mut body = format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"epoch\"\r\n\r\n{}\r\n--{BOUNDARY}\r\n\
             content-disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\ncontent-type: {media_type}\r\n\r\n",
            self.stamp
        )
        .into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"))
            .header("sec-fetch-site", "same-origin");
        self.send(request, body.into()).await
    }

    /// Reads a file and throws it away, until its end or until then; answers how many bytes came.
    pub async fn drain(&mut self, path: &str, until: Instant) -> Result<u64, CommandError> {
        let request = self.request(Request::get(path));
        let response = self.send.send_request(request.body(Full::new(Bytes::new()))?).await?;
        if !response.status().is_success() {
            return Err(CommandError(format!("{path} was answered {}", response.status())));
        }
        let mut body = response.into_body();
        let mut bytes = 0;
        while let Some(frame) = body.frame().await {
            bytes += frame?.data_ref().map_or(0, |data| data.len() as u64);
            if Instant::now() > until {
                break;
            }
        }
        Ok(bytes)
    }

    /// Reads the stamp, so that the first form does not have to.
    pub async fn read_stamp(&mut self) -> Result<(), CommandError> {
        let page = self.get("/account").await?;
        let page = String::from_utf8_lossy(&page.body);
        let stamp = page.split_once("data-epoch=\"").and_then(|(_, rest)| rest.split_once('"'));
        stamp.ok_or_else(|| CommandError("the page has no stamp".to_owned()))?.0.clone_into(&mut self.stamp);
        Ok(())
    }

    fn request(&self, request: hyper::http::request::Builder) -> hyper::http::request::Builder {
        let request = request.header(header::HOST, &self.host).header(header::ACCEPT_ENCODING, self.encoding);
        if self.cookie.is_empty() { request } else { request.header(header::COOKIE, &self.cookie) }
    }

    async fn send(&mut self, request: hyper::http::request::Builder, body: Bytes) -> Result<HttpAnswer, CommandError> {
        let request = self.request(request);
        self.send.ready().await?;
        let response = self.send.send_request(request.body(Full::new(body))?).await?;
        let status = response.status();
        let text = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        let cookie = text(header::SET_COOKIE).and_then(|cookie| cookie.split(';').next()).map(str::to_owned);
        let location = text(header::LOCATION).map(str::to_owned);
        let body = response.into_body().collect().await?.to_bytes();
        Ok(HttpAnswer { status, cookie, location, body })
    }
}
