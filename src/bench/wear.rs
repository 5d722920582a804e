//! An hour of assigning in small: thousands of contacts are assigned and returned, then a list is read again that passes by
//! what the updates leave behind.

use std::time::Duration;

use sqlx::PgConnection;

use super::Bench;
use super::data::{CDSP, people_of};
use super::load::{Asks, Forms, measure};
use super::measured::Measured;
use super::report::Report;
use super::scenes::facts::seal;
use super::server::ServerProcess;
use crate::error::CommandError;
use crate::seal::Kind;

/// Acts, half of them assigns and half returns.
const ACTS: usize = 20_000;
const LONGEST: Duration = Duration::from_secs(40);
/// The writers rest, and what they left to be written to the disk is.
const REST: Duration = Duration::from_secs(5);
const LIST: &str = "/queues/organisation?by=A21";

#[derive(sqlx::FromRow)]
struct Wear {
    updates: i64,
    hot: i64,
    dead: i64,
    vacuums: i64,
}

pub async fn run(
    bench: &Bench,
    url: &str,
    size: i64,
    owner: &mut PgConnection,
    report: &mut Report,
) -> Result<(), CommandError> {
    let server = ServerProcess::serve(url).await?;
    let accounts: Vec<String> =
        people_of(CDSP).skip(1).take(bench.connections).map(|id| format!("person{id}")).collect();
    let cookies = server.cookies(&accounts, bench.connections).await?;
    let supervisor = format!("person{}", people_of(CDSP).start);
    let supervisors = server.cookies(&[supervisor], bench.connections).await?;
    let read = async |name: &str, report: &mut Report| -> Result<(), CommandError> {
        let list = || Asks::Page(LIST.to_owned());
        measure(&server.host, &cookies, "identity", list(), Duration::from_millis(700)).await?;
        let times = measure(&server.host, &cookies, "identity", list(), Duration::from_secs(bench.seconds)).await?;
        report.add(size, Measured::of(name, &times, 0.0, 0.0));
        Ok(())
    };
    read("raised by the biggest, before many assigns", report).await?;
    let before = wear(owner).await?;
    let (mut acts, mut rounds) = (0, 0);
    let began = std::time::Instant::now();
    while acts < ACTS && began.elapsed() < LONGEST {
        let (assigns, returns) = there_and_back(owner).await?;
        if assigns.is_empty() {
            break;
        }
        for forms in [assigns, returns] {
            let times = measure(&server.host, &supervisors, "identity", Asks::of_forms(forms), LONGEST).await?;
            acts += times.each.len();
            if !times.failures.is_empty() {
                return Err(CommandError(times.failures.in_full()));
            }
        }
        rounds += 1;
    }
    let after = wear(owner).await?;
    report.note(
        size,
        format!(
            "{acts} acts in {rounds} rounds, {:.0} s: {} updates of contact, {} of them HOT, {} dead rows, {} vacuums",
            began.elapsed().as_secs_f64(),
            after.updates - before.updates,
            after.hot - before.hot,
            after.dead,
            after.vacuums - before.vacuums
        ),
    );
    tokio::time::sleep(REST).await;
    read("raised by the biggest, after many assigns", report).await?;
    server.stop().await
}

async fn wear(owner: &mut PgConnection) -> Result<Wear, CommandError> {
    // what the last acts did is reported a second later
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let sql = "select n_tup_upd as updates, n_tup_hot_upd as hot, n_dead_tup as dead, autovacuum_count as vacuums
               from pg_stat_user_tables where relname = 'contact'";
    Ok(sqlx::query_as(sql).fetch_one(owner).await?)
}

/// Forms that assign the first thousands of what waits, and those that return them.
async fn there_and_back(owner: &mut PgConnection) -> Result<(Forms, Forms), CommandError> {
    let rows: Vec<(String, i32)> = sqlx::query_as(
        "select crn, version from contact where with_org = $1 and holder is null order by due, id limit 4000",
    )
    .bind(CDSP)
    .fetch_all(&mut *owner)
    .await?;
    let seal = seal(owner).await?;
    let colleague = seal.show(Kind::Person, people_of(CDSP).start + 103);
    let form = |crn: &str, act: &str, fields: &[(&str, &str)]| {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        (format!("/contacts/{crn}/{act}"), fields.collect::<Vec<_>>())
    };
    let assigns = rows.iter().map(|(crn, version)| {
        form(crn, "assign", &[("version", &seal.version(crn, *version)), ("colleague", &colleague)])
    });
    let returns =
        rows.iter().map(|(crn, version)| form(crn, "return", &[("version", &seal.version(crn, version + 1))]));
    Ok((assigns.collect(), returns.collect()))
}
