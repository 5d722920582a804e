//! The columns of a list: those that a queue has of itself, and those that somebody has chosen for it.

use cms::contacts::lifecycle::Status;

use crate::world::{Page, World};

fn columns(page: &Page) -> Vec<String> {
    page.all("table.app-queue thead th:not(.app-queue__tick)")
}

/// The cell of a contact's row in the column of this name.
fn cell(page: &Page, crn: &str, column: &str) -> String {
    let place = columns(page).iter().position(|name| name == column).expect(column);
    let cells = page.all(&format!("tr[data-crn='{crn}'] > :not(.app-queue__tick)"));
    cells[place].clone()
}

#[tokio::test]
async fn a_queue_shows_nothing_that_is_the_same_in_every_row() {
    let world = World::new().await;
    for status in Status::ALL {
        world.contact_at(status).await;
    }
    for (account, queue, shown) in [
        ("cdsp.agent", "organisation", &["Raised by", "Age", "Due", "With"][..]),
        ("cdsp.agent", "mine", &["Raised by", "Age", "Due"]),
        ("cdsp.agent", "all", &["Raised by", "Age", "Due", "With"]),
        ("ngn.agent", "organisation", &["Raised by", "Age", "Due", "With"]),
        ("ngn.agent", "mine", &["Raised by", "Age", "Due"]),
        ("alder.agent", "organisation", &["Your ref.", "Logged by", "Age", "Due", "With"]),
        ("alder.agent", "mine", &["Your ref.", "Logged by", "Age", "Due"]),
        ("alder.agent", "raised", &["Your ref.", "Logged by", "Age", "Due", "With"]),
    ] {
        let page = world.sign_in(account).await.get(&format!("/queues/{queue}")).await;
        assert_eq!(columns(&page)[..3], ["CRN", "Status", "Site"], "{account} {queue}");
        assert_eq!(columns(&page)[3..], *shown, "{account} {queue}");
    }
}

#[tokio::test]
async fn columns_are_chosen_for_each_queue_and_kept() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Atca).await;
    let mut agent = world.sign_in("cdsp.agent").await;
    let fields = [("tick", "ldz"), ("tick", "msn"), ("tick", "received"), ("tick", "nonsense"), ("back", "")];
    let kept = agent.post("/queues/organisation/columns", &fields).await;
    assert_eq!(kept.location(), "/queues/organisation?view=all");
    let page = agent.get("/queues/organisation").await;
    assert_eq!(columns(&page)[3..], ["LDZ", "Meter serial no.", "Received"]);
    assert_eq!(cell(&page, &crn, "LDZ"), "NE");
    let ticked = page.attributes(".app-choose input[checked]", "value");
    assert_eq!(ticked, ["ldz", "msn", "received"]);
    assert_eq!(columns(&agent.get("/queues/mine").await)[3..], ["Raised by", "Age", "Due"], "each queue has its own");
    let mut colleague = world.sign_in("cdsp.agent2").await;
    assert_eq!(columns(&colleague.get("/queues/organisation").await).len(), 7, "they are one's own");

    agent.post("/queues/organisation/columns", &[("what", "keep"), ("back", "")]).await;
    assert_eq!(columns(&agent.get("/queues/organisation").await), ["CRN", "Status", "Site"]);
    agent.post("/queues/organisation/columns", &[("what", "usual"), ("tick", "ldz"), ("back", "")]).await;
    assert_eq!(columns(&agent.get("/queues/organisation").await)[3..], ["Raised by", "Age", "Due", "With"]);
    let other = world.sign_in("alder.agent").await.post("/queues/all/columns", &[("tick", "age")]).await;
    assert_eq!(other.status, 404, "a queue that one does not have");
}

#[tokio::test]
async fn every_column_that_is_offered_can_be_shown() {
    let world = World::new().await;
    let crns = [world.contact_at(Status::Dcaa).await, world.contact_at(Status::Cciv).await];
    for (account, queue, crn) in [
        ("alder.agent", "raised", &crns[1]),
        ("alder.agent", "mine", &crns[0]),
        ("cdsp.agent", "all", &crns[1]),
        ("facilitator", "all", &crns[0]),
    ] {
        let mut person = world.sign_in(account).await;
        let path = format!("/queues/{queue}");
        let offered = person.get(&path).await.attributes(".app-choose input[type=checkbox]", "value");
        let mut fields: Vec<(&str, &str)> = offered.iter().map(|code| ("tick", code.as_str())).collect();
        fields.push(("back", ""));
        person.post(&format!("{path}/columns"), &fields).await;
        let page = person.get(&path).await;
        assert_eq!(columns(&page).len(), offered.len() + 3, "{account} {queue}");
        for column in columns(&page) {
            assert!(!cell(&page, crn, &column).is_empty(), "{account} {queue} {column}");
        }
    }
}

#[tokio::test]
async fn own_reference_and_who_logged_it_stay_with_the_raiser() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Svda).await;
    sqlx::query(
        "update raiser_note set own_reference = 'ALD-77' from contact c where c.id = contact_id and c.crn = $1",
    )
    .bind(&crn)
    .execute(world.owner())
    .await
    .unwrap();
    let both = [("tick", "reference"), ("tick", "logged"), ("back", "")];
    for (account, queue, reference) in [
        ("alder.agent", "raised", "ALD-77"),
        ("alder.agent2", "raised", "ALD-77"),
        ("cdsp.agent", "all", "ALD-77"),
        // the network that visits does not know the raiser's own key
        ("ngn.agent", "mine", "–"),
    ] {
        let mut person = world.sign_in(account).await;
        person.post(&format!("/queues/{queue}/columns"), &both).await;
        for site in [&world, &world.behind_queries_only()] {
            let mut person = site.sign_in(account).await;
            let page = person.get(&format!("/queues/{queue}")).await;
            let title = if account == "cdsp.agent" { "Raiser’s ref." } else { "Your ref." };
            assert_eq!(cell(&page, &crn, title), reference, "{account}");
            match account {
                "alder.agent" => assert_eq!(cell(&page, &crn, "Logged by"), "you"),
                "alder.agent2" => assert_eq!(cell(&page, &crn, "Logged by"), world.viewer("alder.agent").await.name),
                "ngn.agent" => assert_eq!(cell(&page, &crn, "Logged by"), "–"),
                _ => assert!(!columns(&page).contains(&"Logged by".to_owned())),
            }
        }
    }
}
