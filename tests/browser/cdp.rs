//! The `DevTools` protocol over one WebSocket: calls, and what the browser tells in between.

use super::{Browser, PATIENCE};
use serde_json::{Value, json};
use std::{
    collections::HashSet,
    io::ErrorKind,
    net::TcpStream,
    time::{Duration, Instant},
};
use tungstenite::{Error, Message, WebSocket, client};

/// Each page has a link of its own, so tests on many threads share a browser but no state.
pub struct Link {
    socket: WebSocket<TcpStream>,
    /// The attached page; calls go to the browser itself until there is one.
    pub session: Option<String>,
    calls: u64,
    pub news: News,
}

/// What the browser has told of its page.
#[derive(Default)]
pub struct News {
    pub frame: String,
    /// A navigation was asked for and has not ended.
    pub busy: bool,
    /// The loader of the last document that finished loading.
    pub loaded: String,
    /// How many documents that were, counted for [`super::effort`].
    pub loads: usize,
    pub requests: Vec<String>,
    pub bytes: u64,
    pub pending: HashSet<String>,
    documents: HashSet<String>,
    pub errors: Vec<String>,
}

impl Link {
    pub fn open(browser: &Browser) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", browser.port)).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let address = format!("ws://127.0.0.1:{}{}", browser.port, browser.endpoint);
        let (socket, _) = client(address, stream).unwrap();
        socket.get_ref().set_read_timeout(Some(Duration::from_millis(100))).unwrap();
        Self { socket, session: None, calls: 0, news: News::default() }
    }

    pub fn call(&mut self, method: &str, params: &Value) -> Result<Value, String> {
        self.calls += 1;
        let mut call = json!({ "id": self.calls, "method": method, "params": params });
        if let Some(session) = &self.session {
            call["sessionId"] = json!(session);
        }
        self.socket.send(Message::text(call.to_string())).map_err(|error| error.to_string())?;
        let deadline = Instant::now() + PATIENCE;
        loop {
            let mut answer = self.receive(deadline).ok_or_else(|| format!("{method}: no answer in time"))?;
            if answer["id"] == self.calls {
                return match answer["error"]["message"].as_str() {
                    Some(error) => Err(format!("{method}: {error}")),
                    None => Ok(answer["result"].take()),
                };
            }
        }
    }

    /// Takes in news until the condition holds; false when it does not in time.
    pub fn wait(&mut self, limit: Duration, done: impl Fn(&News) -> bool) -> bool {
        let deadline = Instant::now() + limit;
        while !done(&self.news) {
            if self.receive(deadline).is_none() {
                return false;
            }
        }
        true
    }

    fn receive(&mut self, deadline: Instant) -> Option<Value> {
        while Instant::now() < deadline {
            match self.socket.read() {
                Ok(Message::Text(text)) => {
                    let message: Value = serde_json::from_str(&text).unwrap();
                    if let Some(event) = message["method"].as_str() {
                        self.news.hear(event, &message["params"]);
                    }
                    return Some(message);
                }
                Ok(_) => {}
                Err(Error::Io(error)) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                Err(error) => panic!("the browser went away: {error}"),
            }
        }
        None
    }
}

impl News {
    fn hear(&mut self, event: &str, told: &Value) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let ours = told["frameId"] == self.frame;
        match event {
            "Page.frameRequestedNavigation" if ours => {
                self.busy |= told["disposition"] == "currentTab";
            }
            "Page.frameScheduledNavigation" if ours => self.busy |= told["delay"] == 0,
            "Page.frameStartedLoading" if ours => self.busy = true,
            "Page.frameStoppedLoading" | "Page.navigatedWithinDocument" if ours => {
                self.busy = false;
            }
            "Page.lifecycleEvent" if ours && told["name"] == "load" => {
                let loader = text(&told["loaderId"]);
                self.loads += usize::from(loader != self.loaded);
                self.loaded = loader;
            }
            // Chromium fetches the site's icon when it likes, and calls that “Other”.
            "Network.requestWillBeSent" if told["type"] != "Other" => {
                self.requests.push(text(&told["request"]["url"]));
                self.bytes += told["redirectResponse"]["encodedDataLength"].as_u64().unwrap_or(0);
                self.pending.insert(text(&told["requestId"]));
                if told["type"] == "Document" {
                    self.documents.insert(text(&told["request"]["url"]));
                }
            }
            "Network.loadingFinished" | "Network.loadingFailed" => {
                let counted = self.pending.remove(told["requestId"].as_str().unwrap_or_default());
                let bytes = told["encodedDataLength"].as_u64().unwrap_or(0);
                self.bytes += if counted { bytes } else { 0 };
            }
            "Runtime.exceptionThrown" => {
                let details = &told["exceptionDetails"];
                self.errors.push(format!("{} {}", text(&details["text"]), text(&details["exception"]["description"])));
            }
            "Runtime.consoleAPICalled" if told["type"] == "error" => {
                let said = told["args"].as_array().into_iter().flatten();
                let said =
                    said.map(|part| part["value"].as_str().map_or_else(|| text(&part["description"]), str::to_owned));
                self.errors.push(said.collect::<Vec<_>>().join(" "));
            }
            // A document that says 4xx is an answer (a form to correct), not a fault of the page.
            "Log.entryAdded" if told["entry"]["level"] == "error" => {
                let entry = &told["entry"];
                let url = text(&entry["url"]);
                if entry["source"] != "network" || !self.documents.contains(&url) {
                    self.errors.push(format!("{} ({url})", text(&entry["text"])));
                }
            }
            _ => {}
        }
    }
}
