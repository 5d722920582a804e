//! `/queues/{queue}/export.csv` and `.xlsx`: the list as it is filtered and ordered, as a file.
//!
//! One portion of all exports is read at a time, each organisation's in its turn, so that pages keep a core and connections.
//! CSV is streamed in portions, whatever its size. A workbook has to be whole before its first byte can go, so it has
//! a limit; it is put together on disk.

use std::io::Error;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State};
use axum::response::Response;
use http_body_util::BodyExt;
use http_body_util::channel::{Channel, Sender};
use rust_xlsxwriter::XlsxError;
use tokio::sync::mpsc;
use tracing::Instrument;

use super::rows::export::{columns, file_day, portion};
use super::{Filter, Queue, QueueOf};
use crate::app::App;
use crate::download::{CSV, Cell, Sheet, XLSX, attached, csv_headings, csv_row, workbook};
use crate::error::AppError;
use crate::fair_line::FairLine;
use crate::limits::table::{EXPORTS, EXPORTS_AT_ONCE};
use crate::limits::{Places, hold, limited, spend};
use crate::session::{self, Ends, SignedIn, Viewer};
use crate::trade::words::thousands;
use crate::trade::working_time::london_date;

/// Portions being read.
static READERS: LazyLock<Arc<FairLine>> = LazyLock::new(|| FairLine::new(1));
/// How long a portion waits for those of others.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// The most rows of a workbook.
const MOST_IN_A_WORKBOOK: i64 = 50_000;

pub async fn as_csv(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    QueueOf(queue): QueueOf,
    RawQuery(query): RawQuery,
) -> Result<Response, AppError> {
    let filter = whole(queue, query)?;
    let places = may_export(&app, &viewer).await?;
    let file = name(&app, &filter, "csv");
    let mut ends = Ends::from_now(&app);
    // fused, since whoever compresses it asks once more after its end, which a channel does not bear
    let (mut out, body) = Channel::<Bytes, Error>::new(2);
    let writing = async move {
        let _places = places;
        let mut count = 0;
        let list = said(&filter);
        let written = tokio::select! {
            written = write_csv(&app, &viewer, &filter, &mut out, &mut count) => written,
            () = ends.of(&app, &viewer) => Err(AppError::SignIn),
        };
        match written {
            Ok(()) => tracing::info!(event = "export", status = 200, list, rows = count, "a list was exported"),
            Err(error) => {
                // the file breaks off, so that nobody takes it for whole
                tracing::error!(event = "export_broke_off", ?error, list, rows = count, "an export broke off");
                out.abort(Error::other("the list could not be read to its end"));
            }
        }
    };
    // its lines say which request this is
    tokio::spawn(writing.in_current_span());
    Ok(attached(&file, CSV, Body::new(body.fuse())))
}

/// Portion by portion, until the list ends or nobody takes it.
async fn write_csv(
    app: &App,
    viewer: &Viewer,
    filter: &Filter,
    out: &mut Sender<Bytes, Error>,
    count: &mut usize,
) -> Result<(), AppError> {
    let mut text = csv_headings(&columns(filter));
    let mut after = None;
    loop {
        let (rows, next) = read_portion(app, viewer, filter, after.as_ref()).await?;
        *count += rows.len();
        for row in rows {
            text += &csv_row(&row);
        }
        if out.send_data(std::mem::take(&mut text).into()).await.is_err() || next.is_none() {
            return Ok(());
        }
        after = next;
    }
}

