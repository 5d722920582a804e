//! What pages cost to open, and how they fit a narrow screen.

use super::whole_trial::log_an_mnc;
use super::{Trip, drive, sign_in};
use crate::browser::Browser;

/// What a page costs to open: bytes and requests.
fn weight(trip: &Trip) {
    trip.with_terms();
    let (page, url) = (&trip.page, &*trip.url);
    sign_in(page, url, "cdsp.agent");
    page.mark();
    page.goto(&format!("{url}/queues/organisation"));
    let warm = page.network();
    assert!(warm.requests.len() <= 8 && warm.bytes <= 8 * 1024, "warm: {} bytes, {:?}", warm.bytes, warm.requests);
    println!("a queue page, warm: {} bytes; asked for {} files, most of them kept", warm.bytes, warm.requests.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_queue_page_is_light() {
    drive(Browser::current, true, weight).await;
}

/// At 320 px nothing but tables scrolls sideways.
fn narrow(trip: &Trip) {
    trip.with_terms();
    let (page, url) = (&trip.page, &*trip.url);
    sign_in(page, url, "alder.agent");
    let crn = log_an_mnc(page, "Moss Lane");
    page.viewport(320, 640);
    for path in [
        "/",
        "/contacts/new/mnc",
        &format!("/contacts/{crn}"),
        "/queues/raised",
        "/search",
        "/notifications",
        "/help",
        "/help/statuses",
        "/feedback",
        "/account",
    ] {
        page.goto(&format!("{url}{path}"));
        let wide = page.eval("document.documentElement.scrollWidth").as_i64().unwrap();
        assert!(wide <= 320, "{path} is {wide} px wide at 320");
        page.screenshot(&format!("narrow{}", path.replace('/', "-")));
    }
    page.viewport(1366, 768);
    page.media("forced-colors", "active");
    page.goto(&format!("{url}/queues/raised"));
    page.screenshot("queue-forced-colours");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_fit_a_narrow_screen() {
    drive(Browser::current, true, narrow).await;
}
