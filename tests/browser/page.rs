//! A page: where it is, what it says, what it costs.

use super::{Browser, PATIENCE, cdp::Link, effort::Effort};
use serde_json::{Value, json};
use std::{
    cell::{Cell, RefCell},
    time::Duration,
};

pub struct Page {
    link: RefCell<Link>,
    script: Cell<bool>,
    pub(super) effort: Cell<Effort>,
    pub browser: &'static str,
    /// whose cookies and cache it has
    context: String,
}

/// What a page fetched.
#[derive(Debug)]
pub struct Traffic {
    /// The addresses, in order.
    pub requests: Vec<String>,
    /// As sent, headers included.
    pub bytes: u64,
}

impl Page {
    /// With cookies and cache of its own, or those of another.
    pub(super) fn open(browser: &Browser, beside: Option<&Self>) -> Self {
        let mut page = Self {
            link: RefCell::new(Link::open(browser)),
            script: Cell::new(true),
            effort: Cell::default(),
            browser: browser.name,
            context: beside.map(|beside| beside.context.clone()).unwrap_or_default(),
        };
        if beside.is_none() {
            let made = page.call("Target.createBrowserContext", &json!({ "disposeOnDetach": true }));
            made["browserContextId"].as_str().unwrap().clone_into(&mut page.context);
        }
        let wanted = json!({ "url": "about:blank", "browserContextId": page.context });
        let target = page.call("Target.createTarget", &wanted);
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let attached = page.call("Target.attachToTarget", &attach);
        {
            let mut link = page.link.borrow_mut();
            link.session = attached["sessionId"].as_str().map(str::to_owned);
            // A page's main frame has its target's name.
            target["targetId"].as_str().unwrap().clone_into(&mut link.news.frame);
        }
        for domain in ["Page", "Network", "Runtime", "Log"] {
            page.call(&format!("{domain}.enable"), &json!({}));
        }
        page.call("Page.setLifecycleEventsEnabled", &json!({ "enabled": true }));
        // Else only one of the pages open at a time would have the focus.
        page.call("Emulation.setFocusEmulationEnabled", &json!({ "enabled": true }));
        page.viewport(1366, 768);
        page.mark();
        page
    }

    pub fn viewport(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", &size);
    }

    /// Emulates a media feature, such as `forced-colors: active`.
    pub fn media(&self, feature: &str, value: &str) {
        self.call("Emulation.setEmulatedMedia", &json!({ "features": [{ "name": feature, "value": value }] }));
    }

    /// Lays the page out as for a printer.
    pub fn on_paper(&self) {
        self.call("Emulation.setEmulatedMedia", &json!({ "media": "print" }));
    }

    /// Turns the pages' own script on or off, from the next page on. The harness works either way.
    pub fn script(&self, on: bool) {
        self.script.set(on);
        self.call("Emulation.setScriptExecutionDisabled", &json!({ "value": !on }));
    }

    /// Does what needs timers, which stand still while script is off.
    pub(super) fn with_script<T>(&self, act: impl FnOnce(&Self) -> T) -> T {
        let before = self.script.get();
        self.script(true);
        let done = act(self);
        self.script(before);
        done
    }

    /// As if every cookie had expired.
    pub fn clear_cookies(&self) {
        self.call("Network.clearBrowserCookies", &json!({}));
    }

    pub fn goto(&self, url: &str) {
        let gone = self.call("Page.navigate", &json!({ "url": url }));
        assert!(gone["errorText"].is_null(), "cannot go to {url}: {}", gone["errorText"]);
        if let Some(loader) = gone["loaderId"].as_str() {
            let loaded = self.link.borrow_mut().wait(PATIENCE, |news| news.loaded == loader && !news.busy);
            assert!(loaded, "{url} did not finish loading");
        }
    }

    pub fn url(&self) -> String {
        self.text_of("location.href")
    }

    pub fn title(&self) -> String {
        self.text_of("document.title")
    }

    /// What the page shows, as text.
    pub fn text(&self) -> String {
        self.text_of("document.body.innerText")
    }

    fn text_of(&self, js: &str) -> String {
        self.eval(js).as_str().unwrap_or_default().to_owned()
    }

    /// The value of an expression in the page; a promise is waited for.
    pub fn eval(&self, js: &str) -> Value {
        self.try_eval(js).unwrap_or_else(|error| panic!("{error}, in {:.200}", js.trim()))
    }

    pub(super) fn try_eval(&self, js: &str) -> Result<Value, String> {
        let wanted = json!({ "expression": js, "returnByValue": true, "awaitPromise": true });
        let mut answer = self.try_call("Runtime.evaluate", &wanted)?;
        match &answer["exceptionDetails"] {
            Value::Null => Ok(answer["result"]["value"].take()),
            thrown => Err(thrown["exception"]["description"].as_str().unwrap_or("the script threw").to_owned()),
        }
    }

    /// Counts [`Page::network`] from here.
    pub fn mark(&self) {
        self.quiet();
        let news = &mut self.link.borrow_mut().news;
        news.requests.clear();
        news.bytes = 0;
    }

    /// What was fetched since the mark, once nothing more is on its way.
    pub fn network(&self) -> Traffic {
        self.quiet();
        let news = &self.link.borrow().news;
        Traffic { requests: news.requests.clone(), bytes: news.bytes }
    }

    /// Documents that were loaded since they were last counted anew.
    pub(super) fn loads(&self, anew: bool) -> usize {
        let news = &mut self.link.borrow_mut().news;
        if anew {
            news.loads = 0;
        }
        news.loads
    }

    /// Waits for what is still on its way; briefly, since Chromium 102 never tells the end of a script that it
    /// began to fetch before it noticed that script is off.
    fn quiet(&self) {
        self.link.borrow_mut().wait(Duration::from_secs(1), |news| news.pending.is_empty());
        self.link.borrow_mut().news.pending.clear();
    }

    /// Errors on the console, exceptions and breaches of the content security policy so far.
    pub fn console_errors(&self) -> Vec<String> {
        self.eval("0");
        self.link.borrow().news.errors.clone()
    }

    /// Does what may start a navigation; if it does, waits until the new page has loaded.
    pub(super) fn settle(&self, act: impl FnOnce(&Self)) {
        act(self);
        // The answer comes after whatever the page has told until then. (None if the page is just going.)
        let _ = self.try_call("Runtime.evaluate", &json!({ "expression": "0" }));
        assert!(self.link.borrow_mut().wait(PATIENCE, |news| !news.busy), "the navigation did not end");
    }

    pub(super) fn call(&self, method: &str, params: &Value) -> Value {
        self.try_call(method, params).unwrap_or_else(|error| panic!("{error}"))
    }

    pub(super) fn try_call(&self, method: &str, params: &Value) -> Result<Value, String> {
        self.link.borrow_mut().call(method, params)
    }
}
