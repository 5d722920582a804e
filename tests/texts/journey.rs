//! In real browsers: a supervisor saves a text with placeholders, and an agent puts it into a form; by script at the
//! cursor, and without by the link of the text.

use cms::contacts::lifecycle::Status::Atca;

use crate::browser::Browser;
use crate::journeys::{Trip, drive, look};

fn saved_and_used(trip: &Trip, script: bool) {
    let crn = trip.contact_at(Atca);
    let page = &trip.page;
    trip.sign_in("cdsp.supervisor");
    page.click("Saved texts of your organisation");
    look(page, "texts-empty");
    page.click("Add a text");
    page.click("Save this text");
    page.see("There is a problem");
    look(page, "text-errors");
    page.choose("Where it is used", "Questions to the raiser");
    page.fill("Title", "Serial number");
    page.fill("Text", "Please check serial number {msn} at {address}.");
    page.click("Save this text");
    page.see("Text “Serial number” saved");
    look(page, "texts");

    trip.sign_in("cdsp.agent");
    trip.goto(&format!("/contacts/{crn}"));
    page.click("Send data clarification");
    if script {
        page.fill("Question", "Good morning.");
    }
    page.click("Saved texts (1)");
    page.see("G4A0123456");
    look(page, "texts-offered");
    page.click("Serial number");
    if script {
        assert_eq!(page.focused().to_string(), "textbox “Question”");
    } else {
        assert!(page.url().contains("?text="), "{}", page.url());
    }
    let question = page.eval("document.getElementById('question').value");
    let before = if script { "Good morning.\n" } else { "" };
    assert!(
        question
            .as_str()
            .unwrap()
            .starts_with(&format!("{before}Please check serial number G4A0123456 at 7 Moss Lane")),
        "{question}"
    );
    look(page, "text-inserted");
    page.click("Send");
    page.see("Data clarification sent");
    page.see("Please check serial number G4A0123456 at 7 Moss Lane");
    assert!(!page.text().contains("{msn}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_saved_text_goes_in_at_the_cursor() {
    drive(Browser::current, true, |trip| saved_and_used(trip, true)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_saved_text_goes_in_without_javascript() {
    drive(Browser::floor, false, |trip| saved_and_used(trip, false)).await;
}
