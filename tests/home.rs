//! The home page: each person's own tiles, each counting exactly the list it links to.

use cms::contacts::lifecycle::Status;

use crate::world::lives::answered;
use crate::world::{Page, World};

#[tokio::test]
async fn every_tile_counts_the_list_it_links_to() {
    let world = World::new().await;
    for status in Status::ALL {
        world.contact_at(status).await;
        world.contact_at(status).await;
    }
    sqlx::query("update contact set due = now() - interval '3 days' where due is not null and id % 3 = 0")
        .execute(world.owner())
        .await
        .unwrap();
    let mut tiles = 0;
    for account in [
        "alder.agent",
        "alder.supervisor",
        "ngn.agent",
        "ngn.supervisor",
        "cdsp.agent",
        "cdsp.supervisor",
        "dale.lso",
        "facilitator",
    ] {
        let mut person = world.sign_in(account).await;
        let home = person.get("/").await;
        assert_eq!(home.all("h1")[0], format!("Welcome, {}", world.viewer(account).await.first_name()));
        assert_eq!(home.all("h2")[0], "What would you like to do today?");
        let links = home.attributes("a.app-tile", "href");
        for (link, number) in links.iter().zip(home.all(".app-tile__number")) {
            if !link.starts_with("/queues/") {
                continue;
            }
            let list = person.get(link).await;
            assert!(
                list.all("h1")[0].contains(&format!("({number})")),
                "{account} {link}: {number} but {:?}",
                list.all("h1")
            );
            assert_eq!(list.all("table.app-queue tbody tr").len().to_string(), number, "{account} {link}");
            tiles += 1;
        }
    }
    assert!(tiles > 36, "{tiles}");
}

#[tokio::test]
async fn each_role_has_its_own_home() {
    let world = World::new().await;
    let labels = |account: &'static str| {
        let world = &world;
        async move {
            let home = world.sign_in(account).await.get("/").await;
            let (labels, lists) = (home.all(".app-tile__label"), home.attributes("a.app-tile", "href"));
            let each: std::collections::BTreeSet<_> = lists.iter().collect();
            assert_eq!(each.len(), lists.len(), "no list twice: {lists:?}");
            labels
        }
    };
    let agent = labels("alder.agent").await;
    let supervisor = labels("alder.supervisor").await;
    let late = "With your organisation and overdue".to_owned();
    assert!(supervisor.contains(&late) && !agent.contains(&late));
    assert_eq!(agent.iter().filter(|label| label.contains("nobody")).count(), 1, "{agent:?}");
    assert!(labels("ngn.agent").await.contains(&"Site visits nobody has taken yet".to_owned()));
    assert!(labels("cdsp.agent").await.contains(&"Site visits that networks have not taken".to_owned()));
    assert!(labels("facilitator").await.contains(&"New feedback from the trial".to_owned()));
    assert!(
        world.sign_in("alder.lso").await.get("/").await.attributes("main a", "href").contains(&"/people".to_owned())
    );
    assert!(world.stranger().get("/").await.location().starts_with("/sign-in"));
}

#[tokio::test]
async fn each_role_has_its_own_lists() {
    let world = World::new().await;
    let own = ["With you", "With you and overdue"];
    let (visits, questions) = (["Site visits nobody has taken yet"], ["Questions nobody has taken yet"]);
    let there = ["With your organisation", "With your organisation, due today", "With your organisation and overdue"];
    let raised = [
        "Raised by you and open",
        "Raised by your organisation and open",
        "Raised by your organisation, closed as invalid",
    ];
    let (nobody, every) = (["Nobody has taken yet"], ["Open, wherever they are"]);
    let cdsp = ["Site visits that networks have not taken", "Questions that raisers have not taken"];
    let late = ["Overdue, wherever they are"];
    let roles: [(&str, &[&[&str]]); 8] = [
        ("alder.agent", &[&own, &questions, &raised]),
        ("alder.lso", &[&own, &questions, &raised]),
        ("alder.supervisor", &[&own, &questions, &there, &raised]),
        ("ngn.agent", &[&own, &visits, &questions, &raised]),
        ("dale.agent", &[&own, &visits, &questions, &raised]),
        ("cdsp.agent", &[&own, &nobody, &cdsp, &every]),
        ("cdsp.supervisor", &[&own, &nobody, &there, &cdsp, &every]),
        ("facilitator", &[&every, &late]),
    ];
    for (account, lists) in roles {
        let mut labels = world.sign_in(account).await.get("/").await.all(".app-tile__label");
        labels.retain(|label| label != "Unread notifications" && label != "New feedback from the trial");
        assert_eq!(labels, lists.concat(), "{account}");
    }
}

