//! `/queues/{queue}/filters`: a filter kept under a name, of one's own or, by a supervisor, for the organisation; one of
//! them can be the one with which the queue opens.

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use tower_sessions::Session;

use super::list::draw;
use super::{Filter, Queue, QueueOf};
use crate::app::App;
use crate::error::{AppError, constraint};
use crate::flash::{self, Flash};
use crate::form::{Submitted, line};
use crate::frame::Frame;
use crate::limits::table::FILTERS;
use crate::page;
use crate::seal::Kind;
use crate::session::{SignedIn, Viewer};
use crate::trade::text::length;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaveFilter {
    #[serde(default, deserialize_with = "line")]
    filter_name: String,
    #[serde(default)]
    shared: String,
    #[serde(default)]
    opens: String,
    #[serde(default)]
    back: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeFilter {
    /// "remove", "open-with" or "open-whole"
    #[serde(default)]
    what: String,
    #[serde(default)]
    back: String,
}

/// Keeps the filter in view.
pub async fn add(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    queue: QueueOf,
    sent: Submitted<SaveFilter>,
) -> Result<Response, AppError> {
    let (filter, mut form) = (whole(queue, &sent.form.back)?, sent.typed);
    let name = &sent.form.filter_name;
    if !(1..=60).contains(&length(name)) {
        form.wrong("filter_name", "Enter a name of at most 60 characters");
    }
    let shared = sent.form.shared == "yes";
    if shared && !(viewer.supervisor && viewer.organisation.is_some()) {
        return Err(AppError::Forbidden("Only a supervisor keeps filters for the organisation.".into()));
    }
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let has = sqlx::query_scalar!(
        r#"select count(*) as "n!" from saved_filter where case when $2 then person_id is null else person_id = $1 end"#,
        viewer.id,
        shared
    )
    .fetch_one(&mut *tx)
    .await?;
    if has >= i64::from(FILTERS.person) {
        form.wrong("filter_name", format!("{} Remove one first", FILTERS.says));
    }
    if !form.has_errors() {
        let saved = sqlx::query_scalar!(
            "insert into saved_filter (organisation_id, person_id, queue, name, query) values ($1, $2, $3, $4, $5)
             returning id",
            viewer.organisation_id(),
            (!shared).then_some(viewer.id),
            filter.queue.slug(),
            name,
            filter.to_query(),
        )
        .fetch_one(&mut *tx)
        .await;
        match saved {
            Ok(id) => {
                if sent.form.opens == "yes" {
                    open_with(&mut tx, &viewer, filter.queue, id).await?;
                }
                tx.commit().await?;
                let title = format!("Filter “{name}” saved");
                flash::leave(&session, Flash { success: true, title, ..Flash::default() }).await?;
                return Ok(page::to(&filter.path()));
            }
            Err(error) if constraint(&error) == Some("a_filter_has_its_own_name") => {
                form.wrong("filter_name", "A filter of this queue has this name already");
            }
            Err(error) => return Err(error.into()),
        }
    }
    // the page takes a connection of its own
    drop(tx);
    let frame = Frame::new(&app, Some(&viewer), &format!("/queues/{}", filter.queue.slug()));
    draw(&app, viewer, frame, filter, form, None).await
}

/// Removes one, or makes it the one with which the queue opens, or no longer.
pub async fn change(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    queue: QueueOf,
    Path((_, id)): Path<(String, String)>,
    sent: Submitted<ChangeFilter>,
) -> Result<Response, AppError> {
    let filter = whole(queue, &sent.form.back)?;
    let id = viewer.seal.open(Kind::Filter, &id).ok_or(AppError::NotFound)?;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let is_own = sqlx::query_scalar!(
        r#"select person_id is not null as "own!" from saved_filter where id = $1 and queue = $2
           and (person_id = $3 or (person_id is null and organisation_id = $4))"#,
        id,
        filter.queue.slug(),
        viewer.id,
        viewer.organisation_id()
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(AppError::NotFound)?;
    match sent.form.what.as_str() {
        "open-with" => match open_with(&mut tx, &viewer, filter.queue, id).await {
            // removed in this very moment
            Err(error) if constraint(&error) == Some("default_filter_filter_id_fkey") => {
                return Err(AppError::NotFound);
            }
            opened => opened?,
        },
        "open-whole" => {
            sqlx::query!(
                "delete from default_filter where person_id = $1 and queue = $2",
                viewer.id,
                filter.queue.slug()
            )
            .execute(&mut *tx)
            .await?;
        }
        "remove" => {
            let removed = sqlx::query!(
                "delete from saved_filter where id = $1 and (person_id = $2 or (person_id is null and $3))",
                id,
                viewer.id,
                viewer.supervisor
            )
            .execute(&mut *tx)
            .await?;
            // gone already is as good as removed
            if removed.rows_affected() == 0 && !is_own && !viewer.supervisor {
                return Err(AppError::Forbidden("Only a supervisor removes a filter of the organisation.".into()));
            }
        }
        _ => return Err(AppError::BadRequest("Filters have no such act.".into())),
    }
    tx.commit().await?;
    Ok(page::to(&filter.path()))
}

/// The list from its first row.
fn whole(queue: QueueOf, back: &str) -> Result<Filter, AppError> {
    Ok(Filter { cursor: None, ..queue.list(back)? })
}

async fn open_with(tx: &mut sqlx::PgConnection, viewer: &Viewer, queue: Queue, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into default_filter (person_id, queue, filter_id) values ($1, $2, $3)
         on conflict (person_id, queue) do update set filter_id = excluded.filter_id",
        viewer.id,
        queue.slug(),
        id
    )
    .execute(tx)
    .await?;
    Ok(())
}
