//! Everything that is measured of one size: data set, load, bare pages, a look inside, pgbench.

use std::time::Duration;

use sqlx::{Connection, PgConnection};

use crate::bench::Bench;
use crate::bench::load::{Asks, measure};
use crate::bench::measured::Measured;
use crate::bench::report::Report;
use crate::bench::scenes::{self, Scene, facts};
use crate::bench::server::{self, ServerProcess};
use crate::bench::{data, growth, inspect, others, pgbench, wear};
use crate::clock::Clock;
use crate::cluster::Cluster;
use crate::db::MIGRATIONS;
use crate::error::CommandError;

pub async fn run(bench: &Bench, cluster: &Cluster, size: i64, report: &mut Report) -> Result<(), CommandError> {
    let name = format!("bench_{size}");
    cluster.ensure_database(&name).await?;
    let url = cluster.url(&name);
    let mut owner = PgConnection::connect(&url).await?;
    MIGRATIONS.run(&mut owner).await.map_err(|error| CommandError(error.to_string()))?;
    let there: i64 = sqlx::query_scalar("select count(*) from contact").fetch_one(&mut owner).await?;
    if there == 0 {
        data::load(&mut owner, size, Clock::System.now()).await?;
    } else {
        sqlx::raw_sql("delete from session; delete from sign_in_attempt; select count_afresh(); analyze")
            .execute(&mut owner)
            .await?;
        println!("  the data set is there already");
    }
    let scenes = bench.chosen(scenes::all(&mut owner, bench.connections).await?);
    if bench.only.is_empty() {
        let done = growth::run(size, &mut owner, report).await;
        report.broke(size, "the sizes of tables", done);
    }
    if bench.counts {
        return inspect::run(cluster, &url, size, &scenes, bench.counts, report).await;
    }
    let done = under_load(bench, &url, size, &scenes, &mut owner, report).await;
    report.broke(size, "the load", done);
    if bench.only.is_empty() || bench.measures_besides(&["twin: queue", "queue, first page", "contact, 5 events"]) {
        let done = twins(bench, &url, size, &mut owner, report).await;
        report.broke(size, "the bare pages", done);
    }
    if bench.measures_besides(&["others: quiet", "others: attacks"]) {
        let done = others::run(bench, &url, size, &mut owner, report).await;
        report.broke(size, "one person’s work against others", done);
    }
    if bench.measures_besides(&["raised by the biggest, after many assigns"]) {
        let done = wear::run(bench, &url, size, &mut owner, report).await;
        report.broke(size, "many assigns", done);
    }
    if !bench.quick {
        let done = inspect::run(cluster, &url, size, &scenes, bench.counts, report).await;
        report.broke(size, "the look inside", done);
    }
    if !bench.quick && bench.measures_besides(&["pgbench: queue query", "assign", "queue, first page"]) {
        let done = pgbench::run(bench, &url, size, &mut owner, report).await;
        report.broke(size, "pgbench", done);
    }
    Ok(())
}

async fn under_load(
    bench: &Bench,
    url: &str,
    size: i64,
    scenes: &[Scene],
    owner: &mut PgConnection,
    report: &mut Report,
) -> Result<(), CommandError> {
    let server = ServerProcess::serve(url).await?;
    let postmaster = server::postmaster(owner).await?;
    server.sign_in_many(owner, 500).await?;
    for scene in scenes {
        let measured = one(bench, scene, &server, owner, postmaster).await;
        report.add(size, measured.unwrap_or_else(|CommandError(why)| Measured::failed(&scene.name, &why)));
    }
    report.note(size, format!("memory of the program: {} MiB, 500 people signed in", server.memory()));
    server.stop().await
}

async fn one(
    bench: &Bench,
    scene: &Scene,
    server: &ServerProcess,
    owner: &mut PgConnection,
    postmaster: u32,
) -> Result<Measured, CommandError> {
    let cookies = server.cookies(&scene.accounts, scene.connections).await?;
    let asks = scene.asks(owner, &server.host, &cookies).await?;
    if scene.is_page() {
        // plans and caches are made before it counts
        measure(&server.host, &cookies, scene.encoding, asks.clone(), Duration::from_millis(700)).await?;
    }
    let lasts = Duration::from_secs(if scene.is_page() { bench.seconds } else { 60 });
    weighed(&scene.name, server, postmaster, &cookies, scene.encoding, asks, lasts).await
}

/// Measures, and what processor time it took of the program and of Postgres.
async fn weighed(
    name: &str,
    server: &ServerProcess,
    postmaster: u32,
    cookies: &[String],
    encoding: &'static str,
    asks: Asks,
    lasts: Duration,
) -> Result<Measured, CommandError> {
    let before = (server::cpu_of(server.pid), server::cpu_of_children(postmaster));
    let times = measure(&server.host, cookies, encoding, asks, lasts).await?;
    let after = (server::cpu_of(server.pid), server::cpu_of_children(postmaster));
    Ok(Measured::of(name, &times, after.0 - before.0, (after.1 - before.1).max(0.0)))
}

/// The bare pages, as the program itself was measured.
async fn twins(
    bench: &Bench,
    url: &str,
    size: i64,
    owner: &mut PgConnection,
    report: &mut Report,
) -> Result<(), CommandError> {
    let twin = ServerProcess::start(url, &["bench-twin", "--listen", "127.0.0.1:0"], &[("DATABASE_URL", url)]).await?;
    let postmaster = server::postmaster(owner).await?;
    let crn = facts::usual_contact(owner).await?;
    for (name, path) in [("twin: queue", "/queue".to_owned()), ("twin: contact", format!("/contact/{crn}"))] {
        for encoding in ["identity", "br"] {
            let cookies = vec![String::new(); bench.connections];
            measure(&twin.host, &cookies, encoding, Asks::Page(path.clone()), Duration::from_millis(700)).await?;
            let name = format!("{name}{}", if encoding == "br" { ", brotli" } else { "" });
            let (asks, lasts) = (Asks::Page(path.clone()), Duration::from_secs(bench.seconds));
            let measured = weighed(&name, &twin, postmaster, &cookies, encoding, asks, lasts).await?;
            report.add(size, measured);
        }
    }
    twin.stop().await
}
