//! POST `/announcements/put-away`: whoever has read an announcement puts it away, for their session.

use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use tower_sessions::Session;

use crate::error::AppError;
use crate::form::Submitted;
use crate::page;
use crate::session::{SignedIn, came_from};

/// Where the session keeps them; `session_load` leaves them out.
const PUT_AWAY: &str = "put_away";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PutAway {
    says: String,
}

pub async fn put_away(
    SignedIn(viewer): SignedIn,
    session: Session,
    headers: HeaderMap,
    sent: Submitted<PutAway>,
) -> Result<Response, AppError> {
    if viewer.announcements.contains(&sent.form.says) {
        let mut put_away: Vec<String> = session.get(PUT_AWAY).await?.unwrap_or_default();
        put_away.push(sent.form.says);
        session.insert(PUT_AWAY, put_away).await?;
    }
    let back = came_from(&headers);
    Ok(page::to(if back.is_empty() { "/" } else { &back }))
}
