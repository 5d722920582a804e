//! The supervisor's board: it counts what its links show.

use cms::contacts::lifecycle::Status;

use super::row;
use crate::world::World;

#[tokio::test]
async fn the_board_counts_what_its_links_show() {
    let world = World::new().await;
    for status in [Status::Aaca, Status::Aaca, Status::Atca, Status::Atca, Status::Atca] {
        world.contact_at(status).await;
    }
    let late = world.contact_at(Status::Atca).await;
    sqlx::query("update contact set due = now() - interval '1 day' where crn = $1")
        .bind(&late)
        .execute(world.owner())
        .await
        .unwrap();
    let done = world.contact_at(Status::Cciv).await;
    let mut supervisor = world.sign_in("cdsp.supervisor").await;
    let page = supervisor.get("/workload").await;
    assert_eq!(page.all("table.app-load tbody th a")[0], "Nobody yet", "first what nobody has");
    assert_eq!(row(&page, "Nobody yet")[0], "2");
    let nadia = row(&page, "Nadia Farrow");
    assert_eq!((nadia[0].as_str(), nadia[3].as_str(), nadia[5].as_str()), ("4", "1", "1"), "{done} was closed by her");
    assert_eq!(page.all("table.app-load tfoot td")[0], "6");
    for link in page.attributes("table.app-load tbody th a", "href") {
        let listed = supervisor.get(&link).await;
        assert_eq!(listed.status, 200, "{link}");
    }
    let overdue = page.attributes("table.app-load tbody td a[href*='due=overdue']", "href");
    assert_eq!(supervisor.get(&overdue[0]).await.all("table.app-queue tbody th"), [late]);
    for account in ["cdsp.agent", "facilitator"] {
        assert_eq!(world.sign_in(account).await.get("/workload").await.status, 403, "{account}");
    }
    let mut elsewhere = world.sign_in("alder.supervisor").await;
    assert!(!elsewhere.get("/workload").await.text().contains("Nadia Farrow"));
    assert_eq!(elsewhere.get("/workload/cdsp.agent").await.status, 404);
}
