//! `/queues/{queue}/assign-next`: a number of contacts, the first unassigned ones of the list as it is filtered and
//! ordered, to one colleague, without ticking any.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use tower_sessions::Session;

use super::act::given_to;
use super::list::draw;
use super::rows;
use super::{QueueOf, bulk};
use crate::app::App;
use crate::error::AppError;
use crate::flash::{self, Flash};
use crate::form::Submitted;
use crate::frame::Frame;
use crate::page;
use crate::session::SignedIn;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssignNext {
    #[serde(default)]
    how_many: String,
    #[serde(default)]
    next_to: String,
    #[serde(default)]
    back: String,
}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    queue: QueueOf,
    sent: Submitted<AssignNext>,
) -> Result<Response, AppError> {
    let filter = queue.worked_on(&sent.form.back)?;
    let mut form = sent.typed;
    let now = app.clock.now();
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let how_many = bulk::how_many(&sent.form.how_many).map_err(|says| form.wrong("how_many", says));
    let deed = given_to(&mut tx, &viewer, &sent.form.next_to).await?.map_err(|says| form.wrong("next_to", says));
    let (Ok(deed), Ok(how_many)) = (deed, how_many) else {
        drop(tx);
        let frame = Frame::new(&app, Some(&viewer), &format!("/queues/{}", filter.queue.slug()));
        return draw(&app, viewer, frame, filter, form, None).await;
    };
    let rows = rows::first_unassigned(&mut tx, &viewer, &filter, how_many, now).await?;
    let said = if rows.is_empty() {
        Flash { title: "Nothing in this list waits to be assigned".to_owned(), ..Flash::default() }
    } else {
        bulk::each(&app, &mut tx, &viewer, &rows, &deed, "").await?.said(&deed, &viewer, app.clock.now())
    };
    flash::leave_in(&mut tx, &session, &said).await?;
    tx.commit().await?;
    Ok(page::to(&filter.here()))
}
