//! A saved filter on each queue of each kind of organisation, with what is drawn because of it, checked for accessibility.

use crate::journeys::{Trip, drive_in_the_trial, look};

const QUEUES: [(&str, &[&str]); 4] = [
    ("cdsp.supervisor", &["organisation", "mine", "all"]),
    ("alder.agent", &["organisation", "mine", "raised"]),
    ("ngn.agent", &["organisation", "mine", "raised"]),
    ("facilitator", &["all"]),
];

fn each_queue(trip: &Trip) {
    let page = &trip.page;
    for (account, queues) in QUEUES {
        trip.sign_in(account);
        for queue in queues {
            let name = format!("Late in {queue}");
            trip.goto(&format!("/queues/{queue}?due=overdue"));
            page.click("Save this filter");
            page.fill("Name", &name);
            page.check("Open the queue with it");
            page.click("Save");
            page.see("Open with the whole queue");
            look(page, &format!("queue-saved-{account}-{queue}"));
            trip.goto(&format!("/queues/{queue}?view=all"));
            page.assert_accessible(&format!("{queue} of {account} with a saved filter"));
            page.click(&name);
            page.see("Overdue");
            page.click(&format!("Remove {name}"));
            page.see("Save this filter");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_saved_filter_on_each_queue() {
    drive_in_the_trial(each_queue).await;
}
