//! x
use crate::world::World;
use cms::clock::Clock;

#[tokio::test]
async fn the_story_is_told() {
    let world = World::new().await;
    let start = std::time::Instant::now();
    cms::trial::prepare(&world.app.db, &world.app.config, Clock::System).await.map_err(|e| e.to_string()).unwrap();
    println!("took {:?}", start.elapsed());
    let rows: Vec<(String, i64)> = sqlx::query_as("select status, count(*) from contact group by 1 order by 1")
        .fetch_all(world.owner())
        .await
        .unwrap();
    println!("{rows:?}");
}
