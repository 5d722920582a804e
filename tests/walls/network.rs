//! A network knows of a contact the site, its own visits and how it ended: neither with whom it is after that, nor its
//! status and due date there, nor how many visits others made.

use cms::contacts::journal::Input;
use cms::contacts::lifecycle::Status;

use super::{OTHER_LOOK, REMARKS, with_canaries};
use crate::world::{Person, World, lives};

/// Found by a search that is narrowed or put in order so.
async fn finds(person: &mut Person, crn: &str, more: &str) -> bool {
    let page = person.get(&format!("/search?q=moss{more}")).await;
    assert_eq!(page.status, 200, "{more}");
    page.body.contains(&format!("data-crn=\"{crn}\""))
}

async fn keeps_to_its_part(world: &World) {
    let crn = world.contact_at(Status::Atca).await;
    let cdsp = world.person_id("cdsp.agent").await;
    let send = async |code: &str| {
        let network = world.organisation_id(code).await;
        world.record("cdsp.agent", &crn, Input::SendVisit { network, look_at: "Look" }).await.unwrap();
    };
    for (code, agent) in [("CAD", "cadent.agent"), ("NGN", "ngn.agent")] {
        send(code).await;
        let to = world.person_id(agent).await;
        world.record(agent, &crn, Input::Assign(to)).await.unwrap();
        world.record(agent, &crn, lives::visited()).await.unwrap();
        world.record("cdsp.agent", &crn, Input::Assign(cdsp)).await.unwrap();
    }
    let mut ngn = world.sign_in("ngn.agent").await;
    for (with, status) in [("the CDSP", "ATCA"), ("Cadent", "SVDN"), ("Cadent", "SVDA")] {
        match status {
            "SVDN" => send("CAD").await,
            "SVDA" => {
                let to = world.person_id("cadent.agent").await;
                world.record("cadent.agent", &crn, Input::Assign(to)).await.unwrap();
            }
            _ => {}
        }
        assert_eq!(world.status(&crn).await, status);
        let page = ngn.get(&format!("/contacts/{crn}")).await;
        assert!(page.text().contains("the contact is with the CDSP"), "{status}: {}", page.text());
        for word in ["Cadent", "SV2", "SV3"] {
            assert!(!page.all("main").concat().contains(word), "{status} {word} {with}");
        }
        let heading = page.all(".app-heading, .app-lead").concat();
        assert!(heading.contains("AACA") && !heading.contains(status) && !heading.contains(" by "), "{heading}");
        assert!(page.text().contains("SV1"), "its own visit is its first");
        for (more, found) in [
            ("", true),
            ("&status=AACA", true),
            ("&status=ATCA", false),
            ("&status=SVDN", false),
            ("&status=SVDA", false),
            ("&due=overdue", false),
            ("&due=today", false),
            ("&due=soon", false),
            ("&due=later", false),
            ("&with=nobody", false),
            ("&answered=yes", false),
            ("&open=yes", true),
            ("&sort=status", true),
            ("&sort=due", true),
            ("&sort=with", true),
        ] {
            assert_eq!(finds(&mut ngn, &crn, more).await, found, "{status} {more}");
        }
        for sort in ["status", "due", "with"] {
            let found = ngn.get(&format!("/search?q=moss&sort={sort}")).await;
            let opens = found.attributes(&format!("tr[data-crn='{crn}'] a"), "href").concat();
            assert!(!opens.contains("SVD") && !opens.contains("ATCA") && !opens.contains("Cadent"), "{opens}");
            let row = found.all(&format!("tr[data-crn='{crn}']")).concat();
            assert!(row.contains("AACA") && !row.contains("Cadent"), "{row}");
        }
        let told = ngn.get("/notifications").await.text();
        assert!(!told.contains("SV2") && !told.contains("SV3"), "{told}");
    }
    // who raised it, who has it now and the CDSP know
    for account in ["alder.agent", "cadent.agent", "cdsp.agent2"] {
        let mut person = world.sign_in(account).await;
        assert!(finds(&mut person, &crn, "&status=SVDA").await, "{account}");
    }
    assert!(world.sign_in("cdsp.agent2").await.get(&format!("/contacts/{crn}")).await.text().contains("SV3"));
    // sent once more, it counts two of its own
    world.record("cadent.agent", &crn, lives::visited()).await.unwrap();
    world.record("cdsp.agent", &crn, Input::Assign(cdsp)).await.unwrap();
    send("NGN").await;
    let history = ngn.get(&format!("/contacts/{crn}")).await.all(".app-timeline__title");
    let visits: Vec<&String> = history.iter().filter(|title| title.starts_with("Site visit")).collect();
    let of_visit = |visit: &str| format!("Site visit {visit} sent to Northern Gas Networks");
    assert_eq!(visits, [&of_visit("SV2"), "Site visit SV1 answered", &of_visit("SV1")]);
}

#[tokio::test]
async fn a_network_is_told_of_its_own_part_only() {
    keeps_to_its_part(&World::new().await).await;
}

#[tokio::test]
async fn the_queries_alone_tell_a_network_of_its_own_part_only() {
    let world = World::new().await;
    keeps_to_its_part(&world.behind_queries_only()).await;
}

#[tokio::test]
async fn a_network_reads_nothing_that_was_written_on_closing_or_on_anothers_visit() {
    let world = World::new().await;
    let crn = with_canaries(&world, Status::Cciv).await;
    let mut ngn = world.sign_in("ngn.agent").await;
    let heading = ngn.get(&format!("/contacts/{crn}")).await.all(".app-heading").concat();
    assert!(heading.contains("CCIV"), "how it ended is told: {heading}");
    for path in [
        format!("/contacts/{crn}"),
        format!("/contacts/{crn}/note"),
        "/".to_owned(),
        "/notifications".to_owned(),
        "/queues/organisation?view=all".to_owned(),
        "/queues/organisation/export.csv?view=all".to_owned(),
        "/queues/raised/export.csv?view=all".to_owned(),
        "/search?q=canary+street".to_owned(),
        format!("/search?q={REMARKS}"),
        format!("/search?q={OTHER_LOOK}"),
    ] {
        let page = ngn.get(&path).await;
        let shown = page.body.replace(&format!("q={REMARKS}"), "").replace(&format!("q={OTHER_LOOK}"), "");
        let is_search = path.starts_with("/search?q=canary") && !path.contains('+');
        assert!(is_search || (!shown.contains(REMARKS) && !shown.contains(OTHER_LOOK)), "{path}");
        assert!(!is_search || page.all("tbody tr").is_empty(), "{path}");
    }
}
