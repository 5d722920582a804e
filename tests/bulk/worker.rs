//! The worker: each in turn, by two instances at once, and a row that can't be added by itself.

use cms::bulk::worker::{MOST_FAILURES, round};
use cms::clock::Clock;

use super::{contacts, figure, file, many, taken, work};
use crate::world::World;

#[tokio::test]
async fn two_bulks_go_on_in_turn() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let mut ben = world.sign_in("birch.agent").await;
    let long = taken(&mut amy, "long.csv", &file("csv", &many(1_000))).await;
    let short = taken(&mut ben, "short.csv", &file("csv", &many(10))).await;
    for _ in 0..2 {
        assert!(round(&world.app).await.unwrap());
    }
    assert!(ben.get(&short).await.text().contains("Your rows were checked"), "the short one waits for no long one");
    assert!(amy.get(&long).await.text().contains("50 of 1,000 rows checked"));
    work(&world).await;
    assert_eq!(figure(&mut amy, &long, "Can be added").await, "1,000");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_instances_do_each_row_once() {
    let here = World::new().await;
    let there = World::on(here.url.clone(), |_| {}, Clock::System).await;
    let mut amy = here.sign_in("alder.agent").await;
    let rows = many(300);
    // the same rows twice, at once: one of each pair finds the other's
    let paths =
        [taken(&mut amy, "a.csv", &file("csv", &rows)).await, taken(&mut amy, "b.csv", &file("csv", &rows)).await];
    work(&here).await;
    for path in &paths {
        amy.post(path, &[("choice", "add")]).await;
    }
    let busy = |app: cms::app::App| async move {
        let mut idle = 0;
        while idle < 20 {
            if round(&app).await.unwrap() {
                idle = 0;
            } else {
                idle += 1;
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
        }
    };
    tokio::join!(busy(here.app.clone()), busy(there.app.clone()));
    assert_eq!(contacts(&here).await, 300);
    let sums: (i64, i64) =
        sqlx::query_as("select sum(made), sum(there) from bulk").fetch_one(here.owner()).await.unwrap();
    assert_eq!(sums, (300, 300));
    let states: Vec<String> = sqlx::query_scalar("select state from bulk").fetch_all(here.owner()).await.unwrap();
    assert_eq!(states, ["done", "done"]);
}

#[tokio::test]
async fn a_row_that_cannot_be_added_holds_up_no_other() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let path = taken(&mut amy, "a.csv", &file("csv", &many(30))).await;
    work(&world).await;
    // a constraint that the rules know nothing of
    sqlx::query("alter table contact add constraint unlucky check (plot_number <> '13')")
        .execute(world.owner())
        .await
        .unwrap();
    amy.post(&path, &[("choice", "add")]).await;
    work(&world).await;
    assert_eq!(contacts(&world).await, 29);
    assert_eq!(figure(&mut amy, &path, "Have errors").await, "1");
    let rejected = amy.get(&format!("{path}/rejected.csv")).await.body;
    assert!(rejected.contains("It could not be added"), "{rejected}");
    let order: Vec<String> = sqlx::query_scalar(
        "select c.plot_number from bulk_row r join contact c on c.crn = r.crn where r.made order by r.row",
    )
    .fetch_all(world.owner())
    .await
    .unwrap();
    let expected: Vec<String> = (1..=30).filter(|n| *n != 13).map(|n| n.to_string()).collect();
    assert_eq!(order, expected, "each row has the CRN of its own contact");
}

#[tokio::test]
async fn a_bulk_in_trouble_stops_no_other_and_in_the_end_itself() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let mut ben = world.sign_in("birch.agent").await;
    let bad = taken(&mut amy, "bad.csv", &file("csv", &many(250))).await;
    round(&world.app).await.unwrap();
    let good = taken(&mut ben, "good.csv", &file("csv", &many(10))).await;
    let key = bad.rsplit('/').next().unwrap().to_owned();
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
        "create function stumble() returns trigger language plpgsql as $$ begin raise exception 'stumbled'; end $$;
         create trigger stumbles before update on bulk_row for each row when (old.bulk_key = '{key}')
         execute function stumble()"
    )))
    .execute(world.owner())
    .await
    .unwrap();
    assert!(round(&world.app).await.unwrap(), "the other goes on");
    assert!(ben.get(&good).await.text().contains("Your rows were checked"));
    for _ in 1..MOST_FAILURES {
        assert!(amy.get(&bad).await.text().contains("50 of 250 rows checked"));
        assert!(!round(&world.app).await.unwrap());
    }
    let page = amy.get(&bad).await.text();
    assert!(
        page.contains("Stopped after 0 of 250 rows") && page.contains("It failed several times in a row"),
        "{page}"
    );
    assert!(!round(&world.app).await.unwrap());
}

#[tokio::test]
async fn a_turn_that_fails_once_goes_on_afterwards() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let path = taken(&mut amy, "a.csv", &file("csv", &many(3))).await;
    for sql in
        ["alter table bulk_row rename column verdict to lost", "alter table bulk_row rename column lost to verdict"]
    {
        sqlx::query(sql).execute(world.owner()).await.unwrap();
        round(&world.app).await.unwrap();
    }
    work(&world).await;
    assert_eq!(figure(&mut amy, &path, "Can be added").await, "3");
    let failures: i32 = sqlx::query_scalar("select failures from bulk").fetch_one(world.owner()).await.unwrap();
    assert_eq!(failures, 0);
}

#[tokio::test]
async fn what_a_stopped_bulk_left_undone_goes_back() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let whole = taken(&mut amy, "a.csv", &file("csv", &many(120))).await;
    work(&world).await;
    amy.post(&whole, &[("choice", "add")]).await;
    round(&world.app).await.unwrap();
    let mut more = many(450);
    more.drain(..120);
    let unchecked = taken(&mut amy, "b.csv", &file("csv", &more)).await;
    let state = "update bulk set state = 'stopped'";
    sqlx::query(state).execute(world.owner()).await.unwrap();
    for (path, made, rows) in [(&whole, 50, 120), (&unchecked, 0, 330)] {
        let page = amy.get(path).await;
        assert!(page.text().contains(&format!("Stopped after {made} of {rows} rows")), "{}", page.text());
        assert!(page.text().contains("Rejected rows as CSV"));
        let rejected = amy.get(&format!("{path}/rejected.csv")).await.body;
        assert_eq!(rejected.matches("Not added: the bulk was stopped").count(), rows - made);
        let accepted = amy.get(&format!("{path}/accepted.csv")).await.body;
        assert_eq!(accepted.lines().count() - 1, made);
        assert_eq!(amy.get(&format!("{path}/rejected.xlsx")).await.status, 200);
    }
    // sent again, what was left is added and nothing is doubled
    let rejected = amy.get(&format!("{whole}/rejected.csv")).await.body;
    let again = taken(&mut amy, "c.csv", rejected.as_bytes()).await;
    work(&world).await;
    amy.post(&again, &[("choice", "add")]).await;
    work(&world).await;
    assert_eq!(contacts(&world).await, 120);
}
