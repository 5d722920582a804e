//! Paper: a queue with all its columns, a contact with who printed it and when, and no addresses of links.

use cms::contacts::lifecycle::Status;
use serde_json::Value;

use crate::browser::{Browser, Page};
use crate::journeys::sign_in;
use crate::world::World;

/// The text before and after elements that only style sheets add, as far as it names an address.
const ADDRESSES: &str = "[...document.querySelectorAll('a')].map((a) => getComputedStyle(a, '::after').content)
    .filter((text) => text.includes('('))";

const CUT: &str = "[...document.querySelectorAll('.app-queue td, .app-queue th')]
    .filter((cell) => cell.offsetParent && cell.scrollWidth > cell.clientWidth + 1).map((cell) => cell.innerText)";

/// A4 on its side, less the margins, at 96 dots an inch.
const LANDSCAPE: (u32, u32) = (1047, 718);
const PORTRAIT: (u32, u32) = (718, 1047);

fn paper(page: &Page, size: (u32, u32)) {
    page.on_paper();
    page.viewport(size.0, size.1);
}

fn sheets(page: &Page, url: &str) {
    sign_in(page, url, "cdsp.supervisor");
    page.goto(&format!("{url}/queues/organisation"));
    let columns = page.eval("document.querySelectorAll('.app-queue thead th').length").as_i64().unwrap();
    let crn = page.eval("document.querySelector('tr[data-crn]').dataset.crn").as_str().unwrap().to_owned();
    paper(page, LANDSCAPE);
    assert_eq!(page.eval(ADDRESSES), Value::Array(vec![]));
    let printed = "[...document.querySelectorAll('.app-queue thead th')].filter((th) => th.offsetParent
        && th.getBoundingClientRect().right <= innerWidth).length";
    // all but the column of ticks
    assert_eq!(page.eval(printed).as_i64().unwrap(), columns - 1);
    assert_eq!(page.eval(CUT), Value::Array(vec![]));
    assert!(page.eval("document.documentElement.scrollWidth").as_i64().unwrap() <= 1047);
    page.screenshot("print-queue");

    page.goto(&format!("{url}/contacts/{crn}"));
    paper(page, PORTRAIT);
    assert_eq!(page.eval(ADDRESSES), Value::Array(vec![]));
    let shown = page.text();
    for words in ["Contact Management Service", "Printed by", "(cdsp.supervisor)", &crn] {
        assert!(shown.contains(words), "a printed contact does not say {words}: {shown}");
    }
    for hidden in ["Sign out", "Organisation queue", "Assign to me", "Your session ends"] {
        assert!(!shown.contains(hidden), "a printed contact says {hidden}");
    }
    assert!(page.eval("document.documentElement.scrollWidth").as_i64().unwrap() <= 718);
    page.full_screenshot("print-contact");
}

async fn drive(browser: fn() -> Option<&'static Browser>) {
    let Some(browser) = tokio::task::spawn_blocking(browser).await.unwrap() else { return };
    let (world, url) = World::listen().await;
    world.contact_at(Status::Aaca).await;
    world.contact_at(Status::Atca).await;
    tokio::task::spawn_blocking(move || sheets(&browser.session(), &url)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn paper_holds_what_matters_on_the_current_browser() {
    drive(Browser::current).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn paper_holds_what_matters_on_the_oldest_browser() {
    drive(Browser::floor).await;
}
