//! A look inside, once for each scene and without load: statements and round trips, counted on the way to Postgres, held
//! against what the scene may cost; and the longest statement with its plan, which Postgres itself writes down.

use std::path::Path;
use std::time::Duration;

use sqlx::{Connection, Executor, PgConnection};

use super::load::client::KeptAlive;
use super::proxy::{self, Traffic};
use super::report::Report;
use super::scenes::{Scene, costs};
use super::server::ServerProcess;
use crate::cluster::Cluster;
use crate::error::CommandError;

/// Shorter statements than this, in milliseconds, are not written down.
const SHORTEST: f64 = 1.0;
/// Longer ones are named in the report.
const LONG: f64 = 10.0;

pub async fn run(
    cluster: &Cluster,
    url: &str,
    size: i64,
    scenes: &[Scene],
    report: &mut Report,
) -> Result<(), CommandError> {
    let mut owner = PgConnection::connect(url).await?;
    let database: String = sqlx::query_scalar("select current_database()").fetch_one(&mut owner).await?;
    for setting in
        ["session_preload_libraries = 'auto_explain'".to_owned(), format!("auto_explain.log_min_duration = {SHORTEST}")]
    {
        owner.execute(sqlx::AssertSqlSafe(format!("alter database {database} set {setting}"))).await?;
    }
    let socket: String = sqlx::query_scalar(
        "select split_part(current_setting('unix_socket_directories'), ',', 1) || '/.s.PGSQL.' || current_setting('port')",
    )
    .fetch_one(&mut owner)
    .await?;
    let (address, counts) = proxy::start(socket).await?;
    let through = format!("postgres://cms@{address}/{database}?sslmode=disable");
    let server = ServerProcess::serve(&through).await?;
    let log = cluster.data_dir().join("postgres.log");
    for scene in scenes.iter().filter(|scene| scene.encoding == "identity") {
        match look(scene, &server, &mut owner, &counts, &log).await {
            Ok(Looked { trips, longest }) => {
                report.look(size, &scene.name, trips, longest, costs::of(&scene.name));
                if longest > LONG {
                    report.note(size, format!("{}: a statement took {longest:.1} ms", scene.name));
                }
            }
            Err(error) => report.broke(size, &scene.name, Err(error)),
        }
    }
    owner.execute(sqlx::AssertSqlSafe(format!("alter database {database} reset all"))).await?;
    server.stop().await
}

struct Looked {
    trips: (f64, f64, f64),
    longest: f64,
}

async fn look(
    scene: &Scene,
    server: &ServerProcess,
    owner: &mut PgConnection,
    counts: &Traffic,
    log: &Path,
) -> Result<Looked, CommandError> {
    let cookies = server.cookies(&scene.accounts[..1], 1).await?;
    let asks = scene.asks(owner, &server.host, &cookies).await?;
    let mut line = KeptAlive::open(&server.host, &cookies[0], "identity").await?;
    let mut ask = async || -> Result<(), CommandError> {
        match asks.once(&mut line, 0).await? {
            Some(answer) if !asks.is_answered_by(&answer) => Err(CommandError(format!("answered {}", answer.status))),
            Some(_) => Ok(()),
            None => Err(CommandError("there are too few forms".to_owned())),
        }
    };
    for _ in 0..if scene.is_page() { 8 } else { 1 } {
        ask().await?;
    }
    // what was written of the requests before
    tokio::time::sleep(Duration::from_millis(50)).await;
    let read = std::fs::read_to_string(log).unwrap_or_default().len();
    counts.take();
    let rounds = if scene.is_page() { 7 } else { 1 };
    for _ in 0..rounds {
        ask().await?;
    }
    let (statements, trips, guards) = counts.take();
    let each = |count: u64| count as f64 / f64::from(rounds);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let plans = text.get(read..).unwrap_or_default().lines().filter(|line| line.contains(" plan:"));
    let took = plans.filter_map(|plan| plan.split("duration: ").nth(1)?.split(" ms").next()?.parse::<f64>().ok());
    Ok(Looked { trips: (each(statements), each(trips), each(guards)), longest: took.fold(SHORTEST, f64::max) })
}
