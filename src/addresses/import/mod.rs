//! `cms import-addresses` and `cms import-postcodes`: takes a licensed file in, line by line, beside the tables in use.
//!
//! Each batch of lines is committed together with the place in the file that it reached, so a run that was stopped or
//! killed is resumed by the next one, if file name, size and beginning are the same. At the end indexes are built and
//! the tables change names in one transaction: whoever looks meanwhile sees all of the old or all of the new.

mod addresses;
mod columns;
mod file;
mod kind;
mod line;
mod lines;
mod lock;
mod paf;
mod postcodes;
mod progress;
mod state;

use std::fs::File;
use std::io::{BufReader, Seek, SeekFrom};
use std::path::Path;

use sqlx::{Connection, PgConnection, PgPool};

pub use self::addresses::put_down;
use self::file::ImportFile;
pub use self::kind::ImportKind;
use self::line::LineResult;
use self::progress::Progress;
use self::state::{begin, unfinished};
use crate::error::CommandError;
use crate::trade::words::thousands;

/// Lines to a batch.
const BATCH: usize = 5_000;
/// Bad lines that are shown.
const SHOWN: usize = 10;

/// Imports the file and answers what came of it, in a sentence.
pub async fn run(owner: &PgPool, kind: ImportKind, path: &Path) -> Result<String, CommandError> {
    let file = ImportFile::open(path)?;
    let mut connection = owner.acquire().await?;
    let mine = sqlx::query_scalar!(
        r#"select pg_try_advisory_lock(hashtextextended('cms import ' || $1, 0)) as "mine!""#,
        kind.name()
    )
    .fetch_one(&mut *connection)
    .await?;
    if !mine {
        return Err(CommandError(format!("Another import of {} is under way.", kind.name())));
    }
    let done = import(&mut connection, kind, &file).await;
    sqlx::query("select pg_advisory_unlock_all()").execute(&mut *connection).await?;
    done
}

async fn import(tx: &mut PgConnection, kind: ImportKind, source: &ImportFile) -> Result<String, CommandError> {
    let (mut lines, begins) = source.columns(kind)?;
    let mut state = match unfinished(tx, kind, source).await? {
        Some(state) => {
            eprintln!(
                "Going on after line {}, where an earlier run was stopped.",
                thousands(state.lines.unsigned_abs())
            );
            state
        }
        None => begin(tx, kind, source, begins).await?,
    };
    let mut file = BufReader::with_capacity(1 << 20, File::open(&source.path)?);
    file.seek(SeekFrom::Start(state.done.unsigned_abs()))?;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(file);
    let mut progress = Progress::new(source.size, state.lines);
    let mut record = csv::ByteRecord::new();
    let start = state.done;
    loop {
        let mut read = 0;
        while read < BATCH && reader.read_byte_record(&mut record).map_err(|error| CommandError(error.to_string()))? {
            read += 1;
            state.lines += 1;
            match lines.take(&record) {
                LineResult::Good => state.good += 1,
                LineResult::LeftOut => state.left_out += 1,
                LineResult::Bad(why) => {
                    state.bad += 1;
                    if state.samples.len() < SHOWN {
                        state.samples.push(format!("line {}: {why}", thousands(state.lines.unsigned_abs())));
                    }
                }
            }
        }
        if read == 0 {
            break;
        }
        state.done = start + i64::try_from(reader.position().byte()).unwrap_or(i64::MAX);
        let mut batch = tx.begin().await?;
        lines.flush(&mut batch).await?;
        state.keep(&mut batch, kind).await?;
        batch.commit().await?;
        progress.show(state.done, state.lines);
    }
    progress.end();
    for sample in &state.samples {
        eprintln!("{sample}");
    }
    if state.good == 0 {
        sqlx::query!("delete from import_job where what = $1", kind.name()).execute(tx).await?;
        return Err(CommandError(format!("No line of {} could be used, so nothing has been changed.", source.name)));
    }
    eprintln!("Building indexes …");
    lines.finish(tx, &source.name, state.good).await?;
    let number = |count: i64| thousands(count.unsigned_abs());
    Ok(format!(
        "{} {} imported from {}. Left out: {}. Bad lines: {}.",
        number(state.good),
        kind.name(),
        source.name,
        number(state.left_out),
        number(state.bad)
    ))
}
