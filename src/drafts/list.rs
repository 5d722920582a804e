//! The drafts on the home page, and discarding one (POST `/drafts/discard`).

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use sqlx::PgConnection;
use tower_sessions::Session;

use super::kept_as;
use crate::app::App;
use crate::error::AppError;
use crate::evidence;
use crate::flash::{self, Flash};
use crate::form::Submitted;
use crate::page;
use crate::session::{SignedIn, Viewer};
use crate::trade::working_time::show_time;

/// A form that was typed and not sent.
#[derive(Debug)]
pub struct Draft {
    pub address: String,
    pub title: String,
    pub saved: String,
}

/// The viewer's drafts, the latest first.
pub async fn of(tx: &mut PgConnection, viewer: &Viewer) -> Result<Vec<Draft>, AppError> {
    if !viewer.drafts {
        return Ok(Vec::new());
    }
    let rows = sqlx::query!(
        "select form, title, saved from draft where person_id = $1 and done is null
           and (form not like '/feedback#%' or form = $2) order by saved desc, form",
        viewer.id,
        kept_as(viewer, "/feedback")
    )
    .fetch_all(tx)
    .await?;
    Ok(rows.into_iter().map(|row| Draft { address: row.form, title: row.title, saved: show_time(row.saved) }).collect())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Discard {
    form: String,
}

pub async fn discard(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    sent: Submitted<Discard>,
) -> Result<Response, AppError> {
    let mut tx = app.db.as_viewer(viewer.id).await?;
    // photos and documents that wait for the form go with it
    evidence::discard(&mut tx, &viewer, &sent.form.form).await?;
    let title = sqlx::query_scalar!(
        "update draft set done = $3, fields = '[]' where person_id = $1 and form = $2 and done is null returning title",
        viewer.id,
        sent.form.form,
        crate::clock::Clock::System.now()
    )
    .fetch_optional(&mut *tx)
    .await?;
    if let Some(title) = title {
        let said = Flash { success: true, title: format!("Draft discarded: {title}"), ..Flash::default() };
        flash::leave_in(&mut tx, &session, &said).await?;
    }
    tx.commit().await?;
    Ok(page::to("/"))
}
