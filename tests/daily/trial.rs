//! The jobs of a Local Security Officer and of the facilitator.

use crate::journeys::Trip;

pub fn jobs(trip: &Trip) {
    let page = &trip.page;
    trip.sign_in("alder.lso");
    trip.begin();
    page.click("People");
    page.click("Add a person");
    page.fill("Name", "Ada Marlow");
    trip.then("Account name", "ada.marlow");
    trip.then("E-mail address", "ada.marlow@example.com");
    page.click("Add this person");
    page.see("One-use link");
    page.assert_effort("adding a person", 6, 3);

    trip.begin();
    page.click("People");
    page.click("Ada Marlow");
    page.click("Disable account");
    page.see("Disable the account of Ada Marlow?");
    page.click("Disable account");
    page.see("Disabled");
    // one click and one load more than could be: the page that says what is lost by it
    page.assert_effort("disabling an account", 4, 4);

    trip.sign_in("facilitator");
    trip.begin();
    page.click("Trial");
    page.fill("Announcement", "Downtime today from 17:00 to 17:30. What you have typed is kept as a draft.");
    trip.then("Until", &format!("{} 23:59", crate::world::today()));
    page.click("Announce");
    page.see("Announcement added");
    page.assert_effort("announcing downtime", 4, 2);

    page.begin_job();
    page.choose("Queue", "CDSP: contacts to investigate (AACA)");
    page.click("Top up");
    page.see("added to the queue of CDSP");
    page.assert_effort("topping up a queue", 1, 1);

    trip.begin();
    page.click("Trial");
    page.click("Reset the trial");
    page.fill("Type RESET to confirm", "RESET");
    page.click("Reset the trial");
    page.see("The trial was reset");
    page.assert_effort("resetting the trial", 4, 3);
}
