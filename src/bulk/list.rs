//! `/bulk`: send a file of sites, and what has been sent. A file is read while its sender waits, which takes a second
//! at most; its rows are checked in the background.

use std::sync::LazyLock;
use std::time::Duration;

use askama::Template;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::Response;
use sqlx::PgConnection;
use time::OffsetDateTime;

use super::job::Job;
use super::of_type::OfType;
use super::read::{NotRead, read};
use super::sent::ReadFile;
use super::sent::refusal::Refusal;
use super::{KEPT_DAYS, MOST_BYTES, MOST_ROWS, NewBulk, keep};
use crate::app::App;
use crate::contacts::types::ContactType;
use crate::error::AppError;
use crate::frame::Frame;
use crate::limits::table::{BULKS, BULKS_A_DAY};
use crate::limits::{hold, refused, spend};
use crate::page;
use crate::session::{SignedIn, Viewer};
use crate::trade::text::clean;
use crate::trade::words::thousands;
use crate::trade::working_time::london_date;
use crate::typed::Typed;
use crate::upload::{Part, Places, Upload, bounded, broke_off};

/// What is read of a request and thrown away, so that a file that is too large gets an answer and no broken connection.
pub const MOST_LISTENED: usize = 4 * MOST_BYTES;

/// Files on their way or being read: six, of which two are one person's and three one organisation's. One has a minute to arrive.
static PLACES: LazyLock<Places> = LazyLock::new(|| Places::new(6, LONGEST_WAIT));
const LONGEST_WAIT: Duration = Duration::from_secs(30);
const LONGEST_UPLOAD: Duration = Duration::from_mins(1);
/// What has come of a form that is refused.
const OUTCOME: &str = "Nothing has been changed; send it again.";

#[derive(Template)]
#[template(path = "bulk/list.html")]
struct ListPage {
    frame: Frame,
    contact_type: ContactType,
    form: Typed,
    jobs: Vec<Job>,
    /// a supervisor sees who sent each
    senders: bool,
}

impl ListPage {
    /// The types to choose from; none where there is but one.
    fn choices(&self) -> &'static [ContactType] {
        if ContactType::ALL.len() > 1 { ContactType::ALL } else { &[] }
    }

    /// The address of another page about the same type.
    fn at(&self, path: &str) -> String {
        self.contact_type.at(path, "")
    }

    fn most_rows(&self) -> String {
        thousands(MOST_ROWS as u64)
    }

    fn kept_days(&self) -> i32 {
        KEPT_DAYS
    }
}

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    OfType(contact_type): OfType,
) -> Result<Response, AppError> {
    viewer.may_log()?;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let view = view(&app, &mut tx, &viewer, contact_type, Typed::default()).await?;
    tx.commit().await?;
    page::ok(&view)
}

async fn view(
    app: &App,
    tx: &mut PgConnection,
    viewer: &Viewer,
    contact_type: ContactType,
    form: Typed,
) -> Result<ListPage, AppError> {
    let jobs = Job::latest(tx, viewer).await?;
    Ok(ListPage { frame: Frame::new(app, Some(viewer), "/bulk"), contact_type, form, jobs, senders: viewer.supervisor })
}

/// A file as it came.
struct SentFile {
    /// of a table
    contact_type: ContactType,
    name: String,
    bytes: Vec<u8>,
}

