//! What the daily jobs on contacts cost in a real browser: clicks and page loads, with ceilings.

use cms::contacts::lifecycle::Status::Dcaa;
use cms::trade::Mprn;

use crate::browser::{Browser, Page};
use crate::journeys::sign_in;
use crate::world::World;

/// 20 contacts, each taken by the button that finished the one before.
fn twenty_by_take_next(page: &Page, url: &str) {
    sign_in(page, url, "cdsp.agent");
    page.click("Organisation queue");
    page.begin_job();
    page.click("Take next");
    for turn in 0..20_u64 {
        page.see("This contact is now yours");
        match turn % 4 {
            0 => {
                page.click("Resolve as valid");
                page.fill("MPRN created", Mprn::from_body(90_123_400 + turn).as_str());
                page.check("Add this MPRN to the register with this site’s address, and close the contact for good");
                page.click("Resolve and take next");
            }
            1 => {
                page.click("Resolve as invalid");
                page.choose("Reason", "Another reason, given in the remarks");
                page.fill("Remarks", "Log it again with the plot number.");
                page.click("Resolve and take next");
            }
            2 => {
                page.click("Send data clarification");
                page.fill("Question", "Which plot is it?");
                page.click("Send and take next");
            }
            _ => {
                page.click("Send site visit");
                page.fill("What to look at", "Is there one meter or two?");
                page.click("Send and take next");
            }
        }
    }
    page.see("Nothing in the organisation queue waits to be taken");
    page.assert_effort("20 contacts by Take next", 60, 40);
}

fn an_answer(page: &Page, url: &str) {
    sign_in(page, url, "alder.agent");
    page.click("My queue");
    page.begin_job();
    let crn = page.eval("document.querySelector('[data-queue-open]').textContent.trim()");
    page.click(crn.as_str().unwrap());
    page.fill("Answer", "Plot 14, behind the old malthouse.");
    page.click("Answer");
    page.see("Data clarification answered");
    page.assert_effort("answering a clarification", 3, 2);
}

async fn with(contacts: usize, at: Option<cms::contacts::lifecycle::Status>, job: fn(&Page, &str)) {
    let Some(browser) = tokio::task::spawn_blocking(Browser::current).await.unwrap() else { return };
    let (world, url) = World::listen().await;
    for _ in 0..contacts {
        match at {
            Some(status) => world.contact_at(status).await,
            None => world.logged_by("alder.agent").await,
        };
    }
    tokio::task::spawn_blocking(move || job(&browser.session(), &url)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_contacts_by_take_next_take_sixty_clicks_and_forty_loads_at_most() {
    with(20, None, twenty_by_take_next).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clarification_is_answered_in_three_clicks_and_two_loads() {
    with(1, Some(Dcaa), an_answer).await;
}
