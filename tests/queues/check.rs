//! The self-check: it agrees after any life of a house, and finds a number that lies.

use cms::contacts::lifecycle::Status;
use cms::queues::check::compare;

use crate::world::World;

#[tokio::test]
async fn counts_agree_until_one_is_made_to_lie() {
    let world = World::new().await;
    for status in Status::ALL {
        world.contact_at(status).await;
    }
    let now = world.app.clock.now();
    let (counted, wrong) = compare(&world.app.db, now).await.unwrap();
    assert!(counted > 50 && wrong.is_empty(), "{wrong:?}");
    // folding connections that have gone changes no sum
    sqlx::raw_sql("select fold_tally()").execute(world.owner()).await.unwrap();
    assert!(compare(&world.app.db, now).await.unwrap().1.is_empty());
    sqlx::query("update tally set n = n + 1 where side = 'with' and status = 'AACA'")
        .execute(world.owner())
        .await
        .unwrap();
    let (_, wrong) = compare(&world.app.db, now).await.unwrap();
    assert!(!wrong.is_empty() && wrong.iter().any(|says| says.contains("/queues/organisation?")), "{wrong:?}");
    sqlx::raw_sql("select count_afresh()").execute(world.owner()).await.unwrap();
    assert!(compare(&world.app.db, now).await.unwrap().1.is_empty());
}

#[tokio::test]
async fn what_came_into_a_list_since_it_was_drawn_is_counted() {
    let world = World::new().await;
    let mine = world.contact_at(Status::Aaca).await;
    let mut agent = world.sign_in("cdsp.agent").await;
    let list = agent.get("/queues/organisation?with=nobody").await;
    let ask = list.attributes("[data-queue-list]", "data-new")[0].clone();
    let new = |page: crate::world::Page| page.body;
    assert_eq!(new(agent.get(&ask).await), "{\"new\":0}");
    world.contact_at(Status::Aaca).await;
    world.contact_at(Status::Aaca).await;
    // what one has done oneself is no news
    world.take(&mut agent, &mine, "cdsp.agent").await;
    world.must(&mut agent, &mine, "return", &[]).await;
    assert_eq!(new(agent.get(&ask).await), "{\"new\":2}");
    assert_eq!(agent.get("/queues/organisation/new-count?since=x").await.status, 400);
    assert_eq!(agent.get("/queues/raised/new-count?since=1").await.status, 404);
    // a page that asks by itself keeps nobody signed in
    sqlx::query("update session set last_seen = now() - interval '20 minutes'").execute(world.owner()).await.unwrap();
    agent.get(&ask).await;
    let seen = "select last_seen < now() - interval '19 minutes' from session";
    assert!(sqlx::query_scalar::<_, bool>(seen).fetch_one(world.owner()).await.unwrap());
    agent.get("/queues/organisation?view=all").await;
    assert!(!sqlx::query_scalar::<_, bool>(seen).fetch_one(world.owner()).await.unwrap());
}
