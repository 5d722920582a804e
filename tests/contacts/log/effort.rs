//! What logging costs its person, counted in a real browser: clicks, page loads and Tabs, each with a ceiling.

use crate::browser::{Browser, Page};
use crate::journeys::{look, sign_in};
use crate::world::World;

/// What the jobs are about: a contact that was closed as invalid, and an address by which one finds it alone.
struct Sample {
    closed: String,
    postcode: String,
    words: String,
}

/// Runs a job in a trial as it is prepared.
async fn drive(job: fn(&Page, &str, &Sample)) {
    let Some(browser) = tokio::task::spawn_blocking(Browser::current).await.unwrap() else { return };
    let (world, url) = World::listen_on(crate::world::trial::told().await).await;
    let closed = sqlx::query_scalar(
        "select crn from contact c join organisation o on o.id = c.raised_by
         where o.code = 'ALD' and closed_reason = 'no-reply' order by crn limit 1",
    )
    .fetch_one(world.owner())
    .await
    .unwrap();
    // a house that the register does not know
    let (postcode, words) = sqlx::query_as(
        "select postcode, number || ' ' || street from address where number <> '' and sub_building = '' and building = ''
            and dependent_street = '' and not exists (select from meter_point m where m.postcode = address.postcode
                and m.address like address.number || ' %') order by key limit 1",
    )
    .fetch_one(world.owner())
    .await
    .unwrap();
    let sample = Sample { closed, postcode, words };
    tokio::task::spawn_blocking(move || {
        let page = browser.session();
        sign_in(&page, &url, "alder.agent");
        job(&page, &url, &sample);
        drop(world);
    })
    .await
    .unwrap();
}

fn ends_on_the_first_screen(page: &Page, button: &str) {
    let bottom = page.eval(&format!(
        "Math.max(...[...document.querySelectorAll('button')].filter((one) => one.offsetParent && one.textContent.trim() === '{button}')
             .map((one) => one.getBoundingClientRect().bottom + scrollY))"
    ));
    assert!(bottom.as_f64().unwrap() <= 768.0, "“{button}” ends at {bottom}");
}

fn by_finder(page: &Page, url: &str, sample: &Sample) {
    page.begin_job();
    page.click("Log a contact");
    page.type_text(&sample.postcode);
    page.press("Tab");
    page.type_text(&sample.words);
    page.press("Enter");
    page.see("Proposed from the postcode area");
    page.type_text("G4A0123456");
    page.choose("Market sector", "Domestic");
    page.fill("Why do you think no MPRN exists?", "Found while reading the meter next door.");
    ends_on_the_first_screen(page, "Continue");
    look(page, "log-found");
    page.click("Continue");
    page.see("Check your answers");
    ends_on_the_first_screen(page, "Submit contact");
    look(page, "log-check");
    page.click("Submit contact");
    page.see("Contact submitted");
    page.assert_effort("a log by finder", 6, 3);
    look(page, "log-done");
    // and the same site once more: that it looks the same is said on one line above the button
    page.goto(&format!("{url}/contacts/new/mnc"));
    page.type_text(&sample.postcode);
    page.press("Tab");
    page.type_text(&sample.words);
    page.press("Enter");
    page.see("1 possible duplicate");
    ends_on_the_first_screen(page, "Continue");
    look(page, "log-found-twice");
}

fn by_keyboard(page: &Page, _: &str, sample: &Sample) {
    page.begin_job();
    page.tab_to("Log a contact");
    page.press("Enter");
    page.see("Find by postcode");
    page.type_text(&sample.postcode);
    page.press("Tab");
    page.type_text(&sample.words);
    page.press("Enter");
    page.see("Proposed from the postcode area");
    page.type_text("G4A0123456");
    page.tab_to("Domestic");
    page.press("Space");
    page.tab_to("Why do you think no MPRN exists?");
    page.type_text("No number on any bill.");
    page.tab_to("Your reference");
    page.type_text("ALD-7");
    page.tab_to("Site contact name");
    page.type_text("Site office");
    page.tab_to("Site contact phone");
    page.type_text("01632 960001");
    page.press("Enter");
    page.see("Check your answers");
    page.tab_to("Submit contact");
    page.press("Enter");
    page.see("Contact submitted");
    page.assert_effort("a log by keyboard", 0, 3);
    let tabs = page.effort().tabs;
    assert!(tabs <= 35, "a log by keyboard took {tabs} Tabs");
}

fn psc(page: &Page, url: &str, sample: &Sample) {
    let closed = &sample.closed;
    page.goto(&format!("{url}/queues/raised"));
    page.begin_job();
    page.goto(&format!("{url}/contacts/{closed}"));
    page.click("Log PSC");
    page.fill("Why do you think no MPRN exists?", "The plot number was missing; it is plot 14.");
    look(page, "log-psc-card");
    page.click("Continue");
    page.click("Submit contact");
    page.see(&format!("PSC of {closed}"));
    page.assert_effort("a PSC", 6, 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_by_finder_is_six_clicks_and_three_pages() {
    drive(by_finder).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_by_keyboard_is_thirty_five_tabs() {
    drive(by_keyboard).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_psc_is_six_clicks_and_four_pages() {
    drive(psc).await;
}
