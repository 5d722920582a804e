//! What operations ask. On the public listener: is the process alive, and can it serve, in one word. On a listener of their own
//! (`CMS_OPERATIONS_LISTEN`) also why not, and a few numbers.

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::app::App;

/// The process answers; asks nothing of the database.
pub async fn live() -> &'static str {
    "live\n"
}

/// Whether the database answers too; never why not.
pub async fn ready(State(app): State<App>) -> Response {
    match why_not(&app).await {
        None => "ready\n".into_response(),
        Some(_) => (StatusCode::SERVICE_UNAVAILABLE, "not ready\n").into_response(),
    }
}

/// The listener that only operations reach.
pub fn operations(app: &App) -> Router {
    Router::new()
        .route("/health/live", get(live))
        .route("/health/ready", get(ready_or_why_not))
        .route("/metrics", get(metrics))
        .with_state(app.clone())
}

async fn ready_or_why_not(State(app): State<App>) -> Response {
    match why_not(&app).await {
        None => "ready\n".into_response(),
        Some(why) => (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {why}\n")).into_response(),
    }
}

async fn why_not(app: &App) -> Option<String> {
    let asked = sqlx::query_scalar!(r#"select true as "yes!""#).fetch_one(&app.db.auth);
    match tokio::time::timeout(std::time::Duration::from_secs(2), asked).await {
        Ok(Ok(_)) => None,
        Ok(Err(error)) => Some(error.to_string()),
        Err(_) => Some("the database does not answer within two seconds".to_owned()),
    }
}

/// Connections and memory, in the text form that collectors read.
async fn metrics(State(app): State<App>) -> Response {
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
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}
