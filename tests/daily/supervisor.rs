//! The jobs of a supervisor at the CDSP.

use cms::contacts::lifecycle::Status::{Aaca, Atca};

use crate::journeys::Trip;

pub fn jobs(trip: &Trip) {
    trip.prepare(30, Aaca);
    trip.prepare(5, Atca);
    trip.sign_in("cdsp.supervisor");
    let page = &trip.page;

    trip.begin();
    page.click("Organisation queue");
    page.fill("Assign the first", "20");
    page.choose("unassigned to", "Owen Tasker");
    page.click("Assign the first unassigned");
    page.see("20 contacts assigned to Owen Tasker");
    page.assert_effort("assigning the next 20", 3, 2);

    trip.goto("/queues/organisation");
    page.click("Unassigned");
    page.begin_job();
    trip.tick(5);
    page.choose("Colleague", "Owen Tasker");
    page.click("Assign");
    page.see("5 contacts assigned to Owen Tasker");
    page.assert_effort("ticking 5 and assigning them", 6, 1);

    trip.begin();
    page.click("Workload");
    page.click("Move or hand over the work of Nadia Farrow");
    page.fill("How many", "3");
    page.choose("Move to", "Owen Tasker");
    page.click("Move");
    page.see("3 contacts assigned to Owen Tasker");
    page.assert_effort("moving 3 contacts of a colleague", 4, 3);

    trip.begin();
    page.click("Workload");
    page.click("Move or hand over the work of Nadia Farrow");
    page.choose("Hand over to", "Owen Tasker");
    page.fill("Note", "On leave from tomorrow; the estates are first.");
    page.fill("Covers until", &crate::world::today());
    page.click("Hand over");
    page.see("covers for");
    page.assert_effort("handing everything over with a note and a cover", 5, 3);

    filtered_and_saved(trip);
}

/// Filters apply as they are chosen.
fn filtered_and_saved(trip: &Trip) {
    let page = &trip.page;
    trip.goto("/queues/organisation");
    page.begin_job();
    page.choose("Status", "AACA to take");
    page.see("AACA Awaiting allocation to CDSP agent");
    page.choose("LDZ", "NE North East");
    page.see("LDZ NE North East");
    page.click("Save this filter");
    page.fill("Name", "New in NE");
    page.click("Save");
    page.see("Open with this");
    page.assert_effort("a filter by two fields, saved", 3, 3);
}
