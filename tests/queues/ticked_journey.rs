//! In real browsers: what is ticked is closed or asked about together. The page between says how many, each contact has
//! its own outcome, and one that has moved on is named; with and without JavaScript.

use cms::contacts::journal::Input;
use cms::contacts::lifecycle::Status::Atca;

use crate::browser::Browser;
use crate::journeys::{Trip, drive, look};

fn tick(trip: &Trip, crns: &[String]) {
    trip.goto("/queues/mine?view=all");
    for crn in crns {
        trip.page.check(&format!("Select {crn}"));
    }
}

fn together(trip: &Trip) {
    let crns: Vec<String> = (0..8).map(|_| trip.contact_at(Atca)).collect();
    let page = &trip.page;
    trip.sign_in("cdsp.agent");

    tick(trip, &crns[..3]);
    page.click("Send data clarification");
    page.see("Send a data clarification for 3 contacts");
    look(page, "ticked-clarification");
    page.click("Send a data clarification for 3 contacts");
    page.see("Enter the question");
    look(page, "ticked-clarification-errors");
    page.fill("Question", "Is {msn} the serial number at {address}?");
    // one of them moves on meanwhile
    trip.wait_for(trip.world.record("cdsp.agent", &crns[0], Input::Return)).unwrap();
    page.click("Send a data clarification for 3 contacts");
    page.see("2 contacts sent to the raiser with the question");
    page.see(&crns[0]);
    look(page, "ticked-clarification-done");
    assert!(!page.text().contains("Undo"), "nothing takes it back");
    let status = |crn: &String| trip.wait_for(trip.world.status(crn));
    assert_eq!(crns.iter().take(3).map(status).collect::<Vec<_>>(), ["AACA", "DCAA", "DCAA"]);

    tick(trip, &crns[3..5]);
    page.click("Resolve as invalid");
    page.see("Resolve 2 contacts as invalid");
    look(page, "ticked-invalid");
    page.choose("Reason", "The address is not clear enough to act on");
    page.fill("Remarks", "Log {crn} again with its plot.");
    page.click("Resolve 2 contacts as invalid");
    page.see("2 contacts resolved as invalid");

    tick(trip, &crns[5..7]);
    page.click("Resolve as valid");
    page.see("Resolve 2 contacts as valid");
    page.fill(&format!("MPRN created for {}", crns[5]), "9012345607");
    page.fill(&format!("MPRN created for {}", crns[6]), "9012345608");
    page.click("Resolve 2 contacts as valid");
    page.see("There is a problem");
    look(page, "ticked-valid-errors");
    page.fill(&format!("MPRN created for {}", crns[6]), "");
    page.click("Resolve 2 contacts as valid");
    page.see("1 contact resolved as valid");
    assert_eq!(crns[5..].iter().map(status).collect::<Vec<_>>(), ["CCVA", "ATCA", "ATCA"]);
    // each raiser reads its own
    trip.sign_in("alder.agent");
    trip.goto(&format!("/contacts/{}", crns[3]));
    page.see(&format!("Log {} again with its plot.", crns[3]));
    trip.goto(&format!("/contacts/{}", crns[1]));
    page.see("Is G4A0123456 the serial number at 7 Moss Lane");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_ticked_is_done_together() {
    drive(Browser::current, true, together).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_ticked_is_done_together_without_javascript() {
    drive(Browser::floor, false, together).await;
}
