//! POST `/account/sessions`: ends another session of one's own account; this one ends by signing out. Where somebody else
//! is using it, as on a shared account, it is asked about first, and they are told who ended it.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use tower_sessions::Session;

use super::account::this;
use crate::app::App;
use crate::error::AppError;
use crate::flash::{self, Flash};
use crate::form::{Nothing, Submitted};
use crate::frame::Frame;
use crate::page;
use crate::session::SignedIn;
use crate::trade::words::plural;
use crate::trade::working_time::show_time;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndSession {
    #[serde(default)]
    session: String,
    /// it is somebody else's, and that is known
    #[serde(default)]
    is_sure: String,
}

#[derive(Template)]
#[template(path = "people/end_session.html")]
struct EndSessionPage {
    frame: Frame,
    id: String,
    used_by: String,
    browser: String,
    last_used: String,
}

/// POST `/account/sessions/others`: ends all but this one. A shared account’s others are other people.
pub async fn others(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    _sent: Submitted<Nothing>,
) -> Result<Response, AppError> {
    if viewer.demo {
        return Err(AppError::Forbidden("Other people use this shared account; end one session at a time.".into()));
    }
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let ended = sqlx::query_scalar!(
        r#"select end_other_sessions($1, $2) as "ended!""#,
        this(&session).unwrap_or_default(),
        viewer.account
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.commit().await?;
    let title = format!("{} ended", plural(u64::from(ended.unsigned_abs()), "other session"));
    flash::leave(&session, Flash { success: true, title, ..Flash::default() }).await?;
    Ok(page::to("/account"))
}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    sent: Submitted<EndSession>,
) -> Result<Response, AppError> {
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let found = sqlx::query!(
        "select id_hash, used_by, browser, last_seen from session
         where person_id = $1 and encode(id_hash, 'hex') = $2 and id_hash is distinct from $3",
        viewer.id,
        sent.form.session,
        this(&session)
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(AppError::NotFound)?;
    if found.used_by != viewer.used_by && sent.form.is_sure != "yes" {
        let used_by = if found.used_by.is_empty() { "somebody who gave no name".to_owned() } else { found.used_by };
        return page::ok(&EndSessionPage {
            frame: Frame::new(&app, Some(&viewer), "/account"),
            id: sent.form.session,
            used_by,
            browser: found.browser,
            last_used: show_time(found.last_seen),
        });
    }
    let by = if viewer.used_by.is_empty() {
        viewer.account.clone()
    } else {
        format!("{} ({})", viewer.account, viewer.used_by)
    };
    let is_ended = sqlx::query_scalar!(r#"select end_session($1, $2) as "is_ended!""#, found.id_hash, by)
        .fetch_one(&mut *tx)
        .await?;
    tx.commit().await?;
    if !is_ended {
        return Err(AppError::NotFound);
    }
    flash::leave(&session, Flash { success: true, title: "The session has ended".to_owned(), ..Flash::default() })
        .await?;
    Ok(page::to("/account"))
}
