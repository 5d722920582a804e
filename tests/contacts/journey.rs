//! In real browsers: a contact is withdrawn, a note names a colleague, and something is added after logging; with and
//! without JavaScript.

use cms::contacts::lifecycle::Status::{Aaca, Atca, Svda};

use crate::browser::Browser;
use crate::evidence::corpus::photo;
use crate::journeys::{Trip, drive, look};

fn withdraws(trip: &Trip) {
    let crn = trip.contact_at(Aaca);
    let page = &trip.page;
    trip.sign_in("alder.agent");
    trip.goto(&format!("/contacts/{crn}"));
    page.click("Withdraw");
    page.see("This can’t be undone");
    look(page, "withdraw");
    page.fill("Remarks", &"x".repeat(2_001));
    page.click("Withdraw this contact");
    page.see("There is a problem");
    look(page, "withdraw-errors");
    page.fill("Remarks", "The meter was found in the cellar.");
    page.click("Withdraw this contact");
    page.see("Withdrawn by the raiser");
    page.see("found in the cellar");
    look(page, "withdrawn");
    assert!(!page.text().contains("Log PSC"));
    // it waits for nobody, and says to whoever looks why it is closed
    trip.sign_in("cdsp.agent");
    trip.goto("/queues/organisation?view=all");
    page.see("No contact waits for your organisation");
    trip.goto(&format!("/contacts/{crn}"));
    page.see("Withdrawn by the raiser");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_contact_is_withdrawn() {
    drive(Browser::current, true, withdraws).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_contact_is_withdrawn_without_javascript() {
    drive(Browser::floor, false, withdraws).await;
}

fn notes(trip: &Trip) {
    let crn = trip.contact_at(Svda);
    let page = &trip.page;
    trip.sign_in("alder.agent");
    trip.goto(&format!("/contacts/{crn}"));
    page.fill("New note", "@nobody.here: can you ring the developer?");
    page.click("Add note");
    page.see("Nobody at Alder Energy is called");
    look(page, "note-errors");
    page.fill("New note", "@Bob Ashdown: can you ring the developer? Canary.");
    page.click("Add note");
    page.see("can you ring the developer? Canary.");
    look(page, "contact-note");
    // whom it names is told, and led to it
    trip.sign_in("alder.agent2");
    page.click("Notifications 1 unread");
    page.see("a colleague names you in a note");
    look(page, "notifications-note");
    page.click(&format!("Contact {crn}: a colleague names you in a note"));
    page.see("can you ring the developer? Canary.");
    // and no other organisation, whatever it sees of the contact
    for account in ["cdsp.agent", "ngn.agent", "facilitator"] {
        trip.sign_in(account);
        trip.goto(&format!("/contacts/{crn}"));
        page.see(&crn);
        assert!(!page.text().contains("Canary"), "{account}");
        trip.goto("/notifications");
        assert!(!page.text().contains("names you"), "{account}");
        trip.goto("/search?q=canary");
        assert!(!page.text().contains(&crn), "{account}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_note_tells_the_colleague_it_names() {
    drive(Browser::current, true, notes).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_note_tells_the_colleague_it_names_without_javascript() {
    drive(Browser::floor, false, notes).await;
}

fn adds(trip: &Trip) {
    let crn = trip.contact_at(Atca);
    let gate = std::env::temp_dir().join(format!("cms-gate-{}-{crn}.jpg", std::process::id()));
    std::fs::write(&gate, photo(600, 400)).unwrap();
    let page = &trip.page;
    trip.sign_in("alder.agent2");
    trip.goto(&format!("/contacts/{crn}"));
    page.click("Add to contact");
    look(page, "add-to-contact");
    page.click("Add to contact");
    page.see("Enter a remark, or add a photo or a document");
    look(page, "add-to-contact-errors");
    page.fill("Remark", "The gate code is 1234.");
    page.attach("#evidence-files", &[gate.as_path()]);
    page.see("1 added");
    page.click("Add to contact");
    page.see("Added to by the raiser");
    page.see("“The gate code is 1234.”");
    page.see("1 photo or document added");
    look(page, "added-to-contact");
    // who works on it is told
    trip.sign_in("cdsp.agent");
    trip.goto("/notifications");
    page.see("the raiser has added to it");
    trip.goto(&format!("/contacts/{crn}"));
    page.see("“The gate code is 1234.”");
    look(page, "added-to-contact-cdsp");
    let _ = std::fs::remove_file(gate);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_remark_and_a_photo_are_added_after_logging() {
    drive(Browser::current, true, adds).await;
}
