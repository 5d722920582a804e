//! Where the bytes of evidence are: rows of 256 KiB in Postgres, or objects in a bucket that speaks S3 (feature `s3`).
//! The row in `evidence` says which, and the row decides: bytes without one are nobody's, and go.

use axum::body::{Body, Bytes};
use http_body_util::BodyExt;
use http_body_util::channel::Channel;
use sqlx::{PgConnection, PgPool};
use tracing::Instrument;

use crate::db::Db;
use crate::error::AppError;

#[cfg(feature = "s3")]
pub mod bucket;

/// Bytes of a row in which a part of a file is kept.
const CHUNK: usize = 256 * 1024;

/// Where new files go.
#[derive(Debug, Default)]
pub enum Storage {
    #[default]
    Database,
    #[cfg(feature = "s3")]
    Bucket(bucket::Bucket),
}

impl Storage {
    /// What `evidence.stored` says of files that go there.
    pub fn name(&self) -> &'static str {
        match self {
            Storage::Database => "database",
            #[cfg(feature = "s3")]
            Storage::Bucket(_) => "bucket",
        }
    }

    /// What has to be done before the row is written: an object without a row is swept away, a row without its object
    /// would be a lie.
    #[cfg_attr(not(feature = "s3"), expect(clippy::unused_async, reason = "a bucket takes its time"))]
    pub async fn put_first(&self, id: &str, bytes: &Bytes) -> Result<(), AppError> {
        match self {
            Storage::Database => {
                let _ = (id, bytes);
                Ok(())
            }
            #[cfg(feature = "s3")]
            Storage::Bucket(bucket) => bucket.put(id, bytes.clone()).await,
        }
    }

    /// What has to be done in the transaction of the row, after it.
    pub async fn put(&self, tx: &mut PgConnection, id: &str, bytes: &Bytes) -> Result<(), AppError> {
        match self {
            Storage::Database => {
                for (part, chunk) in (0_i32..).zip(bytes.chunks(CHUNK)) {
                    sqlx::query!(
                        "insert into evidence_chunk (evidence_id, part, bytes) values ($1, $2, $3)",
                        id,
                        part,
                        chunk
                    )
                    .execute(&mut *tx)
                    .await?;
                }
                Ok(())
            }
            #[cfg(feature = "s3")]
            Storage::Bucket(_) => Ok(()),
        }
    }

    /// The file at once, for the background job, past the walls.
    pub async fn whole(&self, owner: &PgPool, id: &str, stored: &str) -> Result<Vec<u8>, AppError> {
        match self {
            #[cfg(feature = "s3")]
            Storage::Bucket(bucket) if stored == "bucket" => bucket.whole(id).await,
            _ if stored == "database" => {
                let chunks =
                    sqlx::query_scalar!("select bytes from evidence_chunk where evidence_id = $1 order by part", id);
                Ok(chunks.fetch_all(owner).await?.concat())
            }
            _ => Err(elsewhere(id, stored)),
        }
    }

    /// The file as a stream: never whole in memory, and no connection is held while a slow reader reads. Each part is
    /// asked for as the viewer, who is known to see the file.
    #[cfg_attr(not(feature = "s3"), expect(clippy::unused_async, reason = "a bucket takes its time"))]
    pub async fn get(&self, db: &Db, viewer: i64, id: &str, stored: &str) -> Result<Body, AppError> {
        match self {
            #[cfg(feature = "s3")]
            Storage::Bucket(bucket) if stored == "bucket" => bucket.get(id).await,
            _ if stored == "database" => Ok(from_chunks(db.clone(), viewer, id.to_owned())),
            _ => Err(elsewhere(id, stored)),
        }
    }
}

fn elsewhere(id: &str, stored: &str) -> AppError {
    AppError::Broken(format!("evidence {id} is in a {stored} that is not set up here").into())
}

fn from_chunks(db: Db, viewer: i64, id: String) -> Body {
    // fused: see queues/export.rs
    let (mut out, body) = Channel::<Bytes, std::io::Error>::new(1);
    let sending = async move {
        for part in 0.. {
            match chunk(&db, viewer, &id, part).await {
                Ok(Some(bytes)) => {
                    if out.send_data(bytes.into()).await.is_err() {
                        return;
                    }
                }
                Ok(None) => return,
                Err(error) => {
                    tracing::error!(%error, "a file broke off");
                    out.abort(std::io::Error::other("the file could not be read to its end"));
                    return;
                }
            }
        }
    };
    tokio::spawn(sending.in_current_span());
    Body::new(body.fuse())
}

async fn chunk(db: &Db, viewer: i64, id: &str, part: i32) -> Result<Option<Vec<u8>>, sqlx::Error> {
    let mut tx = db.as_viewer(viewer).await?;
    sqlx::query_scalar!("select bytes from evidence_chunk where evidence_id = $1 and part = $2", id, part)
        .fetch_optional(&mut *tx)
        .await
}
