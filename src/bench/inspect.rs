//! A look inside, once for each scene and without load: statements and round trips, counted on the way to Postgres, held
//! against what the scene may cost; and the longest statement with its plan, which Postgres itself writes down.

use std::path::Path;
use std::time::Duration;

use sqlx::{Connection, Executor, PgConnection};

use super::load::client::KeptAlive;
use super::measured::Look;
use super::proxy::{self, Traffic};
use super::report::Report;
use super::scenes::{Scene, costs};
use super::server::ServerProcess;
use crate::cluster::Cluster;
use crate::error::CommandError;

/// Shorter statements than this, in milliseconds, are not written down.
const SHORTEST: f64 = 1.0;
/// As long as Postgres may take to write them down.
const WRITTEN: Duration = Duration::from_millis(50);

pub async fn run(
    cluster: &Cluster,
    url: &str,
    size: i64,
    scenes: &[Scene],
    only_counts: bool,
    report: &mut Report,
) -> Result<(), CommandError> {
    let mut owner = PgConnection::connect(url).await?;
    let database: String = sqlx::query_scalar("select current_database()").fetch_one(&mut owner).await?;
    for setting in
        ["session_preload_libraries = 'auto_explain'".to_owned(), format!("auto_explain.log_min_duration = {SHORTEST}")]
    {
        owner.execute(sqlx::AssertSqlSafe(format!("alter database {database} set {setting}"))).await?;
    }
    // forms that were begun under load; who has some is shown them
    owner.execute("delete from draft").await?;
    let socket: String = sqlx::query_scalar(
        "select split_part(current_setting('unix_socket_directories'), ',', 1) || '/.s.PGSQL.' || current_setting('port')",
    )
    .fetch_one(&mut owner)
    .await?;
    let (address, counts) = proxy::start(socket).await?;
    let through = format!("postgres://cms@{address}/{database}?sslmode=disable");
    let server = ServerProcess::serve(&through).await?;
    settle(&counts).await;
    let log = (!only_counts).then(|| cluster.data_dir().join("postgres.log"));
    for scene in scenes.iter().filter(|scene| scene.encoding == "identity") {
        match look(scene, &server, &mut owner, &counts, log.as_deref()).await {
            Ok(Some(look)) => report.look(size, &scene.name, &look, costs::of(&scene.name)),
            Ok(None) => report.note(size, format!("{}: there are too few contacts for it", scene.name)),
            Err(error) => report.broke(size, &scene.name, Err(error)),
        }
    }
    owner.execute(sqlx::AssertSqlSafe(format!("alter database {database} reset all"))).await?;
    server.stop().await
}

/// Waits until what the program does when it starts is over.
async fn settle(counts: &Traffic) {
    for _ in 0..120 {
        counts.take();
        tokio::time::sleep(Duration::from_millis(500)).await;
        if counts.take().statements == 0 {
            return;
        }
    }
}

/// Asks for a scene a few times. Nothing if there are not enough forms.
async fn look(
    scene: &Scene,
    server: &ServerProcess,
    owner: &mut PgConnection,
    counts: &Traffic,
    log: Option<&Path>,
) -> Result<Option<Look>, CommandError> {
    let cookies = server.cookies(&scene.accounts[..1], 1).await?;
    let asks = scene.asks(owner, &server.host, &cookies).await?;
    let mut line = KeptAlive::open(&server.host, &cookies[0], "identity").await?;
    let mut each = Vec::new();
    let (warm, rounds) = if scene.is_page() { (8, 7) } else { (1, 5) };
    let mut read = 0;
    for round in 0..warm + rounds {
        if let (true, Some(log)) = (round == warm, log) {
            // what was written of the requests before
            tokio::time::sleep(WRITTEN).await;
            read = std::fs::read_to_string(log).unwrap_or_default().len();
        }
        counts.take();
        let Some(answer) = asks.once(&mut line, 0).await? else { break };
        if !asks.is_answered_by(&answer) {
            return Err(CommandError(format!("answered {}", answer.status)));
        }
        // a connection goes back to its pool after the answer
        tokio::time::sleep(Duration::from_millis(4)).await;
        each.push(counts.take());
    }
    if each.len() <= warm {
        return Ok(None);
    }
    let mut look = Look::of(each.split_off(warm));
    if let Some(log) = log {
        tokio::time::sleep(WRITTEN).await;
        let text = std::fs::read_to_string(log).unwrap_or_default();
        let plans = text.get(read..).unwrap_or_default().lines().filter(|line| line.contains(" plan:"));
        let took = plans.filter_map(|plan| plan.split("duration: ").nth(1)?.split(" ms").next()?.parse::<f64>().ok());
        look.longest = Some(took.fold(SHORTEST, f64::max));
    }
    Ok(Some(look))
}
