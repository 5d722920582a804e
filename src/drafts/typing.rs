//! POST `/drafts`: what stands in a form right now, sent by its page as people type. Answers that it is kept, or in a
//! sentence why not.

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use sqlx::PgConnection;
use time::OffsetDateTime;

use super::kept_as;
use super::merge::{Changes, Merged, Sending};
use super::sent_form::SentForm;
use crate::app::App;
use crate::clock::Clock;
use crate::error::AppError;
use crate::forms::{Fields, is_empty};
use crate::session::{SignedIn, Viewer};
use crate::trade::working_time;

#[derive(Debug, Deserialize)]
pub struct Typing {
    /// the path to which the form would be sent
    to: String,
    /// when its page was drawn, in milliseconds since 1970 by the server's clock
    drawn: i64,
    /// when it was last told that the form is kept
    heard: Option<i64>,
    /// names of the fields changed since then, with commas
    changed: Option<String>,
}

/// 204 if it is kept and nothing was changed elsewhere, else 200 with what was; any other status says why it is not kept.
pub async fn submit(
    State(app): State<App>,
    viewer: Option<SignedIn>,
    Query(typing): Query<Typing>,
    body: Bytes,
) -> Result<Response, AppError> {
    let Some(SignedIn(viewer)) = viewer else {
        return Ok(not_kept(
            StatusCode::UNAUTHORIZED,
            "You have been signed out. Sign in again in another tab, and it is kept from here; or send the form, and it \
             waits for you to sign in",
        ));
    };
    let sent = SentForm::read(&viewer.seal, &typing.to, &body).ok_or(AppError::NotFound)?;
    let sent = SentForm { address: kept_as(&viewer, &sent.address), ..sent };
    if sent.is_from_before(viewer.epoch) {
        return Ok(not_kept(StatusCode::CONFLICT, "The trial’s data was reset. Copy what you need, and start again"));
    }
    let now = Clock::System.milliseconds();
    let sending = Sending {
        fields: &sent.fields,
        changed: typing.changed.as_ref().map(|names| names.split(',').collect()),
        tab: typing.drawn,
        heard: typing.heard.unwrap_or(typing.drawn),
        now,
    };
    match keep(&app, &viewer, &sent, &sending).await {
        Ok(Some(merged)) if merged.news.is_empty() && merged.both.is_empty() => {
            Ok((StatusCode::NO_CONTENT, [("x-kept", now.to_string())]).into_response())
        }
        Ok(Some(merged)) => {
            Ok(axum::Json(json!({ "at": now, "news": merged.news, "both": merged.both })).into_response())
        }
        Ok(None) => Ok(not_kept(
            StatusCode::CONFLICT,
            "This form was sent or discarded from another page since. Copy what you need, and open it again",
        )),
        Err(AppError::Limited(says, seconds)) => {
            let mut response = not_kept(StatusCode::TOO_MANY_REQUESTS, &says);
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            Ok(response)
        }
        Err(error) => {
            tracing::error!(?error, "a draft could not be saved");
            Ok(not_kept(StatusCode::SERVICE_UNAVAILABLE, "The service is busy. It is tried again by itself"))
        }
    }
}

/// The page says this beside the form.
pub fn not_kept(status: StatusCode, says: &str) -> Response {
    (status, axum::Json(json!({ "says": says }))).into_response()
}

fn moment(milliseconds: i64) -> Result<OffsetDateTime, AppError> {
    let at = milliseconds.checked_mul(1_000).and_then(working_time::moment);
    at.ok_or_else(|| AppError::BadRequest("Its time is not a time.".into()))
}

/// What is kept now; none if the form was sent, or let go, since the page was drawn.
async fn keep(app: &App, viewer: &Viewer, sent: &SentForm, sending: &Sending<'_>) -> Result<Option<Merged>, AppError> {
    let drawn = moment(sending.tab)?;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    // two pages at once wait for each other, also where there is no draft yet
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($2, $1))", viewer.id, sent.address)
        .execute(&mut *tx)
        .await?;
    let row = sqlx::query!(
        r#"select fields, changes, done, (coalesce(done >= $3, false) or coalesce(sent >= $3, false)) as "is_over!"
           from draft where person_id = $1 and form = $2"#,
        viewer.id,
        sent.address,
        drawn
    )
    .fetch_optional(&mut *tx)
    .await?;
    let (fields, changes) = match row {
        Some(row) if row.is_over => return Ok(None),
        Some(row) if row.done.is_none() => (read(row.fields)?, read(row.changes)?),
        _ => (Fields::new(), Changes::new()),
    };
    let merged = sending.merge(&fields, changes);
    write(&mut tx, viewer, sent, &merged).await?;
    tx.commit().await?;
    Ok(Some(merged))
}

fn read<T: serde::de::DeserializeOwned>(value: serde_json::Value) -> Result<T, AppError> {
    serde_json::from_value(value).map_err(|error| AppError::Broken(error.into()))
}

/// A form in which nothing stands any more is no draft. Past two hundred of a person the oldest make room.
async fn write(tx: &mut PgConnection, viewer: &Viewer, sent: &SentForm, merged: &Merged) -> Result<(), AppError> {
    if is_empty(&merged.fields) {
        return super::close(tx, viewer, &sent.address).await;
    }
    sqlx::query!(
        r#"
        with kept as (
            insert into draft as d (person_id, form, title, fields, changes, version)
            values ($1, $2, $3, $4, $5, $6)
            on conflict (person_id, form) do update
            set fields = excluded.fields, title = excluded.title, changes = excluded.changes,
                version = excluded.version, saved = now(), expired = false, done = null
        )
        delete from draft old where old.person_id = $1 and old.form in (
            select o.form from draft o where o.person_id = $1 and o.done is null order by o.saved desc offset 200)
        "#,
        viewer.id,
        sent.address,
        sent.form.title(&merged.fields),
        json!(merged.fields),
        json!(merged.changes),
        sent.version
    )
    .execute(tx)
    .await
    .map_err(super::or_full)?;
    Ok(())
}
