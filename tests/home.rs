//! The home page: each person's own tiles, each counting exactly the list it links to.

use cms::contacts::lifecycle::Status;

use crate::world::World;

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
        assert_eq!(home.all("h1")[0], format!("Welcome back {}", world.viewer(account).await.first_name()));
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
    assert!(tiles > 40, "{tiles}");
}

#[tokio::test]
async fn each_role_has_its_own_home() {
    let world = World::new().await;
    let labels = |account: &'static str| {
        let world = &world;
        async move { world.sign_in(account).await.get("/").await.all(".app-tile__label") }
    };
    let agent = labels("alder.agent").await;
    let supervisor = labels("alder.supervisor").await;
    assert!(
        supervisor.contains(&"Your organisation’s, overdue".to_owned())
            && !agent.contains(&"Your organisation’s, overdue".to_owned())
    );
    assert!(labels("ngn.agent").await.contains(&"Site visits to give to an agent".to_owned()));
    assert!(labels("cdsp.agent").await.contains(&"Site visits not yet taken".to_owned()));
    assert!(labels("facilitator").await.contains(&"Pieces of feedback".to_owned()));
    assert!(
        world.sign_in("alder.lso").await.get("/").await.attributes("main a", "href").contains(&"/people".to_owned())
    );
    assert!(world.stranger().get("/").await.location().starts_with("/sign-in"));
}
