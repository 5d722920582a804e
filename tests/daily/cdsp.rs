//! The jobs of a CDSP agent.

use cms::contacts::lifecycle::Status::{Aaca, Atca};
use cms::trade::Mprn;

use crate::browser::Page;
use crate::journeys::Trip;

pub fn jobs(trip: &Trip) {
    trip.prepare(20, Aaca);
    trip.sign_in("cdsp.agent");
    twenty_by_take_next(trip);
    trip.prepare(12, Atca);
    ten_of_my_queue(trip);
    back_to_the_queue(trip);
    by_its_crn(trip);
}

fn valid(page: &Page, turn: u64, button: &str) {
    page.click("Resolve as valid");
    // no sample meter point has such a number
    page.fill("MPRN created", Mprn::from_body(90_123_400 + turn).as_str());
    page.check("Add this MPRN to the register with this site’s address, and close the contact for good");
    page.click(button);
}

fn question(page: &Page, button: &str) {
    page.click("Send data clarification");
    page.fill("Question", "Which plot is it?");
    page.click(button);
}

/// 20 contacts, each taken by the button that finished the one before.
fn twenty_by_take_next(trip: &Trip) {
    let page = &trip.page;
    trip.begin();
    page.click("Take next");
    for turn in 0..20 {
        page.see("This contact is now yours");
        match turn % 4 {
            0 => valid(page, turn, "Resolve and take next"),
            1 => {
                page.click("Resolve as invalid");
                page.choose("Reason", "Another reason, given in the remarks");
                page.fill("Remarks", "Log it again with the plot number.");
                page.click("Resolve and take next");
            }
            2 => question(page, "Send and take next"),
            _ => {
                page.click("Send site visit");
                page.fill("What to look at", "Is there one meter or two?");
                page.click("Send and take next");
            }
        }
    }
    page.see("Site visit sent");
    page.assert_effort("20 contacts by Take next", 60, 40);
}

/// 10 of the contacts that one holds, each opened by the button that finished the one before.
fn ten_of_my_queue(trip: &Trip) {
    let page = &trip.page;
    trip.begin();
    page.click("My queue");
    let crn = page.eval("document.querySelector('[data-queue-open]').textContent.trim()");
    page.click(crn.as_str().unwrap());
    for turn in 0..10 {
        page.see("Next in this list");
        if turn % 2 == 0 {
            valid(page, 50 + turn, "Resolve and next in this list");
        } else {
            question(page, "Send and next in this list");
        }
    }
    page.see("Data clarification sent");
    page.assert_effort("10 contacts of My queue", 30, 20);
}

fn back_to_the_queue(trip: &Trip) {
    let page = &trip.page;
    trip.begin();
    trip.open_to("Decide");
    page.click("Return to organisation queue");
    page.see("returned");
    page.assert_effort("a return to the organisation queue", 2, 2);
    page.begin_job();
    page.click("Undo");
    page.see("put back");
    page.assert_effort("undoing it", 1, 1);
}

fn by_its_crn(trip: &Trip) {
    let page = &trip.page;
    let crn = &trip.prepare(1, Aaca)[0];
    trip.begin();
    page.press("/");
    page.type_text(crn);
    page.press("Enter");
    page.see("What you can do now");
    page.assert_effort("a contact by its CRN", 0, 1);
}
