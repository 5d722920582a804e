//! A bulk is of one contact type: that of its page, or of its header.

use super::{file, many, taken};
use crate::world::World;

#[tokio::test]
async fn pages_are_about_the_type_that_they_are_asked_for() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    for path in ["/bulk", "/bulk/layout", "/bulk/template.csv", "/bulk/template.uklink", "/bulk/form"] {
        assert_ne!(amy.get(&format!("{path}?type=mnc")).await.status, 404, "{path}");
        assert_eq!(amy.get(&format!("{path}?type=xyz")).await.status, 404, "{path}");
    }
    let page = amy.get("/bulk").await;
    assert_eq!(page.input("type"), "mnc");
    assert!(!page.text().contains("MNumber creation"), "there is nothing to choose yet");
    let path = taken(&mut amy, "a.csv", &file("csv", &many(1))).await;
    let stored: String = sqlx::query_scalar("select contact_type from bulk where key = $1")
        .bind(path.rsplit('/').next().unwrap())
        .fetch_one(world.owner())
        .await
        .unwrap();
    assert_eq!(stored, "MNC");
}
