//! The other ceiling: pgbench with the very statements that the program sends, caught from Postgres's own log; the queue
//! query as the owner, the statements of an assign in one transaction as the program's role.

use std::process::Stdio;
use std::time::Duration;

use sqlx::{AssertSqlSafe, Executor, PgConnection};
use tokio::process::Command;

use super::Bench;
use super::client::Line;
use super::data::{CDSP, people_of};
use super::report::{Measured, Report};
use super::server::Server;
use crate::error::CommandError;

/// Fewer unassigned contacts than this are no measurement.
const ENOUGH: i64 = 600;

/// A statement as the program sent it, and its parameters.
#[derive(Debug, Default, Clone)]
struct Caught {
    sql: String,
    parameters: Vec<String>,
}

impl Caught {
    /// With its parameters written in, each by what `put` makes of its number and value.
    fn filled(&self, put: impl Fn(usize, &str) -> String) -> String {
        let mut sql = self.sql.clone();
        for (at, value) in self.parameters.iter().enumerate().rev() {
            sql = sql.replace(&format!("${}", at + 1), &put(at + 1, value));
        }
        sql.replace(['\n', '\t'], " ")
    }
}

pub async fn run(
    bench: &Bench,
    url: &str,
    size: i64,
    owner: &mut PgConnection,
    report: &mut Report,
) -> Result<(), CommandError> {
    if Command::new("pgbench").arg("--version").stdout(Stdio::null()).status().await.is_err() {
        report.note(size, "pgbench is not on the PATH, so it was left out".to_owned());
        return Ok(());
    }
    let waiting: i64 = sqlx::query_scalar("select count(*) from contact where with_org = $1 and holder is null")
        .bind(CDSP)
        .fetch_one(&mut *owner)
        .await?;
    let (queue, assign) = catch(url, owner).await?;
    let script = format!("{};\n", queue.filled(|_, value| value.to_owned()));
    let seconds = bench.seconds.to_string();
    let queue = pgbench(bench, url, &script, &["-T", &seconds], "").await?;
    report.add(size, queue.named("pgbench: queue query"));
    if waiting < ENOUGH {
        return Ok(());
    }
    owner
        .execute(AssertSqlSafe(format!(
            "drop table if exists bench_pick; drop sequence if exists bench_next; create sequence bench_next;
             create table bench_pick as select row_number() over () as n, crn, id, version from
                (select * from contact where with_org = {CDSP} and holder is null order by due desc limit {ENOUGH}) c;
             create unique index on bench_pick (n); grant select on bench_pick to cms_web;
             grant usage on bench_next to cms_web; analyze bench_pick;
             insert into session (id_hash, person_id, ends) select decode(md5(n::text), 'hex'), 2, now() + interval '1 hour'
             from generate_series(0, 63) n on conflict do nothing"
        )))
        .await?;
    let mut script =
        "select crn as crn, id as cid, version as ver from bench_pick where n = (select nextval('bench_next')) \\gset\n"
            .to_owned();
    for statement in &assign {
        let sql = statement.filled(|at, value| match at {
            1 if statement.sql.contains("from contact c") => ":crn".to_owned(),
            1 if statement.sql.contains("session_flash") => "decode(md5(:client_id::text), 'hex')".to_owned(),
            1 => ":cid".to_owned(),
            2 if statement.sql.contains("with who as") => ":ver".to_owned(),
            4 if statement.sql.contains("with who as") => "(:ver + 1)".to_owned(),
            2 if statement.sql.contains("select tell(") => "(:ver + 1)".to_owned(),
            _ => value.to_owned(),
        });
        script += &sql;
        script += ";\n";
    }
    let each = (ENOUGH / i64::try_from(bench.connections).unwrap_or(8)).to_string();
    let assign = pgbench(bench, url, &script, &["-t", &each], "-c role=cms_web").await?;
    report.add(size, assign.named("pgbench: assign"));
    owner.execute("drop table bench_pick; drop sequence bench_next").await?;
    Ok(())
}

