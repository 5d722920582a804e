//! Queues: what they hold and how they are narrowed; an address that means nothing.

use std::collections::HashSet;

use cms::contacts::lifecycle::Status;

use crate::world::{Page, World};

pub fn crns(page: &Page) -> Vec<String> {
    page.all("table.app-queue tbody th")
}

#[tokio::test]
async fn each_queue_holds_what_is_to_be_done_there() {
    use Status::*;
    let world = World::new().await;
    let mut at = Vec::new();
    for status in Status::ALL {
        at.push((status, world.contact_at(status).await));
    }
    let of = |wanted: &[Status]| -> HashSet<String> {
        at.iter().filter(|(status, _)| wanted.contains(status)).map(|(_, crn)| crn.clone()).collect()
    };
    for (account, path, wanted) in [
        ("cdsp.agent2", "/queues/organisation", &[Aaca, Atca][..]),
        ("cdsp.agent", "/queues/mine", &[Atca]),
        ("cdsp.agent2", "/queues/mine", &[]),
        ("ngn.agent2", "/queues/organisation", &[Svdn, Svda]),
        ("ngn.agent", "/queues/mine", &[Svda]),
        ("sgn.agent", "/queues/organisation", &[]),
        ("alder.agent2", "/queues/organisation", &[Dcrs, Dcaa]),
        ("alder.agent", "/queues/mine", &[Dcaa]),
        ("birch.agent", "/queues/raised", &[]),
        ("alder.agent2", "/queues/raised", &Status::ALL),
        ("alder.agent2", "/queues/raised?open=yes", &[Aaca, Atca, Svdn, Svda, Dcrs, Dcaa]),
        ("cdsp.agent", "/queues/all", &Status::ALL),
        ("facilitator", "/queues/all?status=CCIV", &[Cciv]),
        ("cdsp.agent", "/queues/organisation?with=nobody", &[Aaca]),
        ("cdsp.agent", "/queues/organisation?with=me", &[Atca]),
        ("cdsp.agent", "/queues/organisation?status=AACA", &[Aaca]),
        ("cdsp.agent", "/queues/all?q=moss+lan", &Status::ALL),
        ("cdsp.agent", "/queues/all?q=LS1+4DY", &Status::ALL),
        ("cdsp.agent", "/queues/all?q=elsewhere", &[]),
        ("cdsp.agent", "/queues/organisation?due=overdue", &[]),
    ] {
        let page = world.sign_in(account).await.get(path).await;
        assert_eq!(crns(&page).into_iter().collect::<HashSet<_>>(), of(wanted), "{account} {path}");
        assert!(page.all("h1")[0].contains(&format!("({})", wanted.len())), "{account} {path}: {:?}", page.all("h1"));
    }
    for (account, path) in [
        ("alder.agent", "/queues/all"),
        ("cdsp.agent", "/queues/raised"),
        ("facilitator", "/queues/mine"),
        ("cdsp.agent", "/queues/other"),
    ] {
        assert_eq!(world.sign_in(account).await.get(path).await.status, 404, "{account} {path}");
    }
    assert!(world.stranger().get("/queues/mine").await.location().starts_with("/sign-in"));
}

#[tokio::test]
async fn an_address_that_means_nothing_is_refused_with_a_sentence() {
    let world = World::new().await;
    let mut agent = world.sign_in("cdsp.agent").await;
    for query in [
        "page=18446744073709551615",
        "after=99999999999999999999~1",
        "after=9223372036854775807~1",
        "after=x~y",
        "sort=crn;drop+table+contact",
        "size=1000",
        "with=-",
        "by=99999999999999999999",
        "status=%00",
        "q=a&q=b",
    ] {
        let page = agent.get(&format!("/queues/organisation?{query}")).await;
        assert_eq!(page.status, 400, "{query}");
        assert!(page.text().contains("can’t be read"), "{query}");
    }
    for q in ["%25", "_", "%5C", "'", "%27%3A*", "%26", "%7C", "!", "(", "%22", "%01"] {
        let page = agent.get(&format!("/queues/organisation?q={q}")).await;
        assert!(matches!(page.status.as_u16(), 200 | 400), "{q}: {}", page.status);
        assert!(crns(&page).is_empty());
    }
}

#[tokio::test]
async fn fifty_rows_of_long_names_are_at_most_sixty_kilobytes() {
    let world = World::new().await;
    for _ in 0..50 {
        world.contact_at(Status::Aaca).await;
    }
    for says in [
        "update organisation set name = rpad(name, 40, ' and Associated Gas Supply')",
        "update person set name = rpad(name, 30, ' Featherstonehaugh')",
        "update contact set street = rpad(street, 40, ' with Lower and Upper Parts'), post_town = 'NEWCASTLE UPON TYNE'",
    ] {
        sqlx::query(says).execute(world.owner()).await.unwrap();
    }
    let mut supervisor = world.sign_in("cdsp.supervisor").await;
    for path in ["/queues/organisation?view=all", "/queues/organisation?with=nobody&status=AACA&sort=-received"] {
        let page = supervisor.get(path).await;
        assert_eq!(page.all("tr[data-crn]").len(), 50);
        assert!(page.body.len() <= 60 * 1024, "{path} has {} bytes", page.body.len());
    }
}
