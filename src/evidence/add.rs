//! `/evidence?form=…`: add photos and PDF to a form, and take them away again. A page of its own for who has no
//! JavaScript; forms that have it ask for the same as JSON and stay where they are.

use std::time::Duration;

use askama::Template;
use axum::Json;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use sqlx::PgConnection;

use super::limits::{LONGEST_REQUEST, SECONDS_OF_WAITING};
use super::open::{heading, open};
use super::read::{OUTCOME, ReadFile, take};
use super::refusal::FileRefusal;
use super::scan::Verdict;
use super::{Waiting, name, room, waiting};
use crate::app::App;
use crate::error::AppError;
use crate::form::Submitted;
use crate::forms::Form;
use crate::frame::Frame;
use crate::limits::table::{FILE_BYTES, FILES};
use crate::limits::{hold, spend};
use crate::page;
use crate::secret::is_token;
use crate::session::{SignedIn, Viewer};
use crate::typed::Typed;
use crate::upload::{Part, Upload};

#[derive(Debug, Deserialize)]
pub struct EvidenceQuery {
    form: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remove {
    form: String,
}

#[derive(Template)]
#[template(path = "evidence/add.html")]
struct AddPage {
    frame: Frame,
    form: Typed,
    title: String,
    waiting: Waiting,
    refused: Vec<(String, FileRefusal)>,
}

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Query(asked): Query<EvidenceQuery>,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let form = Form::with_evidence(&asked.form).ok_or(AppError::NotFound)?;
    answer(&app, &viewer, &headers, &form, Vec::new()).await
}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Query(asked): Query<EvidenceQuery>,
    headers: HeaderMap,
    parts: Result<Multipart, MultipartRejection>,
) -> Result<Response, AppError> {
    let form = Form::with_evidence(&asked.form).ok_or(AppError::NotFound)?;
    let mut upload = Upload::of(parts, &viewer, OUTCOME)?;
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > LONGEST_REQUEST) {
        return Err(AppError::TooLarge);
    }
    let mut tx = app.db.as_viewer(viewer.id).await?;
    open(&form, &mut tx, &viewer).await?;
    drop(tx);
    let _places = hold(&app, &viewer, &FILES, Duration::from_secs(SECONDS_OF_WAITING)).await?;
    let (mut added, mut refused) = (0, Vec::new());
    while let Some(part) = upload.next("files").await? {
        let Part::File(mut part) = part else { continue };
        let sent = part.file_name().unwrap_or_default().to_owned();
        let kept = name::plain(&sent);
        match take(&app.config, &mut part, &viewer).await? {
            // what a browser sends where nothing was chosen
            Err(FileRefusal::Empty) if sent.is_empty() => {}
            Err(refusal) => refused.push((kept, refusal)),
            Ok(file) => match keep(&app, &viewer, &form, &kept, file).await? {
                Ok(()) => added += 1,
                Err(refusal) => refused.push((kept, refusal)),
            },
        }
    }
    for (_, refusal) in &refused {
        tracing::info!(event = "upload_refused", why = refusal.slug(), "a file was refused");
    }
    if added == 0 && refused.is_empty() {
        refused.push((String::new(), FileRefusal::Empty));
    }
    if refused.is_empty() && !wants_json(&headers) {
        return Ok(page::to(&address(&form)));
    }
    answer(&app, &viewer, &headers, &form, refused).await
}

pub async fn remove(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
    sent: Submitted<Remove>,
) -> Result<Response, AppError> {
    let form = Form::with_evidence(&sent.form.form).filter(|_| is_token(&id)).ok_or(AppError::NotFound)?;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    // gone already is as good as removed: the button may be pressed twice
    sqlx::query!(
        "delete from evidence where id = $1 and person_id = $2 and form = $3 and contact_id is null",
        id,
        viewer.id,
        form.address()
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    if wants_json(&headers) {
        return answer(&app, &viewer, &headers, &form, Vec::new()).await;
    }
    Ok(page::to(&address(&form)))
}

fn address(form: &Form) -> String {
    format!("/evidence?form={}", crate::address::urlencode(&form.address()))
}

fn wants_json(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).is_some_and(|kind| kind == "application/json")
}

