//! People at a browser, and the answers they get.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use scraper::{Html, Selector};
use tower::ServiceExt;

use super::{HOST, html};

/// Somebody at a browser.
#[derive(Clone)]
pub struct Person {
    site: Router,
    cookie: Option<String>,
    /// by which accounts know it
    pub browser: Option<String>,
    /// that of the last page that was opened
    stamp: Option<String>,
}

impl Person {
    pub(super) fn at(site: Router, cookie: Option<String>, stamp: Option<String>) -> Person {
        Person { site, cookie, browser: None, stamp }
    }

    /// As a browser does, it follows to the address that a fresh form is given.
    pub async fn get(&mut self, path: &str) -> Page {
        let page = self.send(Request::get(path), Body::empty()).await;
        let form = page.location();
        if form.starts_with("/contacts/new/mnc?key=") || form.starts_with("/bulk/form?key=") {
            self.send(Request::get(form), Body::empty()).await
        } else {
            page
        }
    }

    /// As a browser does that follows a link on the page `before`.
    pub async fn get_from(&mut self, before: &str, path: &str) -> Page {
        let request = Request::get(path).header(header::REFERER, format!("http://{HOST}{before}"));
        self.send(request, Body::empty()).await
    }

    /// Sends a form, with the stamp of its page unless the fields have one.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let is_stamped = fields.iter().any(|(name, _)| *name == "epoch");
        let stamp = if is_stamped { None } else { self.stamp(path).await.map(|stamp| ("epoch", stamp)) };
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).extend_pairs(stamp).finish();
        self.post_raw(path, body).await
    }

    /// What a page stamps the form that is sent to this path with; nothing for who has not signed in.
    pub async fn stamp(&mut self, path: &str) -> Option<String> {
        if self.stamp.is_none() && self.cookie.is_some() && path != "/sign-in" {
            Box::pin(self.get("/account")).await;
        }
        self.stamp.clone()
    }

    /// A form as whatever bytes it is.
    pub async fn post_raw(&mut self, path: &str, body: impl Into<Body>) -> Page {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.send(request, body.into()).await
    }

    /// Any request, with the person's cookie.
    pub async fn send(&mut self, request: axum::http::request::Builder, body: Body) -> Page {
        let path = request.uri_ref().map(ToString::to_string).unwrap_or_default();
        let mut request = request.header(header::HOST, HOST);
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        if let Some(browser) = &self.browser {
            request = request.header(header::COOKIE, browser);
        }
        let response = self.site.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        for cookie in headers.get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
            if pair.contains("browser=") {
                self.browser = Some(pair);
                continue;
            }
            let emptied = pair.ends_with('=');
            let cookie = if emptied { None } else { Some(pair) };
            if cookie != self.cookie {
                self.set_cookie(cookie);
            }
        }
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let body = String::from_utf8_lossy(&body).into_owned();
        if headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.to_str().unwrap().starts_with("text/html"))
            && !body.is_empty()
        {
            html::check(&path, status.as_u16(), &body);
            if let Some((stamp, _)) = body.split_once("data-epoch=\"").and_then(|(_, rest)| rest.split_once('"')) {
                self.stamp = Some(stamp.to_owned());
            }
        }
        Page { status, headers, body }
    }

    /// A request just as it is, without cookie and host of ours.
    pub async fn raw(&self, request: Request<Body>) -> Page {
        let response = self.site.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.into_body().collect().await.unwrap().to_bytes();
        Page { status, headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    pub fn cookie(&self) -> Option<&str> {
        self.cookie.as_deref()
    }

    pub fn set_cookie(&mut self, cookie: Option<String>) {
        self.cookie = cookie;
        self.stamp = None;
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Page {
    pub fn location(&self) -> String {
        self.headers.get(header::LOCATION).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
    }

    pub fn html(&self) -> Html {
        Html::parse_document(&self.body)
    }

    /// Texts of what a CSS selector finds, white space folded.
    pub fn all(&self, selector: &str) -> Vec<String> {
        let html = self.html();
        let selector = Selector::parse(selector).unwrap();
        html.select(&selector).map(|element| fold(&element.text().collect::<String>())).collect()
    }

    /// Values of an attribute of what a selector finds.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let html = self.html();
        let selector = Selector::parse(selector).unwrap();
        html.select(&selector).filter_map(|element| element.attr(name)).map(str::to_owned).collect()
    }

    /// Where a list goes on: "next" or "prev", a link or, where ticks go with it, a button.
    pub fn other_page(&self, which: &str) -> Option<String> {
        let link = self.attributes(&format!("a[rel='{which}']"), "href").pop();
        link.or_else(|| self.attributes(&format!("button[data-page='{which}']"), "value").pop())
    }

    /// Value of the input with this name.
    pub fn input(&self, name: &str) -> String {
        let values = self.attributes(&format!("input[name='{name}']"), "value");
        values.first().unwrap_or_else(|| panic!("no input {name} in {}", self.text())).clone()
    }

    /// Value of the input with this id.
    pub fn input_of(&self, id: &str) -> String {
        self.attributes(&format!("input#{id}"), "value")
            .pop()
            .unwrap_or_else(|| panic!("no input {id} in {}", self.text()))
    }

    /// Text of the whole page.
    pub fn text(&self) -> String {
        self.all("body").pop().unwrap_or_else(|| self.body.clone())
    }

    /// The error messages by field, from the error summary.
    pub fn errors(&self) -> Vec<(String, String)> {
        let fields = self.attributes(".govuk-error-summary__list a", "href");
        let says = self.all(".govuk-error-summary__list a");
        fields.into_iter().map(|field| field.trim_start_matches('#').to_owned()).zip(says).collect()
    }

    pub fn error(&self, field: &str) -> String {
        self.errors().into_iter().find(|(known, _)| known == field).map(|(_, says)| says).unwrap_or_default()
    }
}

fn fold(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
