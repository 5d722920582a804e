//! `cms bench`: how fast the program is, at a thousand, a hundred thousand and two million contacts, beside its ceilings
//! in the same run: a bare page with the same query, and pgbench with the same statements.
//!
//! It builds a Postgres of its own in a folder of its own, loads its data set ([`data`]), starts this very binary
//! against it as any server is started, signs in, and measures over keep-alive connections ([`load`]). The load is
//! made on the same machine, so numbers are to be read as ratios. It runs to its end whatever happens, says what was
//! reached of what must be ([`aims`]), and ends with a failure where something was missed.

mod addresses;
mod aims;
mod data;
mod growth;
mod inspect;
mod load;
mod measured;
mod others;
mod pgbench;
mod proxy;
mod report;
mod scenes;
mod server;
mod size;
pub mod twin;
mod wear;

use std::path::PathBuf;

use clap::Args;

use self::report::Report;
use self::scenes::Scene;
use crate::cluster::Cluster;
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
    /// Leaves out pgbench, plans, round trips, and one person's work against others
    #[arg(long)]
    pub quick: bool,
    /// Counts statements and round trips of each request against what it may cost, and measures no times
    #[arg(long)]
    pub counts: bool,
}

impl Bench {
    /// Whether this line is asked for.
    fn measures(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| name.starts_with(only))
    }

    /// Whether a part beside the pages is asked for, by one of its lines.
    fn measures_besides(&self, lines: &[&str]) -> bool {
        if self.only.is_empty() { !self.quick } else { lines.iter().any(|line| self.measures(line)) }
    }

    fn chosen(&self, scenes: Vec<Scene>) -> Vec<Scene> {
        scenes.into_iter().filter(|scene| self.measures(&scene.name)).collect()
    }
}

/// Runs the benchmark and prints its report.
pub async fn run(bench: Bench) -> Result<(), CommandError> {
    if cfg!(debug_assertions) && !bench.counts {
        return Err(CommandError("Measure a release build: cargo run --release -- bench".to_owned()));
    }
    if let Some(count) = bench.addresses {
        return addresses::run(&bench, count).await;
    }
    let mut report = Report::new(&bench);
    for size in &bench.sizes {
        println!("{size} contacts");
        let cluster = Cluster::start(&bench.folder, true).await?;
        let done = size::run(&bench, &cluster, *size, &mut report).await;
        report.broke(*size, "the measurement", done);
        cluster.stop().await?;
    }
    report.close()
}