#[tokio::test]
async fn the_next_is_offered_to_whoever_could_take_it() {
    let takers: [(Status, &[&str]); 6] = [
        (Status::Aaca, &["cdsp.agent", "cdsp.supervisor"]),
        (Status::Atca, &[]),
        (Status::Svdn, &["ngn.agent"]),
        (Status::Svda, &[]),
        (Status::Dcrs, &["alder.agent", "alder.supervisor"]),
        (Status::Dcaa, &[]),
    ];
    for (at, able) in takers {
        let world = World::new().await;
        world.contact_at(at).await;
        for account in ["cdsp.agent", "cdsp.supervisor", "ngn.agent", "alder.agent", "alder.supervisor", "birch.agent"]
        {
            let is_offered = world.sign_in(account).await.get("/").await.text().contains("Take next");
            let is_able = able.contains(&account);
            assert_eq!(is_offered, is_able, "{account} {at:?}");
        }
        assert!(!world.sign_in("facilitator").await.get("/").await.text().contains("Take next"), "{at:?}");
    }
}

/// CRNs under a heading of the home page.
fn crns(home: &Page, section: &str) -> Vec<String> {
    home.all(&format!("section[aria-labelledby='{section}'] tbody th"))
}

#[tokio::test]
async fn what_needs_somebody_comes_first_and_leads_to_its_contact() {
    let world = World::new().await;
    let nothing = world.sign_in("alder.agent").await.get("/").await;
    assert!(nothing.all("section[aria-labelledby='tasks'] p")[0].contains("Nothing waits for you"));
    assert!(!nothing.text().contains("Take next"));

    // a question for the raiser: on top, one click and one load from its answer
    let asked = world.contact_at(Status::Dcaa).await;
    let mut amy = world.sign_in("alder.agent").await;
    let home = amy.get("/").await;
    assert_eq!(crns(&home, "tasks"), [&*asked]);
    assert!(home.all("section[aria-labelledby='tasks'] td").contains(&"Answer the question".to_owned()));
    assert_eq!(home.attributes("section[aria-labelledby='tasks'] a", "href"), [format!("/contacts/{asked}")]);
    assert_eq!(crns(&home, "recent"), [&*asked], "she logged it");

    // the answer is back: with who asked, before what they hold, late first
    world.record("alder.agent", &asked, answered("Plot 14")).await.unwrap();
    let (held, late) = (world.contact_at(Status::Atca).await, world.contact_at(Status::Atca).await);
    sqlx::query("update contact set due = now() - interval '9 days' where crn = $1")
        .bind(&late)
        .execute(world.owner())
        .await
        .unwrap();
    let mut agent = world.sign_in("cdsp.agent").await;
    let home = agent.get("/").await;
    assert_eq!(crns(&home, "tasks"), [asked.clone(), late.clone(), held]);
    assert_eq!(home.all("section[aria-labelledby='tasks'] .app-late").len(), 1);
    assert_eq!(crns(&home, "recent").len(), 3);
    assert!(crns(&world.sign_in("cdsp.agent2").await.get("/").await, "tasks").is_empty());
    assert!(crns(&world.sign_in("alder.agent2").await.get("/").await, "recent").is_empty());

    // something waits to be taken: the button of the queue
    let taken = agent.post("/queues/next", &[("epoch", &home.input("epoch"))]).await;
    assert_eq!(taken.location(), format!("/contacts/{asked}"));
    assert!(home.text().contains("Take next"));

    // a visit
    let visit = world.contact_at(Status::Svda).await;
    let home = world.sign_in("ngn.agent").await.get("/").await;
    assert_eq!(crns(&home, "tasks"), [visit]);
    assert!(home.text().contains("Answer the visit"));
}
