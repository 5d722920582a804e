//! What operations ask: is the process alive, can it serve, and a few numbers. Answered to this machine only.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, http::HeaderMap};

use crate::app::App;
use crate::error::AppError;
use crate::guard::Client;

/// The process answers; asks nothing of the database.
pub async fn live() -> &'static str {
    "live\n"
}

/// The database answers too.
pub async fn ready(State(app): State<App>, Extension(client): Extension<Client>) -> Result<Response, AppError> {
    from_here(client)?;
    let asked = sqlx::query_scalar!(r#"select true as "yes!""#).fetch_one(&app.db.auth);
    match tokio::time::timeout(std::time::Duration::from_secs(2), asked).await {
        Ok(Ok(_)) => Ok("ready\n".into_response()),
        _ => Ok((StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response()),
    }
}

/// Connections and memory, in the text form that collectors read.
pub async fn metrics(State(app): State<App>, Extension(client): Extension<Client>) -> Result<Response, AppError> {
    from_here(client)?;
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8"));
    let resident = std::fs::read_to_string("/proc/self/status")
        .ok()
        .and_then(|status| {
            let line = status.lines().find(|line| line.starts_with("VmRSS:"))?.to_owned();
            line.split_whitespace().nth(1)?.parse::<u64>().ok()
        })
        .unwrap_or_default();
    let text = format!(
        "# TYPE cms_web_connections gauge\ncms_web_connections {}\n\
         # TYPE cms_web_connections_idle gauge\ncms_web_connections_idle {}\n\
         # TYPE cms_resident_bytes gauge\ncms_resident_bytes {}\n",
        app.db.web.size(),
        app.db.web.num_idle(),
        resident * 1024,
    );
    Ok((headers, text).into_response())
}

/// Others don't learn that these pages exist.
fn from_here(Client(address): Client) -> Result<(), AppError> {
    if address.is_loopback() { Ok(()) } else { Err(AppError::NotFound) }
}
