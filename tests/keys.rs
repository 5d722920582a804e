//! Single keys in real browsers: each page's own, the list of them in a dialog, and none for who has switched them off.

use cms::contacts::lifecycle::Status;

use crate::browser::{Browser, Page};
use crate::journeys::{look, sign_in};
use crate::world::World;

/// Runs a journey on its own thread.
async fn drive(script: bool, journey: impl FnOnce(&Browser, &World, &str, bool) + Send + 'static) {
    let Some(browser) = tokio::task::spawn_blocking(Browser::current).await.unwrap() else { return };
    let (world, url) = World::listen().await;
    tokio::task::spawn_blocking(move || journey(browser, &world, &url, script)).await.unwrap();
}

/// The path in view.
fn path(page: &Page) -> String {
    page.eval("location.pathname").as_str().unwrap_or_default().to_owned()
}

fn focused(page: &Page) -> String {
    page.eval("document.activeElement.id").as_str().unwrap_or_default().to_owned()
}

fn each_page(browser: &Browser, world: &World, url: &str, _: bool) {
    let page = browser.session();
    sign_in(&page, url, "cdsp.agent");
    // from any page to any contact: no click, one load
    for from in ["/", "/queues/mine?view=all", "/notifications", "/account", "/help", "/nowhere"] {
        page.goto(&format!("{url}{from}"));
        page.press("/");
        assert_eq!(focused(&page), "search-box", "{from}");
    }
    let runtime = tokio::runtime::Handle::current();
    let crn = runtime.block_on(world.contact_at(Status::Aaca));
    page.type_text(&format!("“{}.”", crn.to_lowercase()));
    page.press("Enter");
    assert_eq!(path(&page), format!("/contacts/{crn}"));

    page.press("?");
    page.see("Search for a contact");
    page.see("Assign to me");
    look(&page, "contact-keys");
    assert!(page.eval("document.querySelector('[data-keys]').open") == true);
    page.press("?");
    assert!(page.eval("document.querySelector('[data-keys]').open") == false, "the same key closes it");
    page.press("?");
    page.press("Escape");
    assert!(page.eval("document.querySelector('[data-keys]').open") == false);
    assert!(page.eval("scrollY") == 0, "nothing jumps");

    page.press("t");
    page.see("assigned");
    page.press("c");
    assert!(page.url().contains("clarification"), "{}", page.url());
    // the form opens without moving the page; Escape shuts it, keeps what was typed, and leads back to where it was opened
    // the focus follows once the address has
    let settled = || page.eval("new Promise((done) => setTimeout(() => done(true)))");
    settled();
    assert_eq!((focused(&page).as_str(), page.eval("scrollY")), ("question", 0.into()));
    page.eval("document.activeElement.value = 'Which flat?'");
    page.press("Escape");
    assert!(page.eval("document.querySelector('#send-clarification').getClientRects().length") == 0);
    assert_eq!(page.eval("document.activeElement.textContent.trim()"), "Send data clarification");
    page.press("Enter");
    settled();
    assert_eq!(
        (focused(&page).as_str(), page.eval("document.activeElement.value")),
        ("question", "Which flat?".into())
    );
    page.eval("document.activeElement.value = ''");
    page.goto(&format!("{url}/contacts/{crn}"));
    page.press("Control+c");
    assert_eq!(path(&page), format!("/contacts/{crn}"), "with Control it is the browser's");
    page.press("g");
    page.press("m");
    assert_eq!(path(&page), "/queues/mine");
    page.press("j");
    page.press("o");
    page.press("u");
    assert_eq!(path(&page), "/queues/mine");
    page.press("g");
    page.press("h");
    assert_eq!(path(&page), "/");

    page.goto(&format!("{url}/account"));
    page.click("Switch them off");
    page.press("/");
    assert_eq!(focused(&page), "");
    page.press("g");
    page.press("q");
    assert_eq!(path(&page), "/account");
    assert_eq!(page.console_errors(), [] as [String; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_has_its_keys() {
    drive(true, each_page).await;
}

fn narrow(browser: &Browser, _: &World, url: &str, script: bool) {
    let page = browser.session();
    page.script(script);
    sign_in(&page, url, "cdsp.agent");
    let tops = |page: &Page| {
        let of = |selector: &str| {
            page.eval(&format!("document.querySelector('{selector}').getBoundingClientRect().top")).as_f64().unwrap()
        };
        (of(".app-header__name"), of(".app-find"))
    };
    for width in [1920, 1366, 683, 320] {
        page.viewport(width, 768);
        let (name, box_) = tops(&page);
        assert!((name - box_).abs() < 14.0, "the box shares the line of the name at {width}: {name} and {box_}");
        assert!(page.eval("document.documentElement.scrollWidth <= innerWidth") == true, "{width}");
        page.screenshot(&format!("header-{width}-{script}"));
    }
    page.viewport(1366, 768);
    page.fill("CRN, MPRN, postcode, serial number, reference or words", "LS1 4DY");
    page.click("Search");
    page.see("LS1 4DY");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_box_takes_no_row_and_needs_no_script() {
    drive(true, narrow).await;
    drive(false, narrow).await;
}
