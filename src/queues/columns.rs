//! `/queues/{queue}/columns`: which columns a queue shows, by queue and kept for each person. CRN, status and site are
//! always there.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::QueueOf;
use super::filter::Column;
use crate::app::App;
use crate::error::AppError;
use crate::form::Submitted;
use crate::page;
use crate::session::SignedIn;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnsForm {
    /// "keep", or "usual" for what the queue shows of itself
    #[serde(default)]
    what: String,
    #[serde(default)]
    back: String,
}

/// Keeps the columns that are ticked.
pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    queue: QueueOf,
    sent: Submitted<ColumnsForm>,
) -> Result<Response, AppError> {
    let filter = queue.list(&sent.form.back)?;
    let offered = Column::offered(&viewer, filter.queue);
    let chosen = offered.iter().map(|column| column.code().to_owned());
    let chosen: Vec<String> = chosen.filter(|code| sent.ticks.contains(code)).collect();
    let mut tx = app.db.as_viewer(viewer.id).await?;
    if sent.form.what == "usual" {
        sqlx::query!("delete from list_columns where person_id = $1 and queue = $2", viewer.id, filter.queue.slug())
            .execute(&mut *tx)
            .await?;
    } else {
        sqlx::query!(
            "insert into list_columns (person_id, queue, columns) values ($1, $2, $3)
             on conflict (person_id, queue) do update set columns = excluded.columns",
            viewer.id,
            filter.queue.slug(),
            &chosen
        )
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    Ok(page::to(&filter.here()))
}