pub async fn as_xlsx(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    QueueOf(queue): QueueOf,
    RawQuery(query): RawQuery,
) -> Result<Response, AppError> {
    let filter = whole(queue, query)?;
    let _places = may_export(&app, &viewer).await?;
    let file = name(&app, &filter, "xlsx");
    let (send, receive) = mpsc::channel::<Vec<Vec<Cell>>>(2);
    let titles = columns(&filter);
    let writing = tokio::task::spawn_blocking(move || write(titles, receive));
    let (mut after, mut count) = (None, 0_i64);
    loop {
        let (rows, next) = read_portion(&app, &viewer, &filter, after.as_ref()).await?;
        count += i64::try_from(rows.len()).unwrap_or_default();
        if count > MOST_IN_A_WORKBOOK {
            return Err(AppError::BadRequest(
                format!(
                    "A workbook holds at most {} contacts here. Narrow the list, or take it as CSV, which has no limit.",
                    thousands(MOST_IN_A_WORKBOOK.unsigned_abs())
                )
                .into(),
            ));
        }
        if send.send(rows).await.is_err() {
            break;
        }
        if next.is_none() {
            break;
        }
        after = next;
    }
    drop(send);
    let bytes = writing
        .await
        .map_err(|panic| AppError::Broken(panic.into()))?
        .map_err(|error| AppError::Broken(error.into()))?;
    tracing::info!(event = "export", status = 200, list = said(&filter), rows = count, "a list was exported");
    Ok(attached(&file, XLSX, bytes))
}

/// Takes one of the viewer's exports, and a place to write it.
async fn may_export(app: &App, viewer: &Viewer) -> Result<Places, AppError> {
    let places = hold(app, viewer, &EXPORTS_AT_ONCE, Duration::from_secs(5)).await?;
    spend(app, viewer, &EXPORTS, 1).await?;
    Ok(places)
}

/// The list from its first row.
fn whole(queue: Queue, query: Option<String>) -> Result<Filter, AppError> {
    let filter = Filter::parse(queue, &query.unwrap_or_default())?;
    Ok(Filter { cursor: None, ..filter })
}

/// The list as the log names it: its queue, and by what it is narrowed, without the words looked for.
fn said(filter: &Filter) -> String {
    let address = filter.path();
    let (queue, query) = address.split_once('?').unwrap_or((&address, ""));
    let narrowed: Vec<_> = form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name).collect();
    format!("{queue} {}", narrowed.join(" ")).trim_end().to_owned()
}

fn name(app: &App, filter: &Filter, ending: &str) -> String {
    format!("contacts-{}-{}.{ending}", filter.queue.slug(), file_day(london_date(app.clock.now())))
}

async fn read_portion(
    app: &App,
    viewer: &Viewer,
    filter: &Filter,
    after: Option<&super::Cursor>,
) -> Result<(Vec<Vec<Cell>>, Option<super::Cursor>), AppError> {
    let turn = READERS.take(viewer.organisation_id().unwrap_or_default(), LONGEST_WAIT).await;
    let turn = turn.map_err(no_turn)?;
    let began = Instant::now();
    let mut tx = app.db.as_viewer(viewer.id).await?;
    // whoever was signed out meanwhile, or disabled, gets no more
    let read = match session::stands(&mut tx, viewer).await {
        Ok(true) => portion(&mut tx, viewer, filter, after, app.clock.now()).await,
        Ok(false) => Err(AppError::SignIn),
        Err(error) => Err(error),
    };
    drop(tx);
    // as long a rest as half the work, for the pages that wait for the same database
    let rest = began.elapsed() / 2;
    tokio::spawn(async move {
        tokio::time::sleep(rest).await;
        drop(turn);
    });
    read
}

/// Why a portion was not read: exports of all organisations share one place.
fn no_turn(seconds: u64) -> AppError {
    let says = format!(
        "So many exports are being read, those of other organisations among them, that the turn of yours did not come within {} \
         seconds. Nothing has been changed. Try again in a moment.",
        LONGEST_WAIT.as_secs()
    );
    limited(&EXPORTS_AT_ONCE, says, seconds)
}

/// Writes rows as they come.
fn write(titles: Vec<&str>, mut portions: mpsc::Receiver<Vec<Vec<Cell>>>) -> Result<Vec<u8>, XlsxError> {
    let columns = titles.into_iter().enumerate().map(|(at, title)| (title, if at < 4 { 14.0 } else { 22.0 })).collect();
    let rows = std::iter::from_fn(|| portions.blocking_recv()).flatten();
    workbook(&Sheet { name: "Contacts", columns, frozen: 1, is_template: false }, rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_had_no_turn_reads_that_others_had_theirs() {
        let AppError::Limited(says, seconds) = no_turn(3) else { panic!("another refusal") };
        assert!(says.contains("those of other organisations") && !says.contains("of your organisation"), "{says}");
        assert_eq!(seconds, 3);
    }
}
