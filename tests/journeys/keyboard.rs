//! The keyboard alone.

use super::{Trip, drive, sign_in};
use crate::browser::Browser;

/// Signs in, logs, and takes the contact from the queue, with keys only.
fn by_keyboard(trip: &Trip) {
    trip.with_terms();
    let (page, url) = (&trip.page, &*trip.url);
    page.goto(&format!("{url}/sign-in"));
    page.tab_to("Account name");
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
    page.see("Account name");
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
