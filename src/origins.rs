//! Under which names the site answers, and which forms come from its own pages.

use std::net::SocketAddr;

use axum::http::HeaderMap;

/// Under which names the server answers.
#[derive(Debug, Clone)]
pub struct Origins {
    hosts: Vec<String>,
    urls: Vec<String>,
    https: bool,
}

impl Origins {
    /// From the public address, or loopback under both its names.
    pub fn new(public_url: Option<&str>, listen: SocketAddr) -> Origins {
        let urls: Vec<String> = match public_url {
            Some(url) => vec![url.trim_end_matches('/').to_owned()],
            None => ["127.0.0.1", "localhost"].iter().map(|name| format!("http://{name}:{}", listen.port())).collect(),
        };
        let hosts = urls.iter().map(|url| url.split("://").nth(1).unwrap_or_default().to_owned()).collect();
        let https = urls.iter().all(|url| url.starts_with("https://"));
        Origins { hosts, urls, https }
    }

    /// The first of them, for links.
    pub fn first(&self) -> &str {
        &self.urls[0]
    }

    pub fn is_https(&self) -> bool {
        self.https
    }

    pub fn has_host(&self, host: &str) -> bool {
        self.hosts.iter().any(|ours| ours.eq_ignore_ascii_case(host))
    }

    /// Whether a form with these headers was sent from one of our own pages: the browser says where it came from.
    pub fn is_same_origin(&self, headers: &HeaderMap, host: &str) -> bool {
        let one = |name: &str| {
            let mut values = headers.get_all(name).iter();
            (values.next().map(|value| value.to_str().unwrap_or("?").to_owned()), values.next().is_some())
        };
        match one("sec-fetch-site") {
            (Some(site), false) => {
                let origin = one("origin").0;
                site == "same-origin" && origin.is_none_or(|origin| self.urls.contains(&origin))
            }
            (None, _) if !self.https => {
                let (origin, twice) = one("origin");
                !twice && origin.is_some_and(|origin| self.urls.contains(&origin) && origin.ends_with(host))
            }
            _ => false,
        }
    }
}
