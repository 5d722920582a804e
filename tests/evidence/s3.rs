//! Evidence in a bucket, against a small server of our own that speaks as much of S3 as is needed: put, get, list and
//! delete, each signed (Signature Version 4).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use cms::clock::Clock;
use cms::storage::Storage;
use cms::storage::bucket::BucketSettings;
use sha2::{Digest, Sha256};
use time::format_description::well_known::{Rfc2822, Rfc3339};
use time::{Duration, OffsetDateTime};

use super::corpus::{noisy, pdf};
use super::{add, count, log_form, must_add};
use crate::world::World;

#[derive(Default)]
struct Objects {
    there: BTreeMap<String, (Bytes, OffsetDateTime)>,
    /// what was wrong with a request's signature
    unsigned: Vec<String>,
    refuses: bool,
}

type Shared = Arc<Mutex<Objects>>;

/// Whether a request is signed as SigV4 asks: the parts of the header, and the digest of the body.
fn is_signed(headers: &HeaderMap, body: &Bytes) -> Result<(), String> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let authorization = text("authorization");
    let rest = authorization.strip_prefix("AWS4-HMAC-SHA256 ").ok_or("no signature")?;
    let parts: BTreeMap<&str, &str> = rest.split(", ").filter_map(|part| part.split_once('=')).collect();
    let day = &text("x-amz-date")[..8];
    if parts.get("Credential") != Some(&&*format!("test-key/{day}/eu-west-2/s3/aws4_request")) {
        return Err(format!("credential: {authorization}"));
    }
    let signed = parts.get("SignedHeaders").copied().unwrap_or_default();
    if !["host", "x-amz-content-sha256", "x-amz-date"].iter().all(|name| signed.split(';').any(|known| known == *name))
    {
        return Err(format!("signed headers: {signed}"));
    }
    let signature = parts.get("Signature").copied().unwrap_or_default();
    if signature.len() != 64 || !signature.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(format!("signature: {signature}"));
    }
    let digest = cms::secret::hex(&Sha256::digest(body));
    if text("x-amz-content-sha256") != digest {
        return Err("the body is not what was signed".to_owned());
    }
    Ok(())
}

async fn object(
    State(shared): State<Shared>,
    Path(key): Path<String>,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut objects = shared.lock().unwrap();
    if let Err(wrong) = is_signed(&headers, &body) {
        objects.unsigned.push(wrong);
    }
    if objects.refuses {
        return StatusCode::FORBIDDEN.into_response();
    }
    match method {
        Method::PUT => {
            objects.there.insert(key, (body, OffsetDateTime::now_utc()));
            [(header::ETAG, "\"1\"")].into_response()
        }
        Method::GET => match objects.there.get(&key) {
            Some((bytes, at)) => {
                let at = at.format(&Rfc2822).unwrap().replace("+0000", "GMT");
                ([(header::ETAG, "\"1\"".to_owned()), (header::LAST_MODIFIED, at)], Body::from(bytes.clone()))
                    .into_response()
            }
            None => StatusCode::NOT_FOUND.into_response(),
        },
        Method::DELETE => {
            objects.there.remove(&key);
            StatusCode::NO_CONTENT.into_response()
        }
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

async fn list(State(shared): State<Shared>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let mut objects = shared.lock().unwrap();
    if let Err(wrong) = is_signed(&headers, &Bytes::new()) {
        objects.unsigned.push(wrong);
    }
    assert!(query.unwrap_or_default().contains("prefix=evidence%2F"), "all of the bucket was listed");
    let mut xml = "<?xml version=\"1.0\"?><ListBucketResult><IsTruncated>false</IsTruncated>".to_owned();
    for (key, (bytes, at)) in objects.there.range("evidence/".to_owned().."evidence0".to_owned()) {
        let at = at.format(&Rfc3339).unwrap();
        xml += &format!(
            "<Contents><Key>{key}</Key><LastModified>{at}</LastModified><ETag>1</ETag><Size>{}</Size></Contents>",
            bytes.len()
        );
    }
    ([(header::CONTENT_TYPE, "application/xml")], xml + "</ListBucketResult>").into_response()
}

/// A world whose files go to a bucket of its own.
async fn with_bucket() -> (World, Shared) {
    let shared = Shared::default();
    let server = Router::new()
        .route("/photos", get(list))
        .route("/photos/{*key}", any(object))
        .layer(axum::extract::DefaultBodyLimit::max(16 * 1024 * 1024))
        .with_state(shared.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, server).await });
    let settings = BucketSettings {
        s3_bucket: Some("photos".to_owned()),
        s3_endpoint: Some(endpoint),
        s3_without_tls: None,
        s3_region: "eu-west-2".to_owned(),
        s3_access_key: Some("test-key".to_owned()),
        s3_secret_key: Some("test-secret".to_owned()),
    };
    (World::with(|config| config.bucket = settings, Clock::System).await, shared)
}

