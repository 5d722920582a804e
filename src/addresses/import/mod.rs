//! `cms import-addresses` and `cms import-postcodes`: takes a licensed file in, line by line, beside the tables in use.
//!
//! Each batch of lines is committed together with the place in the file that it reached, so a run that was stopped or
//! killed is gone on with by the next one, if file name, size and beginning are the same. At the end indexes are built and
//! the tables change names in one transaction: whoever looks meanwhile sees all of the old or all of the new.

mod addresses;
mod columns;
mod postcodes;
mod progress;

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest, Sha256};
use sqlx::{Connection, PgConnection, PgPool};

pub use self::addresses::put_down;
use self::progress::Progress;
use crate::error::CommandError;
use crate::trade::words::thousands;

/// Lines to a batch.
const BATCH: usize = 5_000;
/// Bytes of the file's beginning by which it is known again.
const HEAD: usize = 65_536;
/// Turns in which tables are waited for: half a minute.
const TURNS: u32 = 100;
/// Bad lines that are shown.
const SHOWN: usize = 10;

/// What is imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Addresses,
    Postcodes,
}

impl What {
    fn name(self) -> &'static str {
        match self {
            What::Addresses => "addresses",
            What::Postcodes => "postcodes",
        }
    }
}

/// What a line came to.
enum Taken {
    Good,
    /// holds nothing for us
    LeftOut,
    Bad(String),
}

/// A file being read: what its columns mean, and the lines of the batch.
enum Lines {
    Addresses(addresses::Lines),
    Postcodes(postcodes::Lines),
}

/// How far an import has come.
#[derive(Debug, Default)]
struct Job {
    done: i64,
    lines: i64,
    good: i64,
    bad: i64,
    left_out: i64,
    samples: Vec<String>,
}

/// A file, as it is recognised.
struct Source {
    path: PathBuf,
    name: String,
    size: i64,
    head: String,
}

/// Imports the file and answers what came of it, in a sentence.
pub async fn run(owner: &PgPool, what: What, path: &Path) -> Result<String, CommandError> {
    let source = Source::open(path)?;
    let mut connection = owner.acquire().await?;
    let mine = sqlx::query_scalar!(
        r#"select pg_try_advisory_lock(hashtextextended('cms import ' || $1, 0)) as "mine!""#,
        what.name()
    )
    .fetch_one(&mut *connection)
    .await?;
    if !mine {
        return Err(CommandError(format!("Another import of {} is under way.", what.name())));
    }
    let done = import(&mut connection, what, &source).await;
    sqlx::query("select pg_advisory_unlock_all()").execute(&mut *connection).await?;
    done
}

async fn import(tx: &mut PgConnection, what: What, source: &Source) -> Result<String, CommandError> {
    let (mut lines, begins) = source.columns(what)?;
    let mut job = match unfinished(tx, what, source).await? {
        Some(job) => {
            eprintln!("Going on after line {}, where an earlier run was stopped.", thousands(job.lines.unsigned_abs()));
            job
        }
        None => begin(tx, what, source, begins).await?,
    };
    let mut file = BufReader::with_capacity(1 << 20, File::open(&source.path)?);
    file.seek(SeekFrom::Start(job.done.unsigned_abs()))?;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(file);
    let mut progress = Progress::new(source.size, job.lines);
    let mut record = csv::ByteRecord::new();
    let start = job.done;
    loop {
        let mut read = 0;
        while read < BATCH && reader.read_byte_record(&mut record).map_err(|error| CommandError(error.to_string()))? {
            read += 1;
            job.lines += 1;
            match lines.take(&record) {
                Taken::Good => job.good += 1,
                Taken::LeftOut => job.left_out += 1,
                Taken::Bad(why) => {
                    job.bad += 1;
                    if job.samples.len() < SHOWN {
                        job.samples.push(format!("line {}: {why}", thousands(job.lines.unsigned_abs())));
                    }
                }
            }
        }
        if read == 0 {
            break;
        }
        job.done = start + i64::try_from(reader.position().byte()).unwrap_or(i64::MAX);
        let mut batch = tx.begin().await?;
        lines.flush(&mut batch).await?;
        job.keep(&mut batch, what).await?;
        batch.commit().await?;
        progress.show(job.done, job.lines);
    }
    progress.end();
    for sample in &job.samples {
        eprintln!("{sample}");
    }
    if job.good == 0 {
        sqlx::query!("delete from import_job where what = $1", what.name()).execute(tx).await?;
        return Err(CommandError(format!("No line of {} could be used, so nothing has been changed.", source.name)));
    }
    eprintln!("Building indexes …");
    lines.finish(tx, source, &job).await?;
    let number = |count: i64| thousands(count.unsigned_abs());
    Ok(format!(
        "{} {} imported from {}. Left out: {}. Bad lines: {}.",
        number(job.good),
        what.name(),
        source.name,
        number(job.left_out),
        number(job.bad)
    ))
}

