//! A look inside, once for each measurement and without load: statements and round trips, counted on the way to Postgres; and
//! every plan that took longer than it should, which Postgres itself writes down.

use std::time::Duration;

use sqlx::{Connection, Executor, PgConnection};

use super::Bench;
use super::client::{Asks, KeptAlive};
use super::measurements::Measurement;
use super::proxy;
use super::report::Report;
use super::server::ServerProcess;
use crate::cluster::Cluster;
use crate::error::CommandError;

/// Longer than this a statement of a queue, a contact, home or an exact search may not take; ms.
const LONGEST: u32 = 20;

pub async fn run(
    bench: &Bench,
    cluster: &Cluster,
    url: &str,
    size: i64,
    measurements: &[Measurement],
    report: &mut Report,
) -> Result<(), CommandError> {
    let mut owner = PgConnection::connect(url).await?;
    let database: String = sqlx::query_scalar("select current_database()").fetch_one(&mut owner).await?;
    for setting in [
        "session_preload_libraries = 'auto_explain'".to_owned(),
        format!("auto_explain.log_min_duration = {LONGEST}"),
        "auto_explain.log_nested_statements = on".to_owned(),
    ] {
        owner.execute(sqlx::AssertSqlSafe(format!("alter database {database} set {setting}"))).await?;
    }
    let socket: String = sqlx::query_scalar(
        "select split_part(current_setting('unix_socket_directories'), ',', 1) || '/.s.PGSQL.' || current_setting('port')",
    )
    .fetch_one(&mut owner)
    .await?;
    let (address, counts) = proxy::start(socket).await?;
    let through = format!("postgres://cms@{address}/{database}?sslmode=disable");
    let server = ServerProcess::start(&through, &["serve", "--listen", "127.0.0.1:0"], &[]).await?;
    let log = cluster.data_dir().join("postgres.log");
    let mut read = std::fs::read_to_string(&log).unwrap_or_default().len();
    let mut slow = 0;
    for measurement in measurements.iter().filter(|measurement| measurement.encoding() == "identity") {
        if !bench.only.is_empty() && !bench.only.iter().any(|only| measurement.name().starts_with(only)) {
            continue;
        }
        let cookies = server.cookies(&mut owner, &measurement.accounts()[..1], 1).await?;
        let mut line = KeptAlive::open(&server.host, &cookies[0], "identity").await?;
        let asks = measurement.asks(&mut owner).await?;
        let mut ask = async || -> Result<(), CommandError> {
            let answer = match &asks {
                Asks::Page(path) => line.get(path).await?,
                Asks::Forms(forms) => {
                    let next = forms.lock().map_err(|_| CommandError("a form was lost".to_owned()))?.pop_front();
                    let Some((path, form)) = next else { return Ok(()) };
                    let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
                    line.post(&path, &form).await?
                }
            };
            if answer.status.is_client_error() || answer.status.is_server_error() {
                return Err(CommandError(format!("{} answered {}", measurement.name(), answer.status)));
            }
            Ok(())
        };
        let warm = if measurement.is_page() { 8 } else { 1 };
        for _ in 0..warm {
            ask().await?;
        }
        counts.take();
        let rounds = if measurement.is_page() { 5 } else { 1 };
        for _ in 0..rounds {
            ask().await?;
        }
        let (statements, trips, guards) = counts.take();
        let each = |count: u64| count as f64 / f64::from(rounds);
        report.trips(size, measurement.name(), (each(statements), each(trips), each(guards)));
        tokio::time::sleep(Duration::from_millis(50)).await;
        let text = std::fs::read_to_string(&log).unwrap_or_default();
        for plan in text.get(read..).unwrap_or_default().lines().filter(|line| line.contains(" plan:")) {
            let took = plan.split("duration: ").nth(1).and_then(|rest| rest.split(" ms").next()).unwrap_or("?");
            report.note(size, format!("{}: a statement took {took} ms", measurement.name()));
            slow += 1;
        }
        read = text.len();
    }
    if slow == 0 {
        report.note(size, format!("no statement took longer than {LONGEST} ms"));
    }
    owner.execute(sqlx::AssertSqlSafe(format!("alter database {database} reset all"))).await?;
    server.stop().await
}
