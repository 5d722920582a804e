//! Judges a page: what it says, how it looks, whether everyone can use it.

use super::{Page, SEE};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;
use std::{
    fs,
    path::{Path, PathBuf},
    thread::{self, sleep},
    time::{Duration, Instant},
};

pub const AXE: &str = include_str!("../vendor/axe.min.js");

const RUN_AXE: &str = "axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    resultTypes: ['violations'],
}).then(({ violations }) => violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, target }) => `${id}: ${help}\\n    at ${target.join(' ')}: ${html.slice(0, 200)}`)))";

impl Page {
    /// Waits until the page shows the text.
    pub fn see(&self, text: &str) {
        let deadline = Instant::now() + SEE;
        loop {
            let shown = self.try_eval("document.body.innerText").unwrap_or_default();
            if shown.as_str().is_some_and(|shown| shown.contains(text)) {
                return;
            }
            if Instant::now() > deadline {
                self.fail(&format!("the page does not show “{text}”"));
            }
            sleep(Duration::from_millis(50));
        }
    }

    /// Ends the test, telling what the page shows.
    pub fn fail(&self, why: &str) -> ! {
        let test = thread::current().name().unwrap_or_default().replace("::", "-");
        let picture = self.screenshot(&format!("failed-{test}-{}", self.browser));
        let shown = self.text();
        let lines = shown.lines().take(60).collect::<Vec<_>>().join("\n  | ");
        let (url, title, browser) = (self.url(), self.title(), self.browser);
        panic!("{why}\n  {url} “{title}” in the {browser} browser, {}\n  | {lines}", picture.display());
    }

    /// What is in view, as `target/screenshots/NAME.png`.
    pub fn screenshot(&self, name: &str) -> PathBuf {
        self.picture(name, json!({ "format": "png" }))
    }

    /// The whole page, as `target/screenshots/NAME.png`.
    pub fn full_screenshot(&self, name: &str) -> PathBuf {
        let layout = self.call("Page.getLayoutMetrics", &json!({}));
        let mut clip = layout["cssContentSize"].clone();
        clip["scale"] = json!(1);
        self.picture(name, json!({ "format": "png", "captureBeyondViewport": true, "clip": clip }))
    }

    #[expect(clippy::needless_pass_by_value, reason = "a literal at each call")]
    fn picture(&self, name: &str, how: serde_json::Value) -> PathBuf {
        // of a tab behind another there is no picture
        self.call("Page.bringToFront", &json!({}));
        let taken = self.call("Page.captureScreenshot", &how);
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/screenshots");
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join(format!("{name}.png"));
        fs::write(&file, STANDARD.decode(taken["data"].as_str().unwrap()).unwrap()).unwrap();
        file
    }

    /// Faults that automated checks find: WCAG 2.2 A and AA, and good practice.
    pub fn axe(&self) -> Vec<String> {
        if self.eval("typeof axe") == "undefined" {
            self.eval(AXE);
        }
        serde_json::from_value(self.with_script(|page| page.eval(RUN_AXE))).unwrap()
    }

    /// Fails on any fault [`Page::axe`] finds, in light and in dark. The name says which state the page is in.
    pub fn assert_accessible(&self, state: &str) {
        for scheme in ["light", "dark"] {
            self.media("prefers-color-scheme", scheme);
            let faults = self.axe();
            if !faults.is_empty() {
                self.fail(&format!("accessibility faults in {state}, {scheme}:\n  {}", faults.join("\n  ")));
            }
        }
        self.media("prefers-color-scheme", "light");
    }
}