impl Source {
    fn open(path: &Path) -> Result<Source, CommandError> {
        let cannot = |error: std::io::Error| CommandError(format!("{} can’t be read: {error}", path.display()));
        let mut file = File::open(path).map_err(cannot)?;
        let size = i64::try_from(file.metadata().map_err(cannot)?.len()).unwrap_or(i64::MAX);
        let mut head = Vec::new();
        file.by_ref().take(HEAD as u64).read_to_end(&mut head).map_err(cannot)?;
        let head = Sha256::digest(&head).iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Source { path: path.to_owned(), name, size, head })
    }

    /// What the columns mean, and at which byte and line the data begin: after the header, if there is one.
    fn columns(&self, what: What) -> Result<(Lines, (i64, i64)), CommandError> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(&self.path);
        let reader = reader.as_mut().map_err(|error| CommandError(error.to_string()))?;
        let mut first = csv::ByteRecord::new();
        reader.read_byte_record(&mut first).map_err(|error| CommandError(error.to_string()))?;
        let cells: Vec<String> = first.iter().map(text).collect();
        let (lines, has_header) = match what {
            What::Addresses => {
                let (lines, has_header) = addresses::Lines::of(&cells).map_err(CommandError)?;
                (Lines::Addresses(lines), has_header)
            }
            What::Postcodes => (Lines::Postcodes(postcodes::Lines::of(&cells).map_err(CommandError)?), true),
        };
        let after = i64::try_from(reader.position().byte()).unwrap_or_default();
        Ok((lines, if has_header { (after, 1) } else { (0, 0) }))
    }
}

impl Lines {
    fn take(&mut self, record: &csv::ByteRecord) -> Taken {
        match self {
            Lines::Addresses(lines) => lines.take(record),
            Lines::Postcodes(lines) => lines.take(record),
        }
    }

    async fn flush(&mut self, tx: &mut PgConnection) -> Result<(), sqlx::Error> {
        match self {
            Lines::Addresses(lines) => lines.flush(tx).await,
            Lines::Postcodes(lines) => lines.flush(tx).await,
        }
    }

    async fn finish(&self, tx: &mut PgConnection, source: &Source, job: &Job) -> Result<(), sqlx::Error> {
        match self {
            Lines::Addresses(lines) => lines.finish(tx, &source.name, job.good).await,
            Lines::Postcodes(_) => postcodes::finish(tx).await,
        }
    }
}

impl Job {
    async fn keep(&self, tx: &mut PgConnection, what: What) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "update import_job set done = $2, lines = $3, good = $4, bad = $5, left_out = $6, samples = $7 where what = $1",
            what.name(),
            self.done,
            self.lines,
            self.good,
            self.bad,
            self.left_out,
            &self.samples
        )
        .execute(tx)
        .await?;
        Ok(())
    }
}

async fn unfinished(tx: &mut PgConnection, what: What, source: &Source) -> Result<Option<Job>, sqlx::Error> {
    sqlx::query_as!(
        Job,
        "select done, lines, good, bad, left_out, samples from import_job
         where what = $1 and file = $2 and size = $3 and head = $4",
        what.name(),
        source.name,
        source.size,
        source.head
    )
    .fetch_optional(tx)
    .await
}

/// From the beginning, with empty tables.
async fn begin(
    tx: &mut PgConnection,
    what: What,
    source: &Source,
    (done, lines): (i64, i64),
) -> Result<Job, sqlx::Error> {
    let mut tx = tx.begin().await?;
    sqlx::query!("delete from import_job where what = $1", what.name()).execute(&mut *tx).await?;
    sqlx::raw_sql(match what {
        What::Addresses => addresses::TABLES,
        What::Postcodes => postcodes::TABLES,
    })
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into import_job (what, file, size, head, done, lines) values ($1, $2, $3, $4, $5, $6)",
        what.name(),
        source.name,
        source.size,
        source.head,
        done,
        lines
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(Job { done, lines, ..Job::default() })
}

/// Locks tables for their change of names, in an open transaction. It waits for readers in short turns, shorter than it
/// takes Postgres to call two that wait for each other a deadlock: of those the reader might be the one to be ended.
async fn lock(tx: &mut PgConnection, statement: &'static str) -> Result<(), sqlx::Error> {
    let mut turns = 0;
    loop {
        sqlx::raw_sql("savepoint unlocked; set local lock_timeout = '200ms'").execute(&mut *tx).await?;
        match sqlx::query(statement).execute(&mut *tx).await {
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("55P03") && turns < TURNS => {
                turns += 1;
                sqlx::raw_sql("rollback to savepoint unlocked").execute(&mut *tx).await?;
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            done => return done.map(drop),
        }
    }
}

/// A cell's text: UTF-8, or Latin-1 as older files have it, without the blanks around it.
fn text(cell: &[u8]) -> String {
    let cell = cell.strip_prefix(b"\xef\xbb\xbf").unwrap_or(cell);
    match std::str::from_utf8(cell) {
        Ok(text) => text.trim().to_owned(),
        Err(_) => cell.iter().map(|byte| char::from(*byte)).collect::<String>().trim().to_owned(),
    }
}
