//! Drafts and the end of a session in real browsers, with and without JavaScript.

use std::time::Duration;

use tokio::runtime::Handle;

use crate::browser::{Browser, Page};
use crate::journeys::{look, sign_in};
use crate::world::World;

async fn drive(
    browser: fn() -> Option<&'static Browser>,
    journey: impl FnOnce(&Browser, &World, &str) + Send + 'static,
) {
    let Some(browser) = tokio::task::spawn_blocking(browser).await.unwrap() else { return };
    let (world, url) = World::listen().await;
    tokio::task::spawn_blocking(move || journey(browser, &world, &url)).await.unwrap();
}

fn sql(world: &World, text: &'static str) {
    Handle::current().block_on(async { sqlx::query(text).execute(world.owner()).await.unwrap() });
}

/// The browser vanishes in mid-sentence; the same person goes on in another one.
fn a_crash(browser: &Browser, _: &World, url: &str) {
    let page = browser.session();
    sign_in(&page, url, "alder.agent");
    page.click("Log a contact");
    page.fill("Street", "Moss Lane");
    page.fill("Building number", "7");
    page.fill("Why do you think no MPRN exists?", "New house; the ser");
    page.see("Kept as a draft at");
    look(&page, "log-draft");
    page.clear_cookies();
    page.goto("about:blank");

    let page = browser.session();
    sign_in(&page, url, "alder.agent");
    page.see("1 draft");
    look(&page, "home-draft");
    page.click("Log a contact: 7 Moss Lane");
    page.see("is back in the form");
    look(&page, "log-put-back");
    assert_eq!(page.eval("document.getElementById('why').value"), "New house; the ser");
    assert_eq!(page.eval("document.getElementById('street').value"), "Moss Lane");
    page.click("Discard this draft");
    page.see("Draft discarded");
    page.see("What would you like to do today?");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_that_crashes_loses_nothing() {
    drive(Browser::current, a_crash).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_oldest_browser_that_crashes_loses_nothing() {
    drive(Browser::floor, a_crash).await;
}

fn dialog(page: &Page) -> i64 {
    page.eval("document.querySelectorAll('dialog[open]').length").as_i64().unwrap()
}

fn the_end_of_a_session(browser: &Browser, world: &World, url: &str) {
    let page = browser.session();
    sign_in(&page, url, "alder.agent");
    // its longest time is nearly over when the page is opened
    sql(world, "update session set ends = now() + interval '124 seconds'");
    page.goto(&format!("{url}/feedback"));
    page.choose("What is it about?", "Idea");
    page.fill("What happened, or what would you like?", "A calmer blue");
    page.see("about to be signed out");
    page.see("signed out in 2 minutes");
    look(&page, "session-ends");
    // it may go on after all
    sql(world, "update session set ends = now() + interval '2 hours'");
    page.click("Stay signed in");
    for _ in 0..50 {
        if dialog(&page) == 0 {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(dialog(&page), 0);
    assert_eq!(page.eval("document.getElementById('says').value"), "A calmer blue");
    // and then it ends unseen
    sql(world, "update session set last_seen = now() - interval '31 minutes'");
    page.click("Send feedback");
    page.see("what you sent is kept");
    look(&page, "sign-in-parked");
    page.click("Sign in as alder.agent");
    page.see("You were signed out.");
    assert_eq!(page.eval("document.getElementById('says').value"), "A calmer blue");
    look(&page, "feedback-put-back");
    page.click("Send feedback");
    page.see("Thank you");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_ends_with_a_warning_and_without_loss() {
    drive(Browser::current, the_end_of_a_session).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_ends_without_loss_on_the_oldest_browser() {
    drive(Browser::floor, the_end_of_a_session).await;
}

fn without_script(browser: &Browser, world: &World, url: &str) {
    let page = browser.session();
    page.script(false);
    sign_in(&page, url, "alder.agent");
    page.goto(&format!("{url}/feedback"));
    page.see("Your session ends at");
    page.fill("What happened, or what would you like?", "A calmer green");
    page.click("Send feedback");
    page.see("Say what it is about");
    page.goto(&format!("{url}/"));
    page.click("Your feedback");
    page.see("is back in the form");
    sql(world, "update session set last_seen = now() - interval '31 minutes'");
    page.choose("What is it about?", "Idea");
    page.click("Send feedback");
    page.see("what you sent is kept");
    page.click("Sign in as alder.agent");
    page.see("You were signed out.");
    assert_eq!(page.eval("document.getElementById('says').value"), "A calmer green");
    page.click("Send feedback");
    page.see("Thank you");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_without_javascript() {
    drive(Browser::current, without_script).await;
}

/// One warning, however many pages are open; what one hears the other knows.
fn two_tabs(browser: &Browser, world: &World, url: &str) {
    let page = browser.session();
    sign_in(&page, url, "alder.agent");
    sql(world, "update session set ends = now() + interval '124 seconds'");
    page.goto(&format!("{url}/feedback"));
    // a frame of the same origin stands for another tab; pages here can't be framed, so the channel is listened to
    page.eval("window.heard = []; new BroadcastChannel('cms session').onmessage = (e) => window.heard.push(e.data); 0");
    page.see("about to be signed out");
    sql(world, "update session set ends = now() + interval '2 hours'");
    // another tab has stayed
    page.eval("new BroadcastChannel('cms session').postMessage(Date.now() + 1800000); 0");
    for _ in 0..50 {
        if dialog(&page) == 0 {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(dialog(&page), 0, "the other tab’s answer closes this one’s question");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tabs_ask_and_answer_once() {
    drive(Browser::current, two_tabs).await;
}

/// What can't be kept is said beside the form, and it is kept again by itself.
fn autosave_says_why(browser: &Browser, world: &World, url: &str) {
    let page = browser.session();
    sign_in(&page, url, "alder.agent");
    page.goto(&format!("{url}/feedback"));
    page.fill("What happened, or what would you like?", "A calmer blue");
    page.see("Kept as a draft at");
    sql(world, "update session set last_seen = now() - interval '31 minutes'");
    page.fill("What happened, or what would you like?", "A calmer blue, please");
    page.see("Not kept since");
    page.see("You have been signed out");
    look(&page, "draft-not-kept");
    sql(world, "update session set last_seen = now()");
    page.see("Kept as a draft at");
    let says = "select count(*) from draft where fields::text like '%blue, please%'";
    let kept: i64 =
        Handle::current().block_on(async { sqlx::query_scalar(says).fetch_one(world.owner()).await.unwrap() });
    assert_eq!(kept, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_that_is_not_kept_says_why_and_recovers() {
    drive(Browser::current, autosave_says_why).await;
}

/// Somebody else signs in in another tab of the same browser.
fn another_account(browser: &Browser, _: &World, url: &str) {
    let page = browser.session();
    sign_in(&page, url, "alder.agent");
    page.goto(&format!("{url}/feedback"));
    page.choose("What is it about?", "Idea");
    page.fill("What happened, or what would you like?", "A calmer blue");
    page.eval(
        "fetch('/sign-in', { method: 'POST', body: new URLSearchParams({ as: 'birch.agent' }) }).then((a) => { window.in = a.ok }); 0",
    );
    for _ in 0..50 {
        if page.eval("window.in === true").as_bool() == Some(true) {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    page.click("Send feedback");
    page.see("This was typed by alder.agent; you are signed in as birch.agent");
    look(&page, "form-of-another-account");
    page.click("Sign in as alder.agent");
    page.see("what you sent is kept");
    page.click("Sign in as alder.agent");
    page.see("is back in the form");
    assert_eq!(page.eval("document.getElementById('says').value"), "A calmer blue");
    page.click("Send feedback");
    page.see("Thank you");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_of_another_account_is_not_sent_and_not_lost() {
    drive(Browser::current, another_account).await;
}

/// When the time is over the dialog leads back in, or closes; it holds nobody.
fn the_dialog_lets_go(browser: &Browser, world: &World, url: &str) {
    let page = browser.session();
    sign_in(&page, url, "alder.agent");
    sql(world, "update session set ends = now() + interval '124 seconds'");
    page.goto(&format!("{url}/feedback"));
    page.fill("What happened, or what would you like?", "A calmer blue");
    page.see("about to be signed out");
    sql(world, "update session set last_seen = now() - interval '31 minutes'");
    page.eval("const now = Date.now; Date.now = () => now() + 130000; 0");
    page.see("You have been signed out");
    look(&page, "session-over");
    page.click("Close");
    assert_eq!(dialog(&page), 0);
    page.fill("What happened, or what would you like?", "A calmer blue, please");
    page.choose("What is it about?", "Idea");
    page.click("Send feedback");
    page.see("what you sent is kept");
    page.click("Sign in as alder.agent");
    assert_eq!(page.eval("document.getElementById('says').value"), "A calmer blue, please");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_dialog_is_no_trap_when_the_time_is_over() {
    drive(Browser::current, the_dialog_lets_go).await;
}
