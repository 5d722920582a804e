//! `/queues/{queue}/act`: assign, take or return the contacts that are ticked in a list, on whichever of its pages.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use tower_sessions::Session;

use super::bulk::{self, Deed, MOST};
use super::list::draw;
use super::ticked::Together;
use super::{QueueOf, selection};
use crate::app::App;
use crate::error::AppError;
use crate::flash;
use crate::form::Submitted;
use crate::frame::Frame;
use crate::page;
use crate::session::{SignedIn, Viewer};
use crate::trade::chosen;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActForm {
    #[serde(default, rename = "act")]
    what: String,
    #[serde(default)]
    colleague: String,
    /// address of the list, to come back to
    #[serde(default)]
    back: String,
    /// CRNs of the rows that the page showed, ticked or not
    #[serde(default)]
    shown: String,
}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    queue: QueueOf,
    sent: Submitted<ActForm>,
) -> Result<Response, AppError> {
    let filter = queue.worked_on(&sent.form.back)?;
    let mut form = sent.typed;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let ticks = selection::merged(&mut tx, &viewer, &filter, &sent.form.shown, &sent.ticks).await?;
    if ticks.is_empty() {
        form.wrong("results", "Select at least one contact");
    }
    if ticks.len() > MOST {
        form.wrong("results", format!("Select at most {MOST} contacts: {} are ticked", ticks.len()));
    }
    let what = sent.form.what.as_str();
    // what can't be undone has a form of its own
    if let (Some(together), false) = (Together::parse(what), form.has_errors()) {
        selection::keep(&mut tx, &viewer, &filter, &ticks, app.clock.now()).await?;
        tx.commit().await?;
        return Ok(page::to(&together.address(filter.queue, &filter.here())));
    }
    let deed = match what {
        "mine" => Some(Deed::Give { to: viewer.id, name: "you".to_owned() }),
        "return" => Some(Deed::Return),
        "assign" => {
            let deed = given_to(&mut tx, &viewer, &sent.form.colleague).await?;
            deed.map_err(|says| form.wrong("colleague", says)).ok()
        }
        what if Together::parse(what).is_some() => None,
        _ => return Err(AppError::BadRequest("The list has no such act.".into())),
    };
    let (Some(deed), false) = (deed, form.has_errors()) else {
        drop(tx);
        let frame = Frame::new(&app, Some(&viewer), &format!("/queues/{}", filter.queue.slug()));
        return draw(&app, viewer, frame, filter, form, Some(ticks)).await;
    };
    selection::clear(&mut tx, &viewer, &filter).await?;
    let outcome = bulk::each(&app, &mut tx, &viewer, &bulk::ticked(&ticks)?, &deed, "").await?;
    flash::leave_in(&mut tx, &session, &outcome.said(&deed, &viewer, app.clock.now())).await?;
    tx.commit().await?;
    Ok(page::to(&filter.here()))
}

/// Giving to the colleague that was chosen, if one was.
pub async fn given_to(
    tx: &mut sqlx::PgConnection,
    viewer: &Viewer,
    colleague: &str,
) -> Result<Result<Deed, String>, AppError> {
    let colleagues = crate::people::active_colleagues(tx, viewer).await?;
    let found = chosen::meant(&colleagues, colleague).map(|one| Deed::Give { to: one.id, name: one.name });
    Ok(found.ok_or_else(|| chosen::ask("Choose a colleague", &colleagues)))
}
