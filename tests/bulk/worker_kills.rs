//! kill -9 of the real program in the middle of a bulk: nothing lost, nothing doubled.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{file, many, taken};
use crate::world::{World, database};

/// A program that works on this database; answers once it is ready.
fn start(url: &str) -> Child {
    let mut child = Command::new(env!("CARGO_BIN_EXE_cms"))
        .arg("--trial")
        .env("DATABASE_URL", url)
        .env("CMS_LISTEN", "127.0.0.1:0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let line = BufReader::new(child.stdout.take().unwrap()).lines().next().unwrap().unwrap();
    assert!(line.starts_with("CMS is ready"), "{line}");
    child
}

async fn killed(rows: usize, kills: usize) {
    let url = database().await;
    let world = World::on(url.clone(), |_| {}, cms::clock::Clock::System).await;
    // the program fills an empty trial with its story first
    let mut child = start(&url);
    child.kill().unwrap();
    child.wait().unwrap();
    let mut amy = world.sign_in("alder.agent").await;
    let path = taken(&mut amy, "many.csv", &file("csv", &many(rows))).await;
    let key = path.rsplit('/').next().unwrap().to_owned();
    let state = async || -> (String, i64, i32) {
        sqlx::query_as(
            "select b.state, (select count(*) from contact where form_key like b.key || '.%'), b.checked from bulk b where b.key = $1",
        )
        .bind(&key)
        .fetch_one(world.owner())
        .await
        .unwrap()
    };
    let (mut killed, mut in_the_middle) = (0, 0);
    let until = Instant::now() + Duration::from_secs(500);
    loop {
        assert!(Instant::now() < until, "it never ended: {:?}", state().await);
        let mut child = start(&url);
        let began = state().await;
        // somewhere within the work: sooner and later in turn, however long the start takes
        let wait = Duration::from_millis((killed as u64 * 37) % 120);
        let more = killed < kills;
        let mut kill_at = None;
        loop {
            let now = state().await;
            if more && kill_at.is_none() && (began.1, began.2) != (now.1, now.2) {
                kill_at = Some(Instant::now() + wait);
            }
            if now.0 == "checked" {
                let done = amy.post(&path, &[("choice", "add")]).await;
                assert_eq!(done.status, 303);
            }
            assert!(Instant::now() < until, "it never ended: {now:?}");
            if now.0 == "done" || kill_at.is_some_and(|at| Instant::now() >= at) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        killed += 1;
        let now = state().await;
        if (began.1, began.2) != (now.1, now.2) && now.0 != "done" {
            in_the_middle += 1;
        }
        if now.0 == "done" {
            break;
        }
    }
    let all: (i64, i64, i64, i64) = sqlx::query_as(
        "select (select count(*) from contact where form_key like $1 || '.%'),
                (select count(distinct (plot_number, postcode, msn)) from contact where form_key like $1 || '.%'),
                (select count(*) from bulk_row where bulk_key = $1 and made),
                (select count(*) from bulk_row r join contact c on c.crn = r.crn and c.form_key = $1 || '.' || r.row
                 where r.bulk_key = $1)",
    )
    .bind(&key)
    .fetch_one(world.owner())
    .await
    .unwrap();
    let count = i64::try_from(rows).unwrap();
    assert_eq!(all, (count, count, count, count));
    println!("{rows} rows, {killed} starts, {in_the_middle} killed in the middle of the work");
    assert!(in_the_middle + 1 >= kills.min(2), "{in_the_middle} of {killed} kills were in the middle");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_goes_on_where_it_was() {
    killed(600, 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a minute or two: run it when the worker changes"]
async fn ten_kills_in_five_thousand_rows_lose_and_double_nothing() {
    killed(5_000, 10).await;
}
