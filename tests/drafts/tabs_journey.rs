//! Two tabs of one browser: both have the same draft open, and one of them signs in as somebody else.

use crate::browser::{Browser, Page};
use crate::journeys::{Trip, drive, look, sign_in};

fn value(page: &Page, id: &str) -> String {
    page.eval(&format!("document.getElementById('{id}').value")).as_str().unwrap_or_default().to_owned()
}

/// Waits until the field holds this.
fn holds(page: &Page, id: &str, wanted: &str) {
    for _ in 0..100 {
        if value(page, id) == wanted {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    page.fail(&format!("{id} holds “{}”, not “{wanted}”", value(page, id)));
}

/// What is typed in each tab is kept, and where both change the same field the second is told.
fn one_draft_in_two_tabs(trip: &Trip) {
    let one = &trip.page;
    trip.sign_in("alder.agent");
    trip.goto("/contacts/new/mnc");
    let form = one.url();
    let two = &trip.browser.tab_beside(one);
    two.goto(&form);
    one.fill("Why do you think no MPRN exists?", "New house; the service was laid in May.");
    one.see("Kept as a draft at");
    two.fill("Your reference", "ALD-7");
    two.see("Kept as a draft at");
    // the second shows what the first has kept, and the first what the second has
    holds(two, "why", "New house; the service was laid in May.");
    two.fill("Why do you think no MPRN exists?", "New house; the service was laid in June.");
    two.see("Kept as a draft at");
    one.fill("Why do you think no MPRN exists?", "Old house; the service is from 1960.");
    one.see("was changed in another tab too, to “New house; the service was laid in June.”");
    look(one, "log-two-tabs");
    holds(one, "own_reference", "ALD-7");
    assert_eq!(value(one, "why"), "Old house; the service is from 1960.");
    // both are in the form when it is opened again
    trip.goto("/");
    one.see("1 draft");
    one.goto(&form);
    assert_eq!(
        (value(one, "own_reference"), value(one, "why")),
        ("ALD-7".into(), "Old house; the service is from 1960.".into())
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_draft_in_two_tabs_keeps_what_is_typed_in_each() {
    drive(Browser::current, true, one_draft_in_two_tabs).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_draft_in_two_tabs_keeps_what_is_typed_in_each_on_the_oldest_browser() {
    drive(Browser::floor, true, one_draft_in_two_tabs).await;
}

/// A form drawn for one account is sent after somebody else has signed in in another tab: nothing is done, and the
/// text waits for its author alone.
fn another_account_in_another_tab(trip: &Trip, script: bool) {
    let one = &trip.page;
    trip.sign_in("alder.agent");
    let crn = trip.contact_at(cms::contacts::lifecycle::Status::Dcaa);
    trip.goto(&format!("/contacts/{crn}"));
    one.fill("Answer", "Plot 14, behind the old malthouse.");
    if script {
        one.see("Kept as a draft at");
    }
    let two = &trip.browser.tab_beside(one);
    two.script(script);
    two.goto(&trip.url);
    two.click("Sign out");
    sign_in(two, &trip.url, "birch.agent");
    one.click("Answer");
    one.see("This was typed by alder.agent; you are signed in as birch.agent");
    look(one, "act-of-another-account");
    assert_eq!(trip.wait_for(trip.world.status(&crn)), "DCAA");
    // birch goes on with its own work, and finds nothing of the text
    one.click("Go on as birch.agent");
    one.see("What would you like to do today?");
    assert!(!one.text().contains("draft") && !one.text().contains(&crn));
    // signed in again, the author has it
    one.click("Sign out");
    sign_in(one, &trip.url, "alder.agent");
    trip.goto(&format!("/contacts/{crn}"));
    one.see("is back in the form");
    assert_eq!(value(one, "answer"), "Plot 14, behind the old malthouse.");
    one.click("Answer");
    one.see("Data clarification answered");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_act_of_another_account_is_not_done_and_not_lost() {
    drive(Browser::current, true, |trip| another_account_in_another_tab(trip, true)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_act_of_another_account_is_not_done_and_not_lost_without_javascript() {
    drive(Browser::current, false, |trip| another_account_in_another_tab(trip, false)).await;
}
