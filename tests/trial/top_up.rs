//! Topping up: fresh contacts where they are needed, made as lawfully as any.

use super::{one, told};
use crate::world::World;

#[tokio::test]
async fn each_queue_gets_what_waits_there() {
    let world = told().await;
    let mut faye = world.sign_in("facilitator").await;
    let page = faye.get("/trial").await;
    let epoch = page.input("epoch");
    let queues = page.attributes("#queue option", "value");
    assert_eq!(queues.len(), 11);
    for queue in queues.iter().filter(|queue| !queue.is_empty()) {
        let (code, status) = queue.split_once('-').unwrap();
        let count = async || -> i64 {
            sqlx::query_scalar("select count(*) from contact c join organisation o on o.id = c.with_org where o.code = $1 and c.status = $2")
                .bind(code)
                .bind(status)
                .fetch_one(world.owner())
                .await
                .unwrap()
        };
        let before = count().await;
        let done = faye.post("/trial/top-up", &[("queue", queue), ("how_many", "3"), ("epoch", &epoch)]).await;
        assert_eq!(done.location(), "/trial", "{queue}: {}", done.text());
        assert_eq!(count().await, before + 3, "{queue}");
    }
    let page = faye.get("/trial").await;
    assert_eq!(
        page.all(".govuk-notification-banner__heading"),
        ["3 sample contacts added to the queue of Dale Networks"]
    );
    assert_eq!(page.attributes(".govuk-notification-banner__link", "href"), ["/queues/all?status=DCRS"]);
    assert_eq!(one::<i64>(&world, "select count(*) from contact").await, 90 + 30);
    let again = faye.post("/trial/top-up", &[("queue", "CDS-AACA"), ("how_many", "50")]).await;
    assert_eq!(again.status, 303);
    assert_eq!(one::<i64>(&world, "select count(*) from contact where status = 'AACA'").await, 14 + 3 + 50);
    super::story::is_as_people_may_enter_it(&world).await;
}

#[tokio::test]
async fn what_can_not_be_made_is_said_at_its_field() {
    let world = World::new().await;
    let mut faye = world.sign_in("facilitator").await;
    for how_many in ["", "0", "51", "-1", "1.5", "many", "99999999999999999999"] {
        let page = faye.post("/trial/top-up", &[("queue", "NGN-SVDN"), ("how_many", how_many)]).await;
        assert_eq!((page.status.as_u16(), page.error("how_many").as_str()), (422, "Enter a whole number from 1 to 50"));
        assert_eq!(page.input("how_many"), how_many);
        assert_eq!(page.attributes("#queue option[selected]", "value"), ["NGN-SVDN"]);
    }
    let page = faye.post("/trial/top-up", &[("queue", "NGN-AACA"), ("how_many", "5")]).await;
    assert_eq!((page.status.as_u16(), page.error("queue").as_str()), (422, "Choose a queue"));
    sqlx::query("update person set disabled = now() where account like 'ngn.%'").execute(world.owner()).await.unwrap();
    let page = faye.post("/trial/top-up", &[("queue", "NGN-SVDN"), ("how_many", "5")]).await;
    assert_eq!(page.status, 422);
    assert!(page.error("queue").contains("nobody is active"));
    let stamp = world.stamp(7, "facilitator");
    let fields = [("queue", "CDS-AACA"), ("how_many", "5"), ("epoch", &*stamp)];
    assert_eq!(faye.post("/trial/top-up", &fields).await.status, 409);
    assert_eq!(one::<i64>(&world, "select count(*) from contact").await, 0);
}

#[tokio::test]
async fn the_same_form_adds_once() {
    let world = told().await;
    let mut faye = world.sign_in("facilitator").await;
    let before: i64 = sqlx::query_scalar("select count(*) from contact").fetch_one(world.owner()).await.unwrap();
    let once = faye.get("/trial").await.input("key");
    for _ in 0..2 {
        let fields = [("key", once.as_str()), ("queue", "CDS-AACA"), ("how_many", "2")];
        assert_eq!(faye.post("/trial/top-up", &fields).await.location(), "/trial");
    }
    let after: i64 = sqlx::query_scalar("select count(*) from contact").fetch_one(world.owner()).await.unwrap();
    assert_eq!(after - before, 2);
}