/// Why a file was not taken, on the page of this type.
struct NotTaken {
    status: StatusCode,
    contact_type: ContactType,
    refusal: Refusal,
}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    parts: Result<Multipart, MultipartRejection>,
) -> Result<Response, AppError> {
    viewer.may_log()?;
    let upload = Upload::of(parts, &viewer, OUTCOME)?.with_text("type");
    let _own = hold(&app, &viewer, &BULKS, LONGEST_WAIT).await?;
    let _place = PLACES.take(viewer.id, viewer.organisation_id()).await?;
    let Ok(file) = tokio::time::timeout(LONGEST_UPLOAD, file(upload)).await else {
        return Err(AppError::too_slow(OUTCOME));
    };
    let file = match file? {
        Ok(file) => file,
        Err(not_taken) => return again(&app, &viewer, not_taken).await,
    };
    let now = app.clock.now();
    if let Some(seconds) = until_another(&app, &viewer, now).await? {
        return Err(refused(&BULKS_A_DAY, seconds));
    }
    spend(&app, &viewer, &BULKS_A_DAY, 1).await?;
    let program = app.config.program()?;
    let code = viewer.organisation.as_ref().map(|organisation| organisation.code.clone()).unwrap_or_default();
    let ReadFile { kind, mut rows, reading } = match read(&program, &code, file.contact_type, file.bytes).await {
        Ok(read) => read,
        Err(NotRead::Failed(error)) => return Err(error),
        Err(NotRead::Refused(refusal)) => {
            tracing::info!(event = "file_refused", why = refusal.0, "a file was refused");
            let not_taken =
                NotTaken { status: StatusCode::UNPROCESSABLE_ENTITY, contact_type: file.contact_type, refusal };
            return again(&app, &viewer, not_taken).await;
        }
    };
    for row in &mut rows {
        row.settle_dates(london_date(now));
    }
    let key = crate::secret::token();
    let mut tx = app.db.as_viewer(viewer.id).await?;
    // a UK Link style file has named its own
    let contact_type = rows.first().map_or(file.contact_type, |row| row.contact_type);
    let new = NewBulk { key: &key, name: &file.name, kind, contact_type, adds: false, rows: &rows, reading: &reading };
    keep(&mut tx, &viewer, &new, now).await?;
    tx.commit().await?;
    app.bulk.notify_one();
    Ok(page::to(&format!("/bulk/{key}")))
}

/// The seconds until this person may send another file, where they have sent as many within a day as they may.
async fn until_another(app: &App, viewer: &Viewer, now: OffsetDateTime) -> Result<Option<u64>, AppError> {
    let most = i64::from(BULKS_A_DAY.person);
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let first = sqlx::query_scalar!(
        "select created from bulk
         where organisation_id = $1 and person_id = $2 and kind <> 'form' and created > $3
         order by created desc offset $4 limit 1",
        viewer.organisation_id(),
        viewer.id,
        now - time::Duration::DAY,
        most - 1
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.rollback().await?;
    let left = first.map(|first| (first + time::Duration::DAY - now).whole_seconds());
    Ok(left.map(|left| u64::try_from(left).unwrap_or_default() + 1))
}

/// The page again, saying why the file was not taken. Nothing of it is kept.
async fn again(app: &App, viewer: &Viewer, not_taken: NotTaken) -> Result<Response, AppError> {
    let NotTaken { status, contact_type, refusal } = not_taken;
    let mut form = Typed::default();
    form.wrong("file", refusal.0);
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let view = view(app, &mut tx, viewer, contact_type, form).await?;
    tx.commit().await?;
    page::page(status, &view)
}

/// The one file of the form, of which no more is held than a file may have.
async fn file(mut upload: Upload) -> Result<Result<SentFile, NotTaken>, AppError> {
    let (mut file, mut contact_type) = (None, ContactType::ALL[0]);
    while let Some(part) = upload.next("file").await? {
        let mut part = match part {
            Part::Epoch => continue,
            Part::Text(slug) => {
                contact_type = ContactType::chosen(&slug).ok_or(AppError::NotFound)?;
                continue;
            }
            Part::File(part) => part,
        };
        if file.is_some() {
            return Err(AppError::unknown_field(OUTCOME));
        }
        let name = shown_name(part.file_name().unwrap_or_default());
        let Some(bytes) = bounded(&mut part, MOST_BYTES).await.map_err(|error| broke_off(&error, OUTCOME))? else {
            let says = "The file is larger than 5 MB. Split it, and send the parts one after the other.";
            let refusal = Refusal::because(says);
            return Ok(Err(NotTaken { status: StatusCode::PAYLOAD_TOO_LARGE, contact_type, refusal }));
        };
        file = Some((name, bytes));
    }
    if !upload.is_current() {
        return Err(AppError::WasReset);
    }
    Ok(match file {
        Some((name, bytes)) if !(name.is_empty() && bytes.is_empty()) => Ok(SentFile { contact_type, name, bytes }),
        _ => Err(NotTaken {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            contact_type,
            refusal: Refusal::because("Choose the file that holds your rows"),
        }),
    })
}

/// The file's own name, without folders and what can't be shown, to tell it from others on the page.
fn shown_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    clean(last).replace(['\n', '\t'], " ").chars().take(100).collect::<String>().trim().to_owned()
}
