//! `/bulk`: send a file of sites, and what has been sent. A file is read while its sender waits, which takes a second
//! at most; its rows are checked in the background.

use std::sync::LazyLock;
use std::time::Duration;

use askama::Template;
use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use sqlx::PgConnection;

use super::job::Job;
use super::read::{NotRead, read};
use super::refusal::Refusal;
use super::{FILES_A_DAY, KEPT_DAYS, MOST_BYTES, MOST_ROWS, NewBulk, keep};
use crate::app::App;
use crate::error::AppError;
use crate::evidence::places::Places;
use crate::evidence::read::bounded;
use crate::frame::Frame;
use crate::page;
use crate::session::{SignedIn, Viewer};
use crate::trade::words::thousands;
use crate::typed::Typed;

/// What is read of a request and thrown away, so that a file that is too large gets an answer and no broken connection.
pub const MOST_LISTENED: usize = 4 * MOST_BYTES;

/// Files on their way or being read: four, of which two are one person's. One has a minute to arrive.
static PLACES: LazyLock<Places> = LazyLock::new(|| Places::new(4, Duration::from_secs(30)));
const LONGEST_UPLOAD: Duration = Duration::from_mins(1);

#[derive(Template)]
#[template(path = "bulk/list.html")]
struct ListPage {
    frame: Frame,
    form: Typed,
    jobs: Vec<Job>,
    /// a supervisor sees who sent each
    senders: bool,
}

impl ListPage {
    fn most_rows(&self) -> String {
        thousands(MOST_ROWS as u64)
    }

    fn kept_days(&self) -> i32 {
        KEPT_DAYS
    }
}

pub async fn show(State(app): State<App>, SignedIn(viewer): SignedIn) -> Result<Response, AppError> {
    viewer.may_log()?;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let view = view(&app, &mut tx, &viewer, Typed::default()).await?;
    tx.commit().await?;
    page::ok(&view)
}

async fn view(app: &App, tx: &mut PgConnection, viewer: &Viewer, form: Typed) -> Result<ListPage, AppError> {
    let jobs = Job::latest(tx, viewer).await?;
    Ok(ListPage { frame: Frame::new(app, Some(viewer), "/bulk"), form, jobs, senders: viewer.supervisor })
}

/// A file as it came.
struct Upload {
    name: String,
    bytes: Vec<u8>,
}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    request: Request,
) -> Result<Response, AppError> {
    viewer.may_log()?;
    let parts = Multipart::from_request(request, &app)
        .await
        .map_err(|_| AppError::BadRequest("It was not sent as a form with a file. Nothing has been changed.".into()))?;
    let _place = PLACES.take(viewer.id).await?;
    let Ok(upload) = tokio::time::timeout(LONGEST_UPLOAD, upload(parts, &viewer)).await else {
        return Err(AppError::BadRequest(
            "The file took too long to arrive. Nothing has been changed; send it again.".into(),
        ));
    };
    let upload = match upload? {
        Ok(upload) => upload,
        Err((status, refusal)) => return again(&app, &viewer, status, refusal).await,
    };
    let now = app.clock.now();
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let today = sqlx::query_scalar!(
        r#"select count(*) as "n!" from bulk
           where organisation_id = $1 and person_id = $2 and kind <> 'form' and created > $3"#,
        viewer.organisation_id(),
        viewer.id,
        now - time::Duration::DAY
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.rollback().await?;
    if today >= FILES_A_DAY {
        return Err(AppError::TooMany(
            format!(
                "You have sent {FILES_A_DAY} files in the last 24 hours, which is the most. Send the next one tomorrow."
            )
            .into(),
        ));
    }
    let program = match &app.config.program {
        Some(program) => program.clone(),
        None => std::env::current_exe().map_err(|error| AppError::Broken(error.into()))?,
    };
    let code = viewer.organisation.as_ref().map(|organisation| organisation.code.clone()).unwrap_or_default();
    let (kind, rows) = match read(&program, &code, upload.bytes).await {
        Ok(read) => read,
        Err(NotRead::Failed(error)) => return Err(error),
        Err(NotRead::Refused(refusal)) => {
            tracing::info!(event = "file_refused", why = refusal.0, "a file was refused");
            return again(&app, &viewer, StatusCode::UNPROCESSABLE_ENTITY, refusal).await;
        }
    };
    let key = crate::secret::token();
    let mut tx = app.db.as_viewer(viewer.id).await?;
    keep(&mut tx, &viewer, &NewBulk { key: &key, name: &upload.name, kind, adds: false, rows: &rows }, now).await?;
    tx.commit().await?;
    app.bulk.notify_one();
    Ok(page::to(&format!("/bulk/{key}")))
}

/// The page again, saying why the file was not taken. Nothing of it is kept.
async fn again(app: &App, viewer: &Viewer, status: StatusCode, refusal: Refusal) -> Result<Response, AppError> {
    let mut form = Typed::default();
    form.wrong("file", refusal.0);
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let view = view(app, &mut tx, viewer, form).await?;
    tx.commit().await?;
    page::page(status, &view)
}

/// The parts of the form: its epoch and one file, of which no more is held than a file may have.
async fn upload(mut parts: Multipart, viewer: &Viewer) -> Result<Result<Upload, (StatusCode, Refusal)>, AppError> {
    let unreadable = |error: MultipartError| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => AppError::TooLarge,
        _ => AppError::BadRequest("The file did not arrive whole. Nothing has been changed; send it again.".into()),
    };
    let (mut is_current, mut upload) = (false, None);
    while let Some(mut part) = parts.next_field().await.map_err(unreadable)? {
        match part.name() {
            Some("epoch") => {
                is_current = bounded(&mut part, 32).await? == Some(viewer.epoch.to_string().into_bytes());
                if !is_current {
                    return Err(AppError::WasReset);
                }
            }
            // nothing is kept for a form of before, so it is known first
            Some("file") if !is_current => return Err(AppError::WasReset),
            Some("file") if upload.is_none() => {
                let name = shown_name(part.file_name().unwrap_or_default());
                let (mut bytes, mut count) = (Vec::new(), 0);
                while let Some(chunk) = part.chunk().await.map_err(unreadable)? {
                    count += chunk.len();
                    if count <= MOST_BYTES {
                        bytes.extend_from_slice(&chunk);
                    }
                }
                if count > MOST_BYTES {
                    let says = "The file is larger than 5 MB. Split it, and send the parts one after the other.";
                    return Ok(Err((StatusCode::PAYLOAD_TOO_LARGE, Refusal::because(says))));
                }
                upload = Some(Upload { name, bytes });
            }
            _ => {
                return Err(AppError::BadRequest(
                    "It holds a field that this form does not have, or one twice.".into(),
                ));
            }
        }
    }
    if !is_current {
        return Err(AppError::WasReset);
    }
    Ok(match upload {
        Some(upload) if !(upload.name.is_empty() && upload.bytes.is_empty()) => Ok(upload),
        _ => Err((StatusCode::UNPROCESSABLE_ENTITY, Refusal::because("Choose the file that holds your rows"))),
    })
}

/// The file's own name, without folders and what can't be shown, to tell it from others on the page.
fn shown_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|c| !c.is_control()).take(100).collect::<String>().trim().to_owned()
}
