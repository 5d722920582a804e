//! Reading a file that a browser sends, then judging it by its content on a thread where that holds up no page.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::multipart::Field;
use sha2::{Digest, Sha256};

use super::kind::FileKind;
use super::limits::{AT_ONCE, MOST_BYTES, SECONDS_A_FILE, SECONDS_OF_WAITING};
use super::refusal::FileRefusal;
use super::scan::{Verdict, scan};
use super::{document, photo};
use crate::config::Config;
use crate::error::AppError;
use crate::fair_line::FairLine;
use crate::session::Viewer;
use crate::upload::{Place, Places, bounded, broke_off};

/// Files in memory; see [`AT_ONCE`].
static PLACES: LazyLock<Places> = LazyLock::new(|| Places::new(AT_ONCE, Duration::from_secs(SECONDS_OF_WAITING)));
/// Files being decoded: one, so that pages keep a core, and memory is little more than that of one photo; each organisation's in
/// its turn.
static DECODERS: LazyLock<Arc<FairLine>> = LazyLock::new(|| FairLine::new(1));

/// What has come of a form that is refused half-way.
pub const OUTCOME: &str = "Nothing more has been added; open the page again.";

/// A file as it is kept.
#[derive(Debug)]
pub struct ReadFile {
    pub bytes: Bytes,
    pub media_type: &'static str,
    /// pixels; none for a document
    pub size: Option<(u32, u32)>,
    pub thumbnail: Option<Vec<u8>>,
    pub sha256: Vec<u8>,
    pub verdict: Verdict,
    /// its place in memory, until it is stored
    _place: Place,
}

/// Reads one file of this person's to its end, whatever its size, and judges it.
pub async fn take(
    config: &Config,
    field: &mut Field<'_>,
    viewer: &Viewer,
) -> Result<Result<ReadFile, FileRefusal>, AppError> {
    let place = PLACES.take(viewer.id, viewer.organisation_id()).await?;
    let read = tokio::time::timeout(Duration::from_secs(SECONDS_A_FILE), bounded(field, MOST_BYTES));
    let Ok(read) = read.await else {
        return Err(AppError::too_slow(OUTCOME));
    };
    let Some(bytes) = read.map_err(|error| broke_off(&error, OUTCOME))? else { return Ok(Err(FileRefusal::TooBig)) };
    match judge(config, bytes, viewer.organisation_id()).await? {
        Ok(Judged { bytes, kind, size, thumbnail, verdict }) => {
            let sha256 = Sha256::digest(&bytes).to_vec();
            Ok(Ok(ReadFile { bytes, media_type: kind.media_type(), size, thumbnail, sha256, verdict, _place: place }))
        }
        Err(refusal) => Ok(Err(refusal)),
    }
}

/// A file as it came out of its check.
struct Judged {
    bytes: Bytes,
    kind: FileKind,
    size: Option<(u32, u32)>,
    thumbnail: Option<Vec<u8>>,
    verdict: Verdict,
}

async fn judge(
    config: &Config,
    bytes: Vec<u8>,
    organisation: Option<i64>,
) -> Result<Result<Judged, FileRefusal>, AppError> {
    let kind = match FileKind::of(&bytes) {
        Ok(kind) => kind,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if kind != FileKind::Pdf
        && let Err(refusal) = photo::measure(&bytes, kind)
    {
        return Ok(Err(refusal));
    }
    // without a turn: a scanner that takes its time, or never answers, must not keep everybody's files waiting
    let verdict = scan(config, &bytes).await;
    if verdict == Verdict::Infected {
        return Ok(Err(FileRefusal::Infected));
    }
    let turn = DECODERS.take(organisation.unwrap_or_default(), Duration::from_secs(SECONDS_OF_WAITING)).await;
    let turn =
        turn.map_err(|seconds| AppError::Limited(format!("Many files are being read. {OUTCOME}").into(), seconds))?;
    if kind == FileKind::Pdf {
        let anew = document::clean(&config.program()?, bytes).await?;
        return Ok(anew.map(|bytes| Judged { bytes: bytes.into(), kind, size: None, thumbnail: None, verdict }));
    }
    let judged = tokio::task::spawn_blocking(move || {
        // whoever sent it may have gone, and it is decoded all the same
        let _turn = turn;
        let photo = photo::clean(&bytes, kind)?;
        let (size, thumbnail) = (Some((photo.width, photo.height)), Some(photo.thumbnail));
        Ok(Judged { bytes: photo.bytes.into(), kind: photo.kind, size, thumbnail, verdict })
    })
    .await
    .map_err(|panic| AppError::Broken(panic.into()))?;
    Ok(judged)
}
