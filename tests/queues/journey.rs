//! A queue in real browsers: ticks over pages and Back, single keys, "new, show", undo, and two people of whom one sees
//! what the other is at; with and without JavaScript, on the current and the oldest supported Chromium.

use cms::contacts::lifecycle::Status;
use tokio::runtime::Handle;

use crate::browser::{Browser, Page};
use crate::journeys::{look, sign_in};
use crate::world::World;

/// Runs a journey on its own thread, in a world with thirty contacts to assign and one to answer.
async fn drive(
    browser: fn() -> Option<&'static Browser>,
    script: bool,
    journey: impl FnOnce(&Browser, &World, &str, bool) + Send + 'static,
) {
    let Some(browser) = tokio::task::spawn_blocking(browser).await.unwrap() else { return };
    let (world, url) = World::listen().await;
    for _ in 0..30 {
        world.contact_at(Status::Aaca).await;
    }
    tokio::task::spawn_blocking(move || journey(browser, &world, &url, script)).await.unwrap();
}

fn first_crn(page: &Page) -> String {
    page.eval("document.querySelector('tr[data-crn]').dataset.crn").as_str().unwrap().to_owned()
}

fn ticked(page: &Page) -> i64 {
    page.eval("document.querySelectorAll('[data-queue-row]:checked').length").as_i64().unwrap()
}

