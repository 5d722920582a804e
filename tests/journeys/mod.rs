//! Journeys in real browsers: the whole trial walk as five people, with and without JavaScript, on the current and
//! the oldest supported Chromium; the keyboard alone for log and queue; every page reached is checked for
//! accessibility and photographed into `target/screenshots`.

mod keyboard;
mod screen;
mod whole_trial;

use cms::contacts::lifecycle::Status;
use tokio::runtime::Handle;

use crate::browser::{Browser, Page};
use crate::world::trial::told;
use crate::world::{World, database};

/// A page in a browser, with the site and the world behind it.
pub struct Trip {
    pub browser: &'static Browser,
    pub page: Page,
    pub world: World,
    pub url: String,
}

/// Runs a journey where it may block, in a world of its own: browsers are driven from a thread of their own.
pub async fn drive(browser: fn() -> Option<&'static Browser>, script: bool, journey: fn(&Trip)) {
    drive_on(database(), browser, script, journey).await;
}

/// As [`drive`], in a trial as a newcomer finds it, by the machine's browser.
pub async fn drive_in_the_trial(journey: fn(&Trip)) {
    drive_on(told(), Browser::current, true, journey).await;
}

async fn drive_on(
    database: impl Future<Output = String>,
    browser: fn() -> Option<&'static Browser>,
    script: bool,
    journey: fn(&Trip),
) {
    let Some(browser) = tokio::task::spawn_blocking(browser).await.unwrap() else { return };
    let (world, url) = World::listen_on(database.await).await;
    tokio::task::spawn_blocking(move || {
        let page = browser.session();
        page.script(script);
        journey(&Trip { browser, page, world, url });
    })
    .await
    .unwrap();
}

impl Trip {
    /// Waits for what the journey needs of the world.
    pub fn wait_for<T>(&self, what: impl Future<Output = T>) -> T {
        Handle::current().block_on(what)
    }

    /// A contact at this status.
    pub fn contact_at(&self, status: Status) -> String {
        self.wait_for(self.world.contact_at(status))
    }

    pub fn goto(&self, path: &str) {
        self.page.goto(&format!("{}{path}", self.url));
    }

    /// Signs in as one of the cast, whoever was signed in before.
    pub fn sign_in(&self, account: &str) {
        self.page.clear_cookies();
        sign_in(&self.page, &self.url, account);
    }

    /// Nobody has accepted the terms of the trial yet.
    fn with_terms(&self) {
        let again = "update person set terms_accepted = null";
        self.wait_for(sqlx::query(again).execute(self.world.owner())).unwrap();
    }
}

/// Signs in through the page as one of the cast.
pub fn sign_in(page: &Page, url: &str, account: &str) {
    page.goto(&format!("{url}/sign-in"));
    page.click(&format!("Sign in as {account}"));
    if page.text().contains("Accept and continue") {
        look(page, "terms");
        page.click("Accept and continue");
    }
    page.see("What would you like to do today?");
}

/// Checks the page in view, and photographs it at both sizes.
pub fn look(page: &Page, name: &str) {
    page.assert_accessible(name);
    if page.browser == "current" {
        page.full_screenshot(&format!("{name}-1366"));
        page.viewport(1920, 1080);
        page.screenshot(&format!("{name}-1920"));
        page.viewport(1366, 768);
    }
}