#[tokio::test]
async fn files_go_to_the_bucket_and_come_back_from_it() {
    let (world, shared) = with_bucket().await;
    let mut amy = world.sign_in("alder.agent").await;
    let form = log_form();
    must_add(&mut amy, &form, &[("plan.pdf", &pdf("")), ("noise.jpg", &noisy(800, 800, 90))]).await;
    assert_eq!(count(&world, "stored = 'bucket'").await, 2);
    let chunks: i64 = sqlx::query_scalar("select count(*) from evidence_chunk").fetch_one(world.owner()).await.unwrap();
    assert_eq!(chunks, 0);
    let crn = super::acts::log(&mut amy, &form).await;
    let (id, digest, size): (String, Vec<u8>, i32) =
        sqlx::query_as("select id, sha256, size from evidence where place = 2").fetch_one(world.owner()).await.unwrap();
    {
        let objects = shared.lock().unwrap();
        let (bytes, _) = &objects.there[&format!("evidence/{id}")];
        assert_eq!((Sha256::digest(bytes).to_vec(), bytes.len()), (digest, usize::try_from(size).unwrap()));
        assert_eq!(objects.unsigned, [] as [String; 0]);
    }
    let page = amy.get(&format!("/contacts/{crn}/evidence/{id}")).await;
    assert_eq!((page.status.as_u16(), &page.headers["content-length"]), (200, &size.to_string().parse().unwrap()));
    let mut bob = world.sign_in("birch.agent").await;
    assert_eq!(bob.get(&format!("/contacts/{crn}/evidence/{id}")).await.status, 404);
    // one more instance whose files go to the database still says what it can't give
    let plain = World::on(world.url.clone(), |_| {}, Clock::System).await;
    let mut amy = plain.sign_in("alder.agent").await;
    assert_eq!(amy.get(&format!("/contacts/{crn}/evidence/{id}")).await.status, 500);
}

#[tokio::test]
async fn an_object_without_its_row_is_swept_and_a_row_never_lacks_its_object() {
    let (world, shared) = with_bucket().await;
    let mut amy = world.sign_in("alder.agent").await;
    let form = log_form();
    shared.lock().unwrap().refuses = true;
    assert_eq!(add(&mut amy, &form, &[("a.pdf", &pdf(""))]).await.status, 503);
    assert_eq!(count(&world, "true").await, 0);
    shared.lock().unwrap().refuses = false;
    // the object is put, then its row fails
    sqlx::raw_sql(
        "create function fails() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
         create trigger fails before insert on evidence for each row execute function fails()",
    )
    .execute(world.owner())
    .await
    .unwrap();
    assert_eq!(add(&mut amy, &form, &[("b.pdf", &pdf(""))]).await.status, 500);
    sqlx::raw_sql("drop trigger fails on evidence").execute(world.owner()).await.unwrap();
    must_add(&mut amy, &form, &[("c.pdf", &pdf(""))]).await;
    let others = ("backup/other".to_owned(), (Bytes::from_static(b"not ours"), OffsetDateTime::UNIX_EPOCH));
    shared.lock().unwrap().there.extend([others]);
    assert_eq!(shared.lock().unwrap().there.len(), 3);
    let Storage::Bucket(bucket) = &world.app.evidence else { panic!("no bucket") };
    let sweep = async |after: Duration| bucket.sweep(world.owner(), OffsetDateTime::now_utc() + after).await.unwrap();
    assert_eq!(sweep(Duration::minutes(1)).await, 0, "its transaction may still be under way");
    assert_eq!(sweep(Duration::minutes(5)).await, 1);
    let id: String = sqlx::query_scalar("select id from evidence").fetch_one(world.owner()).await.unwrap();
    let left: Vec<String> = shared.lock().unwrap().there.keys().cloned().collect();
    assert_eq!(left, ["backup/other".to_owned(), format!("evidence/{id}")]);
    // a file that is taken away again goes the same way
    sqlx::query("delete from evidence").execute(world.owner()).await.unwrap();
    assert_eq!(sweep(Duration::minutes(5)).await, 1);
    assert_eq!(shared.lock().unwrap().unsigned, [] as [String; 0]);
}
