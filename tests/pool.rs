//! The connections of the pages: used again, replaced when they have died, and closed inside a transaction that nobody
//! ended.

use std::time::Duration;

use sqlx::Executor;
use tracing::subscriber::{DefaultGuard, set_default};
use tracing_subscriber::EnvFilter;

use crate::log::Kept;
use crate::world::World;

const BLAMES: &str = "inside a transaction that nobody ended";

fn watched() -> (Kept, DefaultGuard) {
    let kept = Kept::default();
    let guard = set_default(cms::log::lines(EnvFilter::new("info"), kept.clone()));
    tracing::callsite::rebuild_interest_cache();
    (kept, guard)
}

/// As many open connections of the pages, and none of them in use.
async fn opened(world: &World, many: usize) -> Vec<i32> {
    let mut held = Vec::new();
    for _ in 0..many {
        held.push(world.app.db.web.acquire().await.unwrap());
    }
    let mut pids = Vec::new();
    for connection in &mut held {
        pids.push(sqlx::query_scalar("select pg_backend_pid()").fetch_one(&mut **connection).await.unwrap());
    }
    drop(held);
    given_back().await;
    pids
}

/// A connection goes back to its pool after it was dropped.
async fn given_back() {
    tokio::time::sleep(Duration::from_millis(100)).await;
}

async fn left_of(world: &World, pids: &[i32]) -> i64 {
    sqlx::query_scalar("select count(*) from pg_stat_activity where pid = any($1)")
        .bind(pids)
        .fetch_one(world.owner())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_connection_that_has_died_is_replaced_and_nobody_is_blamed() {
    let world = World::new().await;
    let viewer = world.person_id("alder.agent").await;
    let pids = opened(&world, 1).await;
    let (kept, _watched) = watched();
    let ended = sqlx::query("select pg_terminate_backend($1)").bind(pids[0]).execute(world.owner()).await;
    ended.unwrap();
    given_back().await;
    drop(world.app.db.as_viewer(viewer).await.unwrap());
    given_back().await;
    assert_eq!(left_of(&world, &pids).await, 0);
    let log = kept.take_text();
    assert!(!log.contains(BLAMES), "{log}");
}

#[tokio::test]
async fn a_connection_inside_a_transaction_is_closed_and_no_other() {
    let world = World::new().await;
    let viewer = world.person_id("alder.agent").await;
    let whole = opened(&world, 3).await;
    let again = opened(&world, 3).await;
    assert!(again.iter().all(|pid| whole.contains(pid)), "{again:?} are not {whole:?}");

    let mut stuck = world.app.db.web.acquire().await.unwrap();
    let pid: i32 = sqlx::query_scalar("select pg_backend_pid()").fetch_one(&mut *stuck).await.unwrap();
    stuck.execute(sqlx::raw_sql("begin")).await.unwrap();
    drop(stuck);
    given_back().await;
    let whole: Vec<i32> = whole.into_iter().filter(|whole| *whole != pid).collect();

    let (kept, _watched) = watched();
    // each page takes a connection that was idle for long
    for _ in 0..3 {
        drop(world.app.db.as_viewer(viewer).await.unwrap());
        given_back().await;
    }
    given_back().await;
    assert_eq!((left_of(&world, &[pid]).await, left_of(&world, &whole).await), (0, 2));
    let log = kept.take_text();
    assert!(log.contains(BLAMES), "{log}");
}
