//! Logging many contacts at once: plots counted out in the form, and files of 200 rows of which 190 are good.

use cms::contacts::fields::Field;

use crate::bulk::{file, many};
use crate::journeys::Trip;

pub fn jobs(trip: &Trip) {
    trip.sign_in("alder.agent");
    plots_by_form(trip);
    for (kind, from) in [("csv", 0), ("xlsx", 200)] {
        by_file(trip, kind, from);
    }
}

fn plots_by_form(trip: &Trip) {
    let page = &trip.page;
    trip.begin();
    page.click("Bulk");
    page.click("Log several sites from a form");
    page.fill("Street", "Harrier Way");
    trip.then("Post town", "LEEDS");
    trip.then("Postcode", "LS11 4DY");
    page.choose("Why the address is entered by hand", "New build, no postal address yet");
    page.choose("Market sector", "Domestic");
    page.fill("Why do you think no MPRN exists?", "New houses; the service was laid in May.");
    page.choose("Column", "Plot number");
    page.fill("From", "1");
    trip.then("To", "24");
    page.click("Fill rows");
    page.click("Continue");
    page.click("Log 24 contacts");
    page.see("24 contacts were added");
    page.assert_effort("24 plots by the form", 12, 6);
}

fn by_file(trip: &Trip, kind: &str, from: usize) {
    let page = &trip.page;
    let mut rows = many(from + 200).split_off(from);
    for row in rows.iter_mut().take(10) {
        "LS1".clone_into(&mut row.fields[Field::Postcode.place()].1);
    }
    let path = std::env::temp_dir().join(format!("cms-daily-{}.{kind}", std::process::id()));
    std::fs::write(&path, file(kind, &rows)).unwrap();
    trip.begin();
    page.click("Bulk");
    page.attach("#file", &[path.as_path()]);
    page.click("Send file");
    page.see("Your rows were checked");
    page.click("Add 190 contacts");
    page.see("190 contacts were added");
    page.assert_effort(&format!("200 rows by {kind}"), 6, 5);
    let _ = std::fs::remove_file(path);
}
