//! A browser, as far as the benchmark needs one: a keep-alive connection on which somebody is signed in.

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
