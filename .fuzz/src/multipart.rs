//! A form with files: the request taken apart, and each file judged by its content.

use std::sync::LazyLock;

use axum::body::Body;
use axum::extract::{FromRequest, Multipart, Request};
use cms::evidence::{kind::FileKind as Kind, photo, rewrite, scan};
use tokio::runtime::Runtime;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| tokio::runtime::Builder::new_current_thread().build().unwrap());

pub fn run(data: &[u8]) {
    RUNTIME.block_on(async {
        let request = Request::post("/evidence")
            .header("content-type", "multipart/form-data; boundary=X")
            .body(Body::from(data.to_vec()))
            .unwrap();
        let Ok(mut parts) = Multipart::from_request(request, &()).await else { return };
        while let Ok(Some(mut field)) = parts.next_field().await {
            let _ = cms::evidence::name::plain(field.file_name().unwrap_or_default());
            let Ok(Some(bytes)) = cms::upload::bounded(&mut field, 8 * 1024 * 1024).await else { return };
            judge(&bytes);
        }
    });
}

fn judge(bytes: &[u8]) {
    let Ok(kind) = Kind::of(bytes) else { return };
    if scan::is_test(bytes) {
        return;
    }
    if kind == Kind::Pdf {
        let _ = rewrite::rewrite(bytes);
        return;
    }
    // what is small to send may be large to decode: a fuzzer is after faults, not after time
    if photo::measure(bytes, kind).is_ok_and(|(width, height)| width.saturating_mul(height) <= 1_000_000)
        && let Ok(photo) = photo::clean(bytes, kind)
    {
        assert!(Kind::of(&photo.bytes).is_ok(), "what is served is a picture");
    }
}
