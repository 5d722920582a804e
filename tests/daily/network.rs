//! The jobs of a network's agent and its supervisor.

use std::path::PathBuf;

use cms::contacts::lifecycle::Status::{Svda, Svdn};

use crate::evidence::corpus::noisy;
use crate::journeys::Trip;

pub fn jobs(trip: &Trip) {
    trip.prepare(2, Svdn);
    trip.sign_in("ngn.supervisor");
    let page = &trip.page;
    trip.begin();
    page.click("Organisation queue");
    trip.tick(2);
    page.choose("Colleague", "Emil Hask");
    page.click("Assign");
    page.see("2 contacts assigned to Emil Hask");
    page.assert_effort("giving 2 visits to an agent", 4, 2);

    trip.prepare(2, Svda);
    trip.sign_in("ngn.agent");
    with_photos(trip);
    without_access(trip);
}

/// A photo of some 2.7 MB.
fn photo(name: &str) -> PathBuf {
    let file = std::env::temp_dir().join(format!("cms-daily-{}-{name}", std::process::id()));
    std::fs::write(&file, noisy(1_600, 1_200, 95)).unwrap();
    file
}

fn with_photos(trip: &Trip) {
    let page = &trip.page;
    let photos = ["box.jpg", "plate.jpg", "gate.jpg"].map(photo);
    trip.begin();
    trip.open_to("Answer the visit");
    page.fill("Date visited", "today");
    page.choose("Was access gained?", "Yes");
    page.choose("Is there a gas service?", "Yes");
    page.choose("Is there a meter?", "Yes");
    page.choose("State of the supply", "Live");
    page.fill("Meter serial number found", "G4A0123456");
    trip.then("Reading found", "01234");
    page.choose("Meter location", "Meter box");
    page.fill("Remarks", "Meter seen in the box by the door.");
    page.attach("#evidence-files", &photos.each_ref().map(PathBuf::as_path));
    page.see("3 added");
    page.click("Answer");
    page.see("3 photos or documents added");
    page.assert_effort("a visit with 3 photos", 12, 3);
    for photo in photos {
        let _ = std::fs::remove_file(photo);
    }
}

fn without_access(trip: &Trip) {
    let page = &trip.page;
    trip.begin();
    trip.open_to("Answer the visit");
    page.fill("Date visited", "today");
    page.choose("Was access gained?", "No");
    page.fill("Why access was not gained", "Nobody there at two calls.");
    page.click("Answer");
    page.see("Site visit answered");
    page.assert_effort("a visit without access", 6, 3);
}
