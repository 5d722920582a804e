//! Journeys in real browsers: the whole trial walk as five people, with and without JavaScript, on the current and
//! the oldest supported Chromium; the keyboard alone for log and queue; every page reached is checked for
//! accessibility and photographed into `target/screenshots`.

use crate::browser::{Browser, Page};
use crate::world::World;

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

fn sign_out(page: &Page) {
    page.click("Sign out");
    page.see("Account name or e-mail address");
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

fn log_an_mnc(page: &Page, street: &str) -> String {
    page.click("Log a contact");
    look(page, "log");
    page.click("Continue");
    page.see("There is a problem");
    look(page, "log-errors");
    page.fill("Building number", "7");
    page.fill("Street", street);
    page.fill("Post town", "LEEDS");
    page.fill("Postcode", "ls1 4dy");
    page.choose("Market sector", "Domestic");
    page.click("More about the site (optional)");
    page.fill("Estimated AQ (kWh)", "90,000");
    page.fill("Why do you think no MPRN exists?", "New house; the service was laid in May.");
    page.click("Continue");
    page.see("Check your answers");
    page.see("73,200");
    look(page, "check");
    page.click("Submit contact");
    page.see("Contact submitted");
    look(page, "logged");
    page.eval("document.querySelector('.app-crn').textContent").as_str().unwrap().trim().to_owned()
}

/// The trial from log to PSC and reset, as the customer pack describes it.
fn the_whole_trial(page: &Page, url: &str) {
    page.goto(&format!("{url}/sign-in"));
    look(page, "sign-in");
    sign_in(page, url, "alder.agent");
    look(page, "home-agent");
    let crn = log_an_mnc(page, "Moss Lane");
    page.click("View this contact");
    page.see("Contact logged");
    sign_out(page);

    sign_in(page, url, "cdsp.agent");
    look(page, "home-cdsp");
    page.click("Organisation queue");
    page.see(&crn);
    look(page, "queue");
    page.check(&format!("Select {crn}"));
    page.click("Assign to me");
    page.see("1 contact assigned to you");
    page.click(&crn);
    look(page, "contact-atca");
    page.click("Send data clarification");
    look(page, "send-clarification");
    page.click("Send");
    page.see("Enter the question");
    look(page, "send-clarification-errors");
    page.fill("Question", "Which plot on Moss Lane is it?");
    page.click("Send");
    page.see("Data clarification sent");
    sign_out(page);

    sign_in(page, url, "alder.agent");
    page.click("Notifications 1 unread");
    look(page, "notifications");
    page.click("My queue");
    page.click(&crn);
    look(page, "contact-dcaa");
    page.fill("Answer", "Plot 14, behind the old malthouse.");
    page.click("Answer");
    page.see("Data clarification answered");
    sign_out(page);

    sign_in(page, url, "cdsp.agent");
    page.click("Organisation queue");
    page.click("Take next");
    page.see("the answer is back");
    page.click("Send site visit");
    page.see("North East");
    look(page, "send-visit");
    page.fill("What to look at", "Is there one meter or two?");
    page.click("Send");
    page.see("Site visit sent");
    sign_out(page);

    sign_in(page, url, "ngn.supervisor");
    page.click("Organisation queue");
    page.click(&crn);
    look(page, "contact-svdn");
    page.click("Assign");
    page.choose("Colleague", "Tess Garrow");
    look(page, "assign");
    page.click("Cancel");
    page.click("Assign to me");
    page.see("assigned");
    page.click("Answer");
    page.see("Enter the date of the visit");
    look(page, "answer-visit-errors");
    let today = crate::world::today();
    page.fill("Date visited", &today);
    page.choose("Was access gained?", "Yes");
    page.choose("Is there a gas service?", "Yes");
    page.choose("Is there a meter?", "No");
    page.fill("Remarks", "One service, no meter yet.");
    page.click("Answer");
    page.see("Site visit answered");
    sign_out(page);

    sign_in(page, url, "cdsp.agent");
    page.click("Organisation queue");
    page.click("Take next");
    page.see("One service, no meter yet.");
    look(page, "contact-history");
    page.click("Resolve as invalid");
    page.choose("Reason", "The address is not clear enough to act on");
    page.fill("Remarks", "Log it again with the plot number.");
    look(page, "resolve-invalid");
    page.click("Resolve");
    page.see("resolved as invalid");
    look(page, "contact-cciv");
    sign_out(page);

    sign_in(page, url, "alder.agent");
    page.goto(&format!("{url}/contacts/{crn}"));
    page.click("Log PSC");
    page.see("Log it again with the plot number.");
    look(page, "log-psc");
    page.click("Change the address");
    page.fill("Plot number", "14");
    page.click("Continue");
    page.click("Submit contact");
    page.see(&format!("PSC of {crn}"));
    look(page, "psc-logged");
    page.goto(&format!("{url}/search?q=moss+lane"));
    page.see(&crn);
    look(page, "search");
    page.goto(&format!("{url}/help/statuses"));
    look(page, "statuses");
    page.goto(&format!("{url}/help"));
    look(page, "help");
    page.goto(&format!("{url}/feedback"));
    look(page, "feedback");
    page.goto(&format!("{url}/account"));
    look(page, "account");
    page.goto(&format!("{url}/contacts/C000000000"));
    look(page, "not-found");
    page.goto(&format!("{url}/queues/organisation"));
    look(page, "queue-empty");
    sign_out(page);

    sign_in(page, url, "alder.lso");
    look(page, "home-lso");
    page.click("People");
    look(page, "people");
    sign_out(page);

    sign_in(page, url, "facilitator");
    look(page, "home-facilitator");
    page.click("Trial");
    look(page, "trial");
    page.goto(&format!("{url}/trial/reset"));
    look(page, "reset");
    page.fill("Type RESET to confirm", "RESET");
    page.click("Reset the trial");
    page.see("reset");
    sign_out(page);
    sign_in(page, url, "ngn.agent");
    look(page, "home-network");
    page.click("Organisation queue");
    look(page, "queue-network");
    sign_out(page);
    assert_eq!(page.console_errors(), [] as [String; 0]);
}

/// Runs a journey where it may block: browsers are driven from a thread of their own.
async fn drive(browser: fn() -> Option<&'static Browser>, script: bool, journey: fn(&Page, &str)) {
    let Some(browser) = tokio::task::spawn_blocking(browser).await.unwrap() else { return };
    let (world, url) = World::listen().await;
    sqlx::query("update person set terms_accepted = null").execute(world.owner()).await.unwrap();
    tokio::task::spawn_blocking(move || {
        let page = browser.session();
        page.script(script);
        journey(&page, &url);
    })
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_whole_trial_on_the_current_browser() {
    drive(Browser::current, true, the_whole_trial).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_whole_trial_on_the_oldest_browser() {
    drive(Browser::floor, true, the_whole_trial).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_whole_trial_without_javascript() {
    drive(Browser::floor, false, the_whole_trial).await;
}

/// Signs in, logs, and takes the contact from the queue, with keys only.
fn by_keyboard(page: &Page, url: &str) {
    page.goto(&format!("{url}/sign-in"));
    page.tab_to("Account name or e-mail address");
    page.type_text("dale.agent");
    page.tab_to("Password");
    page.type_text(crate::world::PASSWORD);
    page.press("Enter");
    page.see("Accept and continue");
    page.tab_to("Accept and continue");
    page.press("Enter");
    page.see("What would you like to do today?");
    page.goto(&format!("{url}/contacts/new/mnc"));
    for (field, text) in [("Street", "Kiln Row"), ("Post town", "LEEDS"), ("Postcode", "LS1 4DY")] {
        page.tab_to(field);
        page.type_text(text);
    }
    page.tab_to("Domestic");
    page.press("Space");
    page.tab_to("Why do you think no MPRN exists?");
    page.type_text("New plots.");
    page.tab_to("Continue");
    page.press("Enter");
    page.see("There is a problem");
    // the error's link leads to its field
    page.tab_to("Enter a building number, building name, sub-building name or plot number");
    page.press("Enter");
    page.type_text("14");
    page.tab_to("Continue");
    page.press("Enter");
    page.see("Check your answers");
    page.tab_to("Submit contact");
    page.press("Enter");
    page.see("Contact submitted");
    let crn = page.eval("document.querySelector('.app-crn').textContent").as_str().unwrap().trim().to_owned();
    page.tab_to("Sign out");
    page.press("Enter");
    page.see("Account name or e-mail address");
    sign_in(page, url, "cdsp.agent2");
    page.goto(&format!("{url}/queues/organisation"));
    page.tab_to("Skip to results");
    page.press("Enter");
    page.tab_to(&format!("Select {crn}"));
    page.press("Space");
    page.press("Shift+Tab");
    page.goto(&format!("{url}/queues/organisation"));
    page.tab_to(&crn);
    page.press("Enter");
    page.see("What you can do now");
    page.tab_to("Assign to me");
    page.press("Enter");
    page.see("Next to act");
    page.see("assigned");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn log_and_queue_by_keyboard_alone() {
    drive(Browser::current, true, by_keyboard).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn log_and_queue_by_keyboard_alone_on_the_oldest_browser() {
    drive(Browser::floor, true, by_keyboard).await;
}

/// What a page costs to open: bytes and requests.
fn weight(page: &Page, url: &str) {
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
fn narrow(page: &Page, url: &str) {
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