fn ticks_and_undo(browser: &Browser, _: &World, url: &str, script: bool) {
    let page = browser.session();
    page.script(script);
    sign_in(&page, url, "cdsp.agent");
    page.goto(&format!("{url}/queues/organisation?size=25"));
    let first = first_crn(&page);
    page.check(&format!("Select {first}"));
    page.click("Next");
    page.see("1 selected, 1 on other pages");
    let second = first_crn(&page);
    assert_ne!(first, second);
    page.check(&format!("Select {second}"));
    if script {
        // kept as it is ticked: away to a contact and back by the browser's own Back
        std::thread::sleep(std::time::Duration::from_millis(600));
        page.click(&second);
        page.see("What you can do now");
        page.see("Previous in this list");
        look(&page, "contact-walk");
        page.click("Previous in this list");
        page.see("Next in this list");
        page.goto(&format!("{url}/queues/organisation?size=100&sort=-due"));
        assert_eq!(ticked(&page), 2);
    } else {
        page.click("Previous");
        page.see("2 selected, 1 on other pages");
        assert_eq!(ticked(&page), 1);
    }
    page.click("Assign to me");
    page.see("2 contacts assigned to you");
    look(&page, if script { "queue-undo" } else { "queue-undo-no-script" });
    page.click("Undo");
    page.see("2 contacts put back as before");
    page.click("Sign out");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ticks_survive_pages_and_an_act_is_undone() {
    drive(Browser::current, true, ticks_and_undo).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ticks_survive_pages_and_an_act_is_undone_on_the_oldest_browser() {
    drive(Browser::floor, true, ticks_and_undo).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ticks_survive_pages_and_an_act_is_undone_without_javascript() {
    drive(Browser::floor, false, ticks_and_undo).await;
}

fn keys(browser: &Browser, world: &World, url: &str, _: bool) {
    let page = browser.session();
    sign_in(&page, url, "cdsp.agent");
    page.goto(&format!("{url}/queues/organisation?view=all"));
    let first = first_crn(&page);
    let focused = || page.eval("document.activeElement.textContent").as_str().unwrap_or_default().to_owned();
    page.press("j");
    assert_eq!(focused(), first);
    page.press("j");
    assert_ne!(focused(), first);
    page.press("k");
    assert_eq!(focused(), first);
    page.press("x");
    assert_eq!(ticked(&page), 1);
    page.see("1 selected");
    page.press("/");
    assert_eq!(page.eval("document.activeElement.id").as_str(), Some("search-box"));
    page.press("j");
    assert_eq!(page.eval("document.activeElement.value").as_str(), Some("j"), "a key in a field is a letter");
    page.tab_to("Keyboard shortcuts");
    page.press("?");
    page.see("Next row");
    look(&page, "queue-keys");
    page.press("j");
    assert_ne!(focused(), first, "no key but its own while a dialog is open");
    page.press("Escape");
    page.eval("document.activeElement.blur()");
    page.press("j");
    page.press("a");
    page.see("1 contact assigned to you");
    page.press("j");
    page.press("o");
    page.see("What you can do now");

    // what comes in is said, and shown when it is asked for
    page.goto(&format!("{url}/queues/organisation?with=nobody"));
    let runtime = Handle::current();
    for _ in 0..2 {
        runtime.block_on(world.contact_at(Status::Aaca));
    }
    page.eval("window.dispatchEvent(new Event('focus'))");
    page.see("2 new, show");
    look(&page, "queue-new");
    page.click("show");
    page.see("(31)");

    page.goto(&format!("{url}/account"));
    page.click("Switch them off");
    page.see("Keyboard shortcuts are off");
    page.goto(&format!("{url}/queues/organisation?view=all"));
    page.press("j");
    assert_eq!(page.eval("document.activeElement.tagName").as_str(), Some("BODY"));
    assert_eq!(page.console_errors(), [] as [String; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn single_keys_and_what_is_new() {
    drive(Browser::current, true, keys).await;
}

fn two_people(browser: &Browser, world: &World, url: &str, _: bool) {
    let crn = Handle::current().block_on(world.contact_at(Status::Dcaa));
    let (one, two) = (browser.session(), browser.session());
    sign_in(&two, url, "alder.agent2");
    two.goto(&format!("{url}/queues/organisation?view=all"));
    two.see(&crn);
    sign_in(&one, url, "alder.agent");
    one.goto(&format!("{url}/contacts/{crn}/answer-clarification"));
    two.see("is answering this");
    look(&two, "queue-presence");
    two.goto(&format!("{url}/contacts/{crn}"));
    two.see("is answering this");
    one.goto(&format!("{url}/"));
    // it fades by itself
    let gone = "new Promise(done => { const t = setInterval(() => { \
        if (!document.querySelector('[data-presence]').textContent) { clearInterval(t); done(true) } }, 200); \
        setTimeout(() => done(false), 25000) })";
    assert_eq!(two.eval(gone).as_bool(), Some(true), "presence did not fade");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_people_see_each_other_at_work() {
    drive(Browser::current, true, two_people).await;
}

fn supervisor(browser: &Browser, world: &World, url: &str, script: bool) {
    for _ in 0..3 {
        Handle::current().block_on(world.contact_at(Status::Atca));
    }
    let page = browser.session();
    page.script(script);
    sign_in(&page, url, "cdsp.supervisor");
    page.click("Workload");
    page.see("Nobody yet");
    look(&page, "workload");
    page.goto(&format!("{url}/queues/organisation?view=all"));
    page.fill("Assign the first", "");
    page.click("Assign the first unassigned");
    page.see("Enter a number from 1 to 200");
    look(&page, "assign-next-errors");
    page.fill("Assign the first", "4");
    page.choose("unassigned to", "Owen Tasker");
    page.click("Assign the first unassigned");
    page.see("4 contacts assigned to Owen Tasker");
    page.goto(&format!("{url}/workload/cdsp.agent"));
    look(&page, "hand-over");
    page.choose("Hand over to", "Owen Tasker");
    page.fill("Note", "On leave.");
    page.fill("Covers until", &crate::world::today());
    page.click("Hand over");
    page.see("3 contacts assigned to Owen Tasker");
    look(&page, "workload-away");
    page.goto(&format!("{url}/queues/organisation?status=ATCA&due=overdue&age=0-1&ldz=NE&q=moss"));
    page.see("No contacts match these filters");
    look(&page, "queue-no-match");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_supervisor_gives_work_and_hands_it_over() {
    drive(Browser::current, true, supervisor).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_supervisor_gives_work_and_hands_it_over_without_javascript() {
    drive(Browser::floor, false, supervisor).await;
}
