//! The other ceiling: pgbench with the very statements that the program sends, caught from Postgres's own log; the queue
//! query as the owner, the statements of an assign in one transaction as the program's role.

mod caught;
mod script;

use std::process::Stdio;

use sqlx::{AssertSqlSafe, Executor, PgConnection};
use tokio::process::Command;

use self::caught::catch;
use super::Bench;
use super::data::{CDSP, people_of};
use super::measured::Measured;
use super::report::Report;
use crate::error::CommandError;

/// Fewer unassigned contacts than this are no measurement, and more are not needed.
const FEWEST: i64 = 600;
const MOST: i64 = 4_000;

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
    if waiting < FEWEST {
        report.note(size, "pgbench was left out: too few contacts wait to be assigned".to_owned());
        return Ok(());
    }
    let (queue, assigned) = catch(url, owner).await?;
    let script = format!("{};\n", queue.filled(&queue.parameters));
    let seconds = bench.seconds.to_string();
    let queue = pgbench(bench, url, &script, &["-T", &seconds], "").await?;
    report.add(size, queue.named("pgbench: queue query"));
    let picks = (waiting / 2).min(MOST);
    owner
        .execute(AssertSqlSafe(format!(
            "drop table if exists bench_pick; drop sequence if exists bench_next; create sequence bench_next;
             create table bench_pick as select row_number() over () as n, crn, id, version from
                (select * from contact where with_org = {CDSP} and holder is null order by due desc limit {picks}) c;
             create unique index on bench_pick (n); grant select on bench_pick to cms_web;
             grant usage on bench_next to cms_web; analyze bench_pick;
             insert into session (id_hash, person_id, ends) select decode(md5(n::text), 'hex'), 2, now() + interval '1 hour'
             from generate_series(0, 63) n on conflict do nothing"
        )))
        .await?;
    let person = people_of(CDSP).start;
    // pgbench can't send BEGIN and `enter` together, without which that is refused
    owner.execute("grant execute on function let_in to cms_web").await?;
    let script = script::of(owner, &assigned, &format!("select let_in({person})")).await?;
    let each = (picks / i64::try_from(bench.connections).unwrap_or(8)).to_string();
    let assign = pgbench(bench, url, &script, &["-t", &each], "-c role=cms_web").await;
    owner.execute("revoke execute on function let_in from cms_web").await?;
    let assigned = "select count(*) from bench_pick p join contact c on c.id = p.id where c.version = p.version + 1";
    let assigned: i64 = sqlx::query_scalar(assigned).fetch_one(&mut *owner).await?;
    owner.execute("drop table bench_pick; drop sequence bench_next").await?;
    let assign = assign?;
    if usize::try_from(assigned) != Ok(assign.count) {
        return Err(CommandError(format!("pgbench sent {} assigns, and {assigned} were done", assign.count)));
    }
    report.add(size, assign.named("pgbench: assign"));
    Ok(())
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
            count: self.count,
            ..Measured::default()
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
