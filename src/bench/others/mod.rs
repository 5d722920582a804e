//! The work of one person against others: eight people look at their queue now and then, alone, and while somebody exports
//! everything, sends thousands of rows, searches widely, or uploads twenty photos. And the memory that all of it takes.

mod attacks;
mod bulk;
mod memory;
mod upload;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use sqlx::{Executor, PgConnection};

use super::Bench;
use super::data::{BIGGEST, BUILDER, CDSP, estate_of, people_of};
use super::load::client::KeptAlive;
use super::load::times::Times;
use super::measured::Measured;
use super::report::Report;
use super::server::ServerProcess;
use crate::error::CommandError;

/// Between two pages that somebody opens: eight people keep a core busy for a tenth of its time.
const PAUSE: Duration = Duration::from_millis(50);
const QUEUE: &str = "/queues/organisation?view=all";

pub async fn run(
    bench: &Bench,
    url: &str,
    size: i64,
    owner: &mut PgConnection,
    report: &mut Report,
) -> Result<(), CommandError> {
    let server = ServerProcess::serve(url).await?;
    server.sign_in_many(owner, 500).await?;
    let done = against(bench, size, &server, report).await;
    owner.execute("delete from bulk; delete from evidence where contact_id is null; delete from draft").await?;
    server.stop().await?;
    done
}

async fn against(bench: &Bench, size: i64, server: &ServerProcess, report: &mut Report) -> Result<(), CommandError> {
    let accounts: Vec<String> = people_of(CDSP).skip(20).take(8).map(|id| format!("person{id}")).collect();
    let others = Others { host: server.host.clone(), cookies: server.cookies(&accounts, 8).await? };
    let cookie = async |person: i64| -> Result<String, CommandError> {
        Ok(server.cookies(&[format!("person{person}")], 1).await?.remove(0))
    };
    let photo = upload::photo()?;
    let seconds = Duration::from_secs(bench.seconds.max(2) * 2);
    others.during(tokio::time::sleep(Duration::from_secs(1))).await?;
    report.add_figure(size, "memory, at rest", server.memory() as f64, "MiB");
    let quiet = others.during(tokio::time::sleep(seconds)).await?;
    report.add(size, Measured::of("others: quiet", &quiet.1, 0.0, 0.0));
    let several: Vec<String> = people_of(BIGGEST).skip(60).take(4).map(|id| format!("person{id}")).collect();
    attacks::run(size, server, &others, &server.cookies(&several, 4).await?, seconds, report).await?;
    if bench.only.iter().any(|only| only == "others: attacks") {
        return Ok(());
    }

    let agent = cookie(people_of(CDSP).start + 40).await?;
    let network = cookie(people_of(2).start + 40).await?;
    let sender = cookie(people_of(BIGGEST).start + 40).await?;
    memory::without_uploads(size, server, &others, [&agent, &sender], report).await?;

    let (bytes, times) = others.during(export(&server.host, &agent, seconds)).await?;
    report.add(size, Measured::of("others: export of everything", &times, 0.0, 0.0));
    report.note(size, format!("{:.0} MB were exported meanwhile", bytes? as f64 / 1e6));

    let (searches, times) = others.during(searches(&server.host, &network, seconds)).await?;
    report.add(size, Measured::of("others: wide searches", &times, 0.0, 0.0));
    report.note(size, format!("{} wide searches were made meanwhile", searches?));

    let (took, times) = others.during(bulk::check(&server.host, &sender, &bulk::rows())).await?;
    report.add(size, Measured::of("others: bulk of 5,000 rows", &times, 0.0, 0.0));
    report.add_figure(size, "check of 5,000 rows", took?.as_secs_f64(), "s");
    if !estate_of(size).is_empty() {
        let builder = cookie(people_of(BUILDER).start + 1).await?;
        let (took, times) = others.during(bulk::check(&server.host, &builder, &bulk::rows_of_the_estate())).await?;
        report.add(size, Measured::of("others: bulk of 5,000 rows where 5,000 are open", &times, 0.0, 0.0));
        report.add_figure(size, "check of 5,000 rows where 5,000 are open", took?.as_secs_f64(), "s");
    }
    let (photos, times) = others.during(upload::by_one(&server.host, &sender, &photo, 20)).await?;
    report.add(size, Measured::of("others: twenty uploads", &times, 0.0, 0.0));
    photos?;
    memory::with_uploads(size, server, &others, [&agent, &sender], &photo, report).await
}

/// People at their queue.
struct Others {
    host: String,
    cookies: Vec<String>,
}

impl Others {
    /// What they wait while something is done.
    async fn during<T>(&self, work: impl Future<Output = T>) -> Result<(T, Times), CommandError> {
        let over = Arc::new(AtomicBool::new(false));
        let started = Instant::now();
        let mut lines = Vec::new();
        for cookie in &self.cookies {
            let line = KeptAlive::open(&self.host, cookie, "identity").await?;
            lines.push(tokio::spawn(look(line, Arc::clone(&over))));
        }
        let done = work.await;
        over.store(true, Ordering::SeqCst);
        let mut all = Times::default();
        for line in lines {
            all.join(line.await?);
        }
        all.took = started.elapsed();
        Ok((done, all))
    }
}

/// Opens the queue now and then.
async fn look(mut line: KeptAlive, over: Arc<AtomicBool>) -> Times {
    let mut times = Times::default();
    while !over.load(Ordering::SeqCst) {
        let began = Instant::now();
        match line.get(QUEUE).await {
            Ok(page) if page.status.is_success() => times.each.push(began.elapsed()),
            Ok(page) => times.failures.add(&page.status.to_string(), &String::from_utf8_lossy(&page.body)),
            Err(CommandError(why)) => {
                times.failures.add("no answer", &why);
                let _ = line.open_again().await;
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
    times
}

/// Everything as a file, from the beginning again if that was too short; answers the bytes.
async fn export(host: &str, cookie: &str, lasts: Duration) -> Result<u64, CommandError> {
    let until = Instant::now() + lasts;
    let mut bytes = 0;
    while Instant::now() < until {
        let mut line = KeptAlive::open(host, cookie, "identity").await?;
        bytes += line.drain("/queues/all/export.csv?view=all", until).await?;
    }
    Ok(bytes)
}

/// For words that many contacts have, one after the other.
async fn searches(host: &str, cookie: &str, lasts: Duration) -> Result<usize, CommandError> {
    let until = Instant::now() + lasts;
    let mut line = KeptAlive::open(host, cookie, "identity").await?;
    let mut made = 0;
    while Instant::now() < until {
        for q in ["road", "street", "r", "lane+road"] {
            let page = line.get(&format!("/search?q={q}")).await?;
            if !page.status.is_success() {
                return Err(CommandError(format!("a wide search was answered {}", page.status)));
            }
            made += 1;
        }
    }
    Ok(made)
}
