//! `/queues/{queue}/new-count`: how many have come into a list since its page was drawn. The page asks by itself and
//! says "7 new, show"; nothing in it moves before its person wants it to.

use axum::Json;
use axum::extract::{RawQuery, State};
use serde_json::{Value, json};

use super::{Filter, QueueOf, rows};
use crate::app::App;
use crate::error::AppError;
use crate::session::SignedIn;
use crate::trade::working_time::moment;

/// The query is the list's own, and before it `since=` in microseconds since 1970.
pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    QueueOf(queue): QueueOf,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, AppError> {
    let query = query.unwrap_or_default();
    let (since, list) = query.split_once('&').unwrap_or((&query, ""));
    let since = since.strip_prefix("since=").and_then(|since| since.parse::<i64>().ok());
    let since = since.and_then(moment).ok_or_else(|| super::unreadable("since"))?;
    let filter = Filter::parse(queue, list)?;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let new = rows::newer(&mut tx, &viewer, &filter, since, app.clock.now()).await?;
    Ok(Json(json!({ "new": new })))
}