/// Writes one file with its row, in a transaction of its own. Whoever adds to the same form meanwhile waits.
async fn keep(
    app: &App,
    viewer: &Viewer,
    form: &Form,
    name: &str,
    file: ReadFile,
) -> Result<Result<(), FileRefusal>, AppError> {
    let megabytes = i64::try_from(file.bytes.len().div_ceil(1_000_000)).unwrap_or(i64::MAX);
    spend(app, viewer, &FILE_BYTES, megabytes).await?;
    let id = crate::secret::token();
    app.evidence.put_first(&id, &file.bytes).await?;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    sqlx::query!(
        "select set_config('lock_timeout', '15s', true) as one, set_config('statement_timeout', '15s', true) as two,
                set_config('cms.verdict', $1, true) as three",
        if file.verdict == Verdict::Quarantined { file.verdict.code() } else { "" }
    )
    .fetch_one(&mut *tx)
    .await?;
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('evidence ' || $1::bigint || ' ' || $2::text, 0))",
        viewer.id,
        form.address()
    )
    .fetch_one(&mut *tx)
    .await?;
    let contact = open(form, &mut tx, viewer).await?;
    room::for_one_more(&mut tx, viewer).await?;
    if waiting(&mut tx, viewer, form, contact).await?.left == 0 {
        return Ok(Err(FileRefusal::NoRoom));
    }
    if !write(&mut tx, viewer, form, name, &id, &file, app.evidence.name()).await? {
        return Err(AppError::WasReset);
    }
    app.evidence.put(&mut tx, &id, &file.bytes).await?;
    tx.commit().await?;
    Ok(Ok(()))
}

async fn write(
    tx: &mut PgConnection,
    viewer: &Viewer,
    form: &Form,
    name: &str,
    id: &str,
    file: &ReadFile,
    stored: &str,
) -> Result<bool, sqlx::Error> {
    let side = |side: u32| i32::try_from(side).unwrap_or(i32::MAX);
    let done = sqlx::query!(
        "insert into evidence (id, person_id, organisation_id, form, name, media_type, size, sha256, width, height,
                               thumbnail, stored)
         select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 where (select epoch from installation) = $13",
        id,
        viewer.id,
        viewer.organisation_id(),
        form.address(),
        name,
        file.media_type,
        i32::try_from(file.bytes.len()).unwrap_or(i32::MAX),
        file.sha256,
        file.size.map(|(width, _)| side(width)),
        file.size.map(|(_, height)| side(height)),
        file.thumbnail,
        stored,
        viewer.epoch
    );
    Ok(done.execute(tx).await?.rows_affected() == 1)
}

/// The page, or the same as JSON: what waits, and what was not taken and why.
async fn answer(
    app: &App,
    viewer: &Viewer,
    headers: &HeaderMap,
    form: &Form,
    refused: Vec<(String, FileRefusal)>,
) -> Result<Response, AppError> {
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let contact = open(form, &mut tx, viewer).await?;
    let waiting = waiting(&mut tx, viewer, form, contact).await?;
    tx.commit().await?;
    let status = match &refused[..] {
        [] => StatusCode::OK,
        some if some.iter().any(|(_, refusal)| *refusal == FileRefusal::TooBig) => StatusCode::PAYLOAD_TOO_LARGE,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    if wants_json(headers) {
        let files: Vec<_> = waiting
            .files
            .iter()
            .map(|file| {
                json!({"id": file.id, "name": file.name, "size": file.size_words(),
                       "photo": file.is_photo() && file.is_clean})
            })
            .collect();
        let refused: Vec<String> = refused.iter().map(in_words).collect();
        return Ok((status, Json(json!({"files": files, "refused": refused, "left": waiting.left}))).into_response());
    }
    let mut typed = Typed::default();
    match &refused[..] {
        [] => {}
        [one] => typed.wrong("files", in_words(one)),
        some => typed.wrong("files", format!("{} files were not added", some.len())),
    }
    let frame = Frame::new(app, Some(viewer), "/evidence");
    page::page(status, &AddPage { frame, form: typed, title: heading(form), waiting, refused })
}

fn in_words((name, refusal): &(String, FileRefusal)) -> String {
    if name.is_empty() {
        return "Choose a photo or PDF to add".to_owned();
    }
    format!("“{name}” {}", refusal.says(name))
}

impl AddPage {
    /// Each of several files that were not added.
    fn each(&self) -> Vec<String> {
        if self.refused.len() < 2 { Vec::new() } else { self.refused.iter().map(in_words).collect() }
    }
}
