//! POST `/workload/{account}/move`: some of a person's work, what is due first, to one colleague.

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use tower_sessions::Session;

use super::hand_over::again;
use super::whose::{both, held};
use crate::app::App;
use crate::error::AppError;
use crate::flash;
use crate::form::Submitted;
use crate::page;
use crate::queues::bulk::{self, Deed};
use crate::session::SignedIn;
use crate::trade::chosen::Choice;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MoveSome {
    #[serde(default)]
    how_many: String,
    #[serde(default)]
    move_to: String,
}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    Path(account): Path<String>,
    sent: Submitted<MoveSome>,
) -> Result<Response, AppError> {
    let mut form = sent.typed;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let (whose, to) = both(&mut tx, &app, &viewer, &account, &sent.form.move_to).await?;
    let how_many = bulk::how_many(&sent.form.how_many).map_err(|says| form.wrong("how_many", says));
    let Ok(Choice { id: to, name, .. }) = to.map_err(|says| form.wrong("move_to", says)) else {
        drop(tx);
        return again(&app, &viewer, &account, form).await;
    };
    let Ok(how_many) = how_many else {
        drop(tx);
        return again(&app, &viewer, &account, form).await;
    };
    let rows = held(&mut tx, &viewer, whose.id, how_many.into()).await?;
    let deed = Deed::Give { to, name };
    let said = bulk::each(&app, &mut tx, &viewer, &rows, &deed, "").await?.said(&deed, &viewer, app.clock.now());
    flash::leave_in(&mut tx, &session, &said).await?;
    tx.commit().await?;
    Ok(page::to("/workload"))
}
