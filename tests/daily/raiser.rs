//! The jobs of a raiser on what it has logged, and feedback.

use cms::contacts::lifecycle::Status::Dcaa;

use crate::journeys::Trip;

pub fn jobs(trip: &Trip) {
    trip.prepare(2, Dcaa);
    trip.sign_in("alder.agent");
    let page = &trip.page;
    trip.begin();
    trip.open_to("Answer the question");
    page.fill("Answer", "Plot 14, behind the old malthouse.");
    page.click("Answer");
    page.see("Data clarification answered");
    page.assert_effort("answering a clarification", 3, 2);

    trip.begin();
    trip.open_to("Answer the question");
    page.fill("Answer", "Read again, digit by digit.");
    page.click("Correct the contact’s details");
    page.fill("Meter serial number", "G4A0123457");
    page.click("Answer");
    page.see("Data clarification answered");
    page.see("“G4A0123457”");
    page.assert_effort("answering and correcting", 5, 2);

    page.begin_job();
    page.click("Give feedback");
    page.choose("What is it about?", "Idea");
    page.fill("What happened, or what would you like?", "The question could be longer.");
    page.click("Send feedback");
    page.see("Thank you");
    page.assert_effort("feedback from a contact", 4, 2);
}
