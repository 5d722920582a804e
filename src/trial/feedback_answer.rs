//! POST `/trial/feedback`: a facilitator has read a message, and says in a word or a sentence what comes of it. Who gave
//! it sees that on `/feedback`.

use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use tower_sessions::Session;

use super::facilitators_only;
use super::feedback::{Refused, draw};
use crate::address::is_ours;
use crate::app::App;
use crate::error::AppError;
use crate::feedback::{STATES, in_words};
use crate::flash::{self, Flash};
use crate::form::Submitted;
use crate::page;
use crate::seal::Kind;
use crate::secret::fingerprint;
use crate::session::SignedIn;
use crate::trade::text::length;
use crate::trade::words::thousands;

/// The longest reply, in characters.
pub const LONGEST: usize = 500;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    id: String,
    state: String,
    #[serde(default, deserialize_with = "crate::form::trimmed")]
    reply: String,
    /// the list as it was filtered
    #[serde(default)]
    back: String,
    /// state and reply as the page showed them
    was: Option<String>,
}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    sent: Submitted<Answer>,
) -> Result<Response, AppError> {
    facilitators_only(&viewer)?;
    let answer = sent.form;
    let id = viewer.seal.open(Kind::Feedback, &answer.id).ok_or(AppError::NotFound)?;
    if !STATES.iter().any(|(state, _)| *state == answer.state) {
        return Err(AppError::does_not_fit());
    }
    let is_list = is_ours(&answer.back) && answer.back.starts_with("/trial/feedback");
    let back = if is_list { answer.back.as_str() } else { "/trial/feedback" };
    let length = length(&answer.reply);
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let there = sqlx::query!("select state, reply from feedback where id = $1 for update", id)
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(AppError::NotFound)?;
    let wrong = if length > LONGEST {
        Some(format!("A reply must have at most {LONGEST} characters; this has {}", thousands(length as u64)))
    } else if answer.was.as_ref().is_some_and(|was| *was != fingerprint(&[&there.state, &there.reply])) {
        let reply =
            if there.reply.is_empty() { "without a reply".to_owned() } else { format!("“{}”", there.reply) };
        let state = in_words(&there.state);
        Some(format!("A colleague has answered this meanwhile: {state}, {reply}. Saved now, yours takes its place"))
    } else {
        None
    };
    if let Some(says) = wrong {
        drop(tx);
        let filter = back.parse().ok().and_then(|uri| Query::try_from_uri(&uri).ok()).unwrap_or_default();
        let refused = Refused { id: answer.id, state: answer.state, reply: answer.reply, says };
        return draw(&app, &viewer, &session, filter.0, Some(refused)).await;
    }
    sqlx::query!(
        "update feedback set state = $2, reply = $3, replied = case when $2 = 'new' then null else $4::timestamptz end
         where id = $1",
        id,
        answer.state,
        answer.reply,
        app.clock.now()
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    flash::leave(
        &session,
        Flash { success: true, title: "Feedback updated".to_owned(), lines: Vec::new(), ..Flash::default() },
    )
    .await?;
    Ok(page::to(&format!("{back}#message-{}", answer.id)))
}