/// The queue query, and the statements of one assign from BEGIN to COMMIT.
async fn catch(url: &str, owner: &mut PgConnection) -> Result<(Caught, Vec<Caught>), CommandError> {
    let database: String = sqlx::query_scalar("select current_database()").fetch_one(&mut *owner).await?;
    for setting in ["log_min_duration_statement = 0", "log_error_verbosity = 'default'"] {
        owner.execute(AssertSqlSafe(format!("alter database {database} set {setting}"))).await?;
    }
    let log: String = sqlx::query_scalar("select current_setting('data_directory')").fetch_one(&mut *owner).await?;
    let log = std::path::Path::new(&log).with_file_name("postgres.log");
    let server = Server::start(url, &["serve", "--listen", "127.0.0.1:0"], &[]).await?;
    let supervisor = format!("person{}", people_of(CDSP).start);
    let cookie = server.cookies(owner, &[supervisor], 1).await?;
    let mut line = Line::open(&server.host, &cookie[0], "identity").await?;
    let waits: Option<(String, i32)> = sqlx::query_as(
        "select crn, version from contact where with_org = $1 and holder is null order by due desc limit 1",
    )
    .bind(CDSP)
    .fetch_optional(&mut *owner)
    .await?;
    line.get("/queues/organisation?view=all").await?;
    let from = std::fs::read_to_string(&log)?.len();
    line.get("/queues/organisation?view=all").await?;
    let colleague = (people_of(CDSP).start + 102).to_string();
    if let Some((crn, version)) = waits {
        let form = [("epoch", "1"), ("version", &version.to_string()), ("colleague", &colleague)];
        line.post(&format!("/contacts/{crn}/assign"), &form).await?;
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    let text = std::fs::read_to_string(&log)?;
    server.stop().await?;
    owner.execute(AssertSqlSafe(format!("alter database {database} reset all"))).await?;
    let all = statements(text.get(from..).unwrap_or_default());
    let queue = all.iter().find(|caught| caught.sql.starts_with("with page as")).cloned();
    let begins = all.iter().rposition(|caught| caught.sql.starts_with("begin")).unwrap_or_default();
    let assign: Vec<Caught> = all[begins..].to_vec();
    let ends = assign.iter().position(|caught| caught.sql.eq_ignore_ascii_case("commit")).unwrap_or_default();
    let queue = queue.ok_or_else(|| CommandError("the log has no queue query".to_owned()))?;
    // who may be chosen is asked for the page, not for the act
    let needed = |caught: &&Caught| !caught.sql.starts_with("select id, name from person");
    Ok((queue, assign[..=ends].iter().filter(needed).cloned().collect()))
}

/// Reads statements and their parameters from a log.
fn statements(log: &str) -> Vec<Caught> {
    let mut entries: Vec<String> = Vec::new();
    for line in log.lines() {
        match (line.split_once("LOG:  "), line.split_once("DETAIL:  "), entries.last_mut()) {
            (Some((_, rest)), _, _) => entries.push(rest.to_owned()),
            (None, Some((_, rest)), _) => entries.push(format!("DETAIL {rest}")),
            (None, None, Some(last)) => {
                last.push('\n');
                last.push_str(line);
            }
            (None, None, None) => {}
        }
    }
    let mut all: Vec<Caught> = Vec::new();
    // binding is logged apart, with the same parameters as the statement that follows
    let mut is_statement = false;
    for entry in entries {
        if let Some(parameters) = entry.strip_prefix("DETAIL parameters: ") {
            if let Some(last) = all.last_mut().filter(|_| is_statement) {
                last.parameters = values(parameters);
            }
        } else if let Some((_, rest)) = entry.split_once(" ms  ") {
            // "execute sqlx_s_1: select …" or "statement: begin"
            is_statement = rest.starts_with("execute") || rest.starts_with("statement");
            if let (Some((_, sql)), true) = (rest.split_once(": "), is_statement) {
                all.push(Caught { sql: sql.trim().to_owned(), parameters: Vec::new() });
            }
        }
    }
    all
}

/// The values of "$1 = '1', $2 = NULL", quotes and all.
fn values(text: &str) -> Vec<String> {
    let mut values = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once(" = ") {
        let end = if let Some(quoted) = after.strip_prefix('\'') {
            let mut end = 0;
            let bytes = quoted.as_bytes();
            while end < bytes.len() && (bytes[end] != b'\'' || bytes.get(end + 1) == Some(&b'\'')) {
                end += if bytes[end] == b'\'' { 2 } else { 1 };
            }
            end + 2
        } else {
            after.find(',').unwrap_or(after.len())
        };
        values.push(after[..end.min(after.len())].to_owned());
        rest = &after[end.min(after.len())..];
    }
    values
}

/// What pgbench says of itself.
struct Said {
    per_second: f64,
    latency: f64,
    count: usize,
}

impl Said {
    fn named(self, name: &str) -> Measured {
        Measured {
            name: name.to_owned(),
            per_second: self.per_second,
            p50: self.latency,
            p99: 0.0,
            cpu: (0.0, 0.0),
            bytes: 0,
            count: self.count,
            trips: None,
        }
    }
}

async fn pgbench(bench: &Bench, url: &str, script: &str, lasts: &[&str], options: &str) -> Result<Said, CommandError> {
    let file = std::env::temp_dir().join(format!("cms-pgbench-{}.sql", std::process::id()));
    std::fs::write(&file, script)?;
    let clients = bench.connections.to_string();
    let out = Command::new("pgbench")
        .args(["-n", "-M", "prepared", "-c", &clients, "-j", "2", "-f"])
        .arg(&file)
        .args(lasts)
        .arg(url)
        .env("PGOPTIONS", options)
        .output()
        .await?;
    std::fs::remove_file(&file)?;
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let number = |before: &str| {
        let rest = text.split(before).nth(1)?;
        rest.trim_start().split([' ', '/', '\n']).next()?.parse::<f64>().ok()
    };
    let (Some(per_second), Some(latency)) = (number("tps ="), number("latency average =")) else {
        return Err(CommandError(format!("pgbench failed: {text}{}", String::from_utf8_lossy(&out.stderr))));
    };
    let said = String::from_utf8_lossy(&out.stderr);
    if said.contains("ERROR") {
        let kept = file.with_extension("failed.sql");
        std::fs::write(&kept, script)?;
        let said: String = said.chars().take(800).collect();
        return Err(CommandError(format!("pgbench met an error, its script is {}: {said}", kept.display())));
    }
    let count = number("actually processed:").unwrap_or_default() as usize;
    println!("  pgbench: {per_second:.0}/s, {latency:.2} ms on average");
    Ok(Said { per_second, latency, count })
}
