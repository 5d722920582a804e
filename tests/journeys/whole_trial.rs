//! The trial from log to PSC and reset, as its people walk it.

use super::{Trip, drive, look, sign_in};
use crate::browser::{Browser, Page};

fn sign_out(page: &Page) {
    page.click("Sign out");
    page.see("Account name");
}

pub fn log_an_mnc(page: &Page, street: &str) -> String {
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

/// From log to PSC and reset, as the customer pack describes it.
fn the_whole_trial(trip: &Trip) {
    trip.with_terms();
    let (page, url) = (&trip.page, &*trip.url);
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
