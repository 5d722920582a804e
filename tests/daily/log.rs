//! Logging one contact: by the finder, by hand, by the keyboard alone, and again as a PSC.

use crate::browser::Page;
use crate::journeys::{Trip, look};

pub fn jobs(trip: &Trip) {
    trip.sign_in("alder.agent");
    let sample = trip.wait_for(samples(trip));
    by_finder(trip, &sample[0]);
    by_keyboard(trip, &sample[1]);
    by_hand(trip);
    again(trip);
}

/// Houses that the register does not know: a postcode, and words by which one finds each alone.
async fn samples(trip: &Trip) -> Vec<(String, String)> {
    sqlx::query_as(
        "select postcode, number || ' ' || street from address where number <> '' and sub_building = '' and building = ''
            and dependent_street = '' and not exists (select from meter_point m where m.postcode = address.postcode
                and m.address like address.number || ' %') order by key limit 2",
    )
    .fetch_all(trip.world.owner())
    .await
    .unwrap()
}

fn ends_on_the_first_screen(page: &Page, button: &str) {
    let bottom = page.eval(&format!(
        "Math.max(...[...document.querySelectorAll('button')].filter((one) => one.offsetParent && one.textContent.trim() === '{button}')
             .map((one) => one.getBoundingClientRect().bottom + scrollY))"
    ));
    assert!(bottom.as_f64().unwrap() <= 768.0, "“{button}” ends at {bottom}");
}

/// The address, as one who knows the form types it.
fn find(page: &Page, (postcode, words): &(String, String)) {
    page.see("Find by postcode");
    page.type_text(postcode);
    page.press("Tab");
    page.type_text(words);
    page.press("Enter");
    page.see("Proposed from the postcode area");
}

fn by_finder(trip: &Trip, sample: &(String, String)) {
    let page = &trip.page;
    trip.begin();
    page.click("Log a contact");
    find(page, sample);
    page.type_text("G4A0123456");
    page.choose("Market sector", "Domestic");
    page.fill("Why do you think no MPRN exists?", "Found while reading the meter next door.");
    ends_on_the_first_screen(page, "Continue");
    look(page, "log-found");
    page.click("Continue");
    page.see("Check your answers");
    ends_on_the_first_screen(page, "Submit contact");
    look(page, "log-check");
    page.click("Submit contact");
    page.see("Contact submitted");
    page.assert_effort("a log by finder", 6, 3);
    look(page, "log-done");
    // and the same site once more: that it looks the same is said on one line above the button
    trip.goto("/contacts/new/mnc");
    find(page, sample);
    page.see("1 possible duplicate");
    ends_on_the_first_screen(page, "Continue");
    look(page, "log-found-twice");
}

fn by_keyboard(trip: &Trip, sample: &(String, String)) {
    let page = &trip.page;
    trip.begin();
    page.tab_to("Log a contact");
    page.press("Enter");
    find(page, sample);
    page.type_text("G4A0123457");
    page.tab_to("Domestic");
    page.press("Space");
    for (field, text) in [
        ("Why do you think no MPRN exists?", "No number on any bill."),
        ("Your reference", "ALD-7"),
        ("Site contact name", "Site office"),
        ("Site contact phone", "01632 960001"),
    ] {
        page.tab_to(field);
        page.type_text(text);
    }
    page.press("Enter");
    page.see("Check your answers");
    page.tab_to("Submit contact");
    page.press("Enter");
    page.see("Contact submitted");
    page.assert_effort("a log by keyboard", 0, 3);
    let tabs = page.effort().tabs;
    assert!(tabs <= 35, "a log by keyboard took {tabs} Tabs");
}

fn by_hand(trip: &Trip) {
    let page = &trip.page;
    trip.begin();
    page.click("Log a contact");
    page.click("Enter the address by hand");
    page.choose("Why the address is entered by hand", "New build, no postal address yet");
    page.fill("Plot number", "14");
    trip.then("Street", "Harrier Way");
    trip.then("Post town", "LEEDS");
    trip.then("Postcode", "LS11 4DY");
    page.fill("Meter serial number", "G4A0123458");
    page.choose("Market sector", "Domestic");
    page.fill("Why do you think no MPRN exists?", "New house; the service was laid in May.");
    page.click("Continue");
    page.click("Submit contact");
    page.see("Contact submitted");
    page.assert_effort("a log by hand", 10, 3);
}

fn again(trip: &Trip) {
    let page = &trip.page;
    let closed: String = trip
        .wait_for(
            sqlx::query_scalar(
                "select crn from contact c join organisation o on o.id = c.raised_by
                 where o.code = 'ALD' and closed_reason = 'no-reply' order by crn limit 1",
            )
            .fetch_one(trip.world.owner()),
        )
        .unwrap();
    trip.begin();
    page.press("/");
    page.type_text(&closed);
    page.press("Enter");
    page.click("Log PSC");
    page.fill("Why do you think no MPRN exists?", "The plot number was missing; it is plot 14.");
    look(page, "log-psc-card");
    page.click("Continue");
    page.click("Submit contact");
    page.see(&format!("PSC of {closed}"));
    page.assert_effort("a PSC", 6, 4);
}
