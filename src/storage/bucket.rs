//! A bucket that speaks S3, for installations that keep files out of the database. Compiled with the feature `s3` only:
//! it is the one part of the program that makes connections to anything but Postgres.
//!
//! An object is put before the row that names it and is not deleted with it; [`Bucket::sweep`] removes every object
//! that is older than five minutes and has no row.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::Uri;
use clap::Args;
use futures_util::TryStreamExt;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{ClientOptions, ObjectStore, ObjectStoreExt, RetryConfig};
use sqlx::PgPool;
use time::OffsetDateTime;

use crate::error::AppError;
use crate::secrets::secret;
use crate::source::is_loopback;

/// Objects of ours; whatever else is in the bucket is left alone.
const PREFIX: &str = "evidence";
/// Seconds for which an object may be without its row: the longest that a transaction takes, and then some.
const GRACE: i64 = 5 * 60 - 60;
/// Objects that are looked up at a time.
const AT_ONCE: usize = 500;

/// Where photos and documents go if not into the database.
#[derive(Debug, Clone, Args)]
pub struct BucketSettings {
    /// Bucket that keeps photos and documents; without it they are in the database
    #[arg(long, env = "CMS_S3_BUCKET")]
    pub s3_bucket: Option<String>,
    /// Address of the service, such as `https://s3.internal:9000`; AWS itself needs none
    #[arg(long, env = "CMS_S3_ENDPOINT")]
    pub s3_endpoint: Option<String>,
    /// A bucket on another machine by http, so that whoever listens on the way reads the files: warned of
    #[arg(long, env = "CMS_S3_WITHOUT_TLS", value_parser = ["yes", "no"])]
    pub s3_without_tls: Option<String>,
    /// Region of the bucket
    #[arg(long, env = "CMS_S3_REGION", default_value = "eu-west-2")]
    pub s3_region: String,
    /// Access key
    #[arg(skip = secret("CMS_S3_ACCESS_KEY"))]
    pub s3_access_key: Option<String>,
    /// Secret key
    #[arg(skip = secret("CMS_S3_SECRET_KEY"))]
    pub s3_secret_key: Option<String>,
}

#[derive(Debug)]
pub struct Bucket(AmazonS3);

/// Refuses a bucket on another machine by http: what is sent is signed, not hidden.
fn is_private(endpoint: &str, without_tls: bool) -> Result<(), String> {
    let address: Uri = endpoint.parse().map_err(|_| "CMS_S3_ENDPOINT is no address.".to_owned())?;
    let host = address.host().unwrap_or_default();
    if address.scheme_str() == Some("https") || is_loopback(host) {
        return Ok(());
    }
    if without_tls {
        tracing::warn!(
            server = host,
            "CMS_S3_WITHOUT_TLS is set: whoever can listen on the way to the bucket reads all files"
        );
        return Ok(());
    }
    Err(format!(
        "CMS_S3_ENDPOINT leads to {host}, another machine, without https, so others could read along. (CMS_S3_WITHOUT_TLS=yes \
         goes without.)"
    ))
}

impl Bucket {
    /// Says in a sentence which setting is wrong; connects to nothing yet.
    pub fn new(settings: &BucketSettings) -> Result<Option<Bucket>, String> {
        let Some(name) = &settings.s3_bucket else { return Ok(None) };
        let (Some(key), Some(secret)) = (&settings.s3_access_key, &settings.s3_secret_key) else {
            return Err("CMS_S3_BUCKET needs CMS_S3_ACCESS_KEY and CMS_S3_SECRET_KEY.".to_owned());
        };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(name)
            .with_region(&settings.s3_region)
            .with_access_key_id(key)
            .with_secret_access_key(secret)
            // not every service that speaks S3 has it
            .with_disable_bulk_delete(true)
            .with_client_options(
                ClientOptions::new().with_timeout(Duration::from_secs(30)).with_connect_timeout(Duration::from_secs(3)),
            )
            .with_retry(RetryConfig {
                max_retries: 3,
                retry_timeout: Duration::from_secs(20),
                ..RetryConfig::default()
            });
        if let Some(endpoint) = &settings.s3_endpoint {
            is_private(endpoint, settings.s3_without_tls.as_deref() == Some("yes"))?;
            builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
        }
        builder.build().map(|store| Some(Bucket(store))).map_err(|error| format!("The bucket can’t be used: {error}."))
    }

    pub async fn put(&self, id: &str, bytes: Bytes) -> Result<(), AppError> {
        self.0.put(&path(id), bytes.into()).await.map_err(unavailable)?;
        Ok(())
    }

    /// The object as a stream; it is never whole in memory.
    pub async fn get(&self, id: &str) -> Result<Body, AppError> {
        Ok(Body::from_stream(self.0.get(&path(id)).await.map_err(unavailable)?.into_stream()))
    }

    pub async fn whole(&self, id: &str) -> Result<Vec<u8>, AppError> {
        let object = self.0.get(&path(id)).await.map_err(unavailable)?;
        Ok(object.bytes().await.map_err(unavailable)?.into())
    }

    /// Removes objects without a row. Answers how many those were.
    pub async fn sweep(&self, owner: &PgPool, now: OffsetDateTime) -> Result<usize, AppError> {
        let before = now.unix_timestamp() - GRACE;
        let mut objects = self.0.list(Some(&Path::from(PREFIX)));
        let (mut old, mut gone) = (Vec::new(), 0);
        while let Some(object) = objects.try_next().await.map_err(unavailable)? {
            if object.last_modified.timestamp() <= before {
                old.extend(object.location.filename().map(str::to_owned));
            }
            if old.len() == AT_ONCE {
                gone += self.remove_strays(owner, std::mem::take(&mut old)).await?;
            }
        }
        gone += self.remove_strays(owner, old).await?;
        if gone > 0 {
            tracing::info!(objects = gone, "objects without a row were removed from the bucket");
        }
        Ok(gone)
    }

    async fn remove_strays(&self, owner: &PgPool, ids: Vec<String>) -> Result<usize, AppError> {
        let strays = without_rows(owner, &ids).await?;
        for id in &strays {
            self.0.delete(&path(id)).await.map_err(unavailable)?;
        }
        Ok(strays.len())
    }
}

/// Those of these ids that no row has, or only that of an infected file.
async fn without_rows(owner: &PgPool, ids: &[String]) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select id as "id!" from unnest($1::text[]) as there (id)
           where not exists (select from evidence e where e.id = there.id and e.verdict <> 'infected')"#,
        ids
    )
    .fetch_all(owner)
    .await
}

fn path(id: &str) -> Path {
    Path::from_iter([PREFIX, id])
}

fn unavailable(error: object_store::Error) -> AppError {
    tracing::error!(%error, "the bucket did not answer as it should");
    AppError::Unavailable
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_on_another_machine_is_reached_by_https_or_not_at_all() {
        for near in ["http://127.0.0.1:9000", "http://localhost:9000", "http://[::1]:9000", "https://s3.internal:9000"]
        {
            is_private(near, false).unwrap();
        }
        for far in ["http://s3.internal:9000", "http://10.0.0.5", "http://localhost.example", "ftp://s3.internal"] {
            assert!(is_private(far, false).unwrap_err().contains("without https"), "{far}");
            is_private(far, true).unwrap();
        }
        assert!(is_private("no address", true).is_err());
    }
}
