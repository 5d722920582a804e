//! `cms bench`: how fast the program is, at a thousand, a hundred thousand and two million contacts, beside its ceilings
//! in the same run: a bare page with the same query, and pgbench with the same statements.
//!
//! It builds a Postgres of its own in a folder of its own, loads its data set ([`data`]), starts this very binary
//! against it as any server is started, signs in, and measures over keep-alive connections ([`client`]). The load is
//! made on the same machine, so numbers are to be read as ratios. It runs to its end whatever happens, says what was
//! reached of what must be ([`aims`]), and ends with a failure where something was missed.

mod addresses;
mod aims;
mod client;
mod data;
mod forms;
mod inspect;
mod load;
mod measured;
mod measurements;
mod pgbench;
mod proxy;
mod report;
mod server;
mod times;
pub mod twin;

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use sqlx::{Connection, PgConnection};

use self::load::{Asks, measure};
use self::measured::Measured;
use self::measurements::Measurement;
use self::report::Report;
use self::server::ServerProcess;
use crate::clock::Clock;
use crate::cluster::Cluster;
use crate::db::MIGRATIONS;
use crate::error::CommandError;

#[derive(Debug, Clone, Args)]
pub struct Bench {
    /// How many contacts, smallest first
    #[arg(long, value_delimiter = ',', default_value = "1000,100000,2000000")]
    pub sizes: Vec<i64>,
    /// Seconds for each page
    #[arg(long, default_value_t = 5)]
    pub seconds: u64,
    #[arg(long, default_value_t = 8)]
    pub connections: usize,
    /// Folder for its Postgres; a data set that is there already, by size, is used again
    #[arg(long, default_value = "/var/tmp/cms-bench")]
    pub folder: PathBuf,
    /// Only these measurements, by the beginning of their names
    #[arg(long, value_delimiter = ',')]
    pub only: Vec<String>,
    /// Measures the address finder instead, among this number of addresses
    #[arg(long)]
    pub addresses: Option<usize>,
    /// Leaves out pgbench, plans and round trips
    #[arg(long)]
    pub quick: bool,
}

/// Runs the benchmark and prints its report.
pub async fn run(bench: Bench) -> Result<(), CommandError> {
    if cfg!(debug_assertions) {
        return Err(CommandError("Measure a release build: cargo run --release -- bench".to_owned()));
    }
    if let Some(count) = bench.addresses {
        return addresses::run(&bench, count).await;
    }
    let mut report = Report::new(&bench);
    for size in &bench.sizes {
        let cluster = Cluster::start(&bench.folder, true).await?;
        let measured = one_size(&bench, &cluster, *size, &mut report).await;
        report.broke(*size, "the measurement", measured);
        cluster.stop().await?;
    }
    report.close()
}

async fn one_size(bench: &Bench, cluster: &Cluster, size: i64, report: &mut Report) -> Result<(), CommandError> {
    println!("{size} contacts");
    let name = format!("bench_{size}");
    cluster.ensure_database(&name).await?;
    let url = cluster.url(&name);
    let mut owner = PgConnection::connect(&url).await?;
    MIGRATIONS.run(&mut owner).await.map_err(|error| CommandError(error.to_string()))?;
    let there: i64 = sqlx::query_scalar("select count(*) from contact").fetch_one(&mut owner).await?;
    if there == 0 {
        data::load(&mut owner, size, Clock::System.now()).await?;
    } else {
        sqlx::raw_sql("delete from session; delete from sign_in_failure; select count_afresh(); analyze")
            .execute(&mut owner)
            .await?;
        println!("  the data set is there already");
    }
    let server = ServerProcess::start(&url, &["serve", "--listen", "127.0.0.1:0"], &[("RUST_LOG", "warn")]).await?;
    let postmaster = server::postmaster(&mut owner).await?;
    server.sign_in_many(&mut owner, 500).await?;
    let measurements = measurements::all(&mut owner, bench.connections).await?;
    for measurement in &measurements {
        if !bench.only.is_empty() && !bench.only.iter().any(|only| measurement.name().starts_with(only)) {
            continue;
        }
        let measured = one_measurement(bench, measurement, &server, &mut owner, postmaster).await;
        report.add(size, measured.unwrap_or_else(|CommandError(why)| Measured::failed(measurement.name(), &why)));
    }
    report.note(size, format!("memory of the program: {} MiB, 500 people signed in", server.memory()?));
    server.stop().await?;
    let done = twins(bench, &url, size, &mut owner, report).await;
    report.broke(size, "the bare pages", done);
    if !bench.quick {
        let done = inspect::run(bench, cluster, &url, size, &measurements, report).await;
        report.broke(size, "the look inside", done);
        let done = pgbench::run(bench, &url, size, &mut owner, report).await;
        report.broke(size, "pgbench", done);
    }
    Ok(())
}

async fn one_measurement(
    bench: &Bench,
    measurement: &Measurement,
    server: &ServerProcess,
    owner: &mut PgConnection,
    postmaster: u32,
) -> Result<Measured, CommandError> {
    let cookies = server.cookies(owner, measurement.accounts(), measurement.connections()).await?;
    let asks = measurement.asks(owner).await?;
    if measurement.is_page() {
        // plans and caches are made before it counts
        let warm = measurement.asks(owner).await?;
        measure(&server.host, &cookies, measurement.encoding(), warm, Duration::from_millis(700)).await?;
    }
    let lasts = Duration::from_secs(if measurement.is_page() { bench.seconds } else { 60 });
    weighed(measurement.name(), server, postmaster, &cookies, measurement.encoding(), asks, lasts).await
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
    let crn = measurements::usual_contact(owner).await?;
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
