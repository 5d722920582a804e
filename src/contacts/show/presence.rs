//! `/presence` and `/contacts/{crn}/presence`: "{name} is answering this", on the rows and pages of colleagues. Never a
//! lock.

use std::time::Duration;

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use http_body_util::channel::Channel;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::{broadcast, oneshot};

use crate::app::App;
use crate::contacts::Contact;
use crate::contacts::lifecycle::{Action, decide};
use crate::error::AppError;
use crate::form::Submitted;
use crate::limits::table::{PRESENCE, STREAMS};
use crate::limits::{hold, limited, spend_in};
use crate::presence::{FADES, Presence, Seen};
use crate::session::SignedIn;
use crate::source::{Client, counted};

/// A stream ends by itself and is asked for anew, so that no session outlives its end by it.
const STREAM_FOR: Duration = Duration::from_mins(5);
/// A silent stream says that it is still there, so that no proxy closes it.
const STILL_THERE: Duration = Duration::from_secs(30);

/// What somebody does who has the form of an action open.
fn doing(action: Action) -> Option<&'static str> {
    match action {
        Action::Assign | Action::Reassign => Some("assigning this"),
        Action::SendClarification => Some("asking about this"),
        Action::AnswerClarification => Some("answering this"),
        Action::SendVisit => Some("sending a site visit for this"),
        Action::AnswerVisit => Some("answering this visit"),
        Action::ResolveValid | Action::ResolveInvalid => Some("resolving this"),
        Action::Withdraw => Some("withdrawing this"),
        Action::Add => Some("adding to this"),
        // who writes a note is at no move
        Action::Note
        | Action::Log
        | Action::Return
        | Action::Allocate
        | Action::CloseNoReply
        | Action::Release
        | Action::Undo
        | Action::LogPsc => None,
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Here {
    #[serde(default)]
    action: String,
}

/// A page says that its person is at work on the contact; only where they may be.
pub async fn here(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Path(crn): Path<String>,
    sent: Submitted<Here>,
) -> Result<StatusCode, AppError> {
    let action = Action::parse(&sent.form.action);
    let (Some(action), Some(organisation)) = (action, viewer.organisation_id()) else { return Err(AppError::NotFound) };
    let Some(doing) = doing(action) else { return Err(AppError::NotFound) };
    let mut tx = app.db.as_viewer(viewer.id).await?;
    spend_in(&mut tx, &viewer, &PRESENCE, 1, None).await?;
    let contact = Contact::seen_by(&mut tx, &viewer, &crn).await?;
    tx.commit().await?;
    if decide(action, &contact.position(), viewer.actor()).is_err() {
        return Err(AppError::NotFound);
    }
    let seen =
        Seen { organisation, person: viewer.id, name: viewer.name.clone(), crn: contact.crn, doing: doing.to_owned() };
    Presence::say(&app.db.web, &seen).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Tells a page who of its organisation is at what, from now on.
pub async fn stream(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Extension(Client(client)): Extension<Client>,
) -> Result<Response, AppError> {
    // who belongs to no organisation has no colleagues, and need not ask again
    let Some(organisation) = viewer.organisation_id() else { return Ok(StatusCode::NO_CONTENT.into_response()) };
    let places = hold(&app, &viewer, &STREAMS, Duration::from_millis(100)).await?;
    let from = app.at_once.take(
        STREAMS.slug,
        counted(client).to_string(),
        STREAMS.client as usize,
        Duration::from_millis(100),
    );
    let from = from.await.map_err(|seconds| {
        let says = "More pages are open from your network address than may show who is at work. Try again in a moment.";
        limited(&STREAMS, says.to_owned(), seconds)
    })?;
    let mut news = app.presence.news();
    let mut over = app.presence.over();
    let mut stopping = app.presence.stopping();
    let now = app.presence.now_in(organisation);
    let (mut out, body) = Channel::<Bytes>::new(16);
    // goes with the body, which goes with its connection: the places are free at once, and what fills the body hears of it
    let (there, mut gone) = oneshot::channel::<()>();
    let held = (places, from, there);
    let body = body.fuse().map_frame(move |frame| {
        let _ = &held;
        frame
    });
    tokio::spawn(async move {
        let me = viewer.id;
        let mut text = "retry: 5000\n\n".to_owned();
        for seen in now.iter().filter(|seen| seen.person != me) {
            text += &line(seen);
        }
        // with a session that is not used: a page that is open still asks again, if it was used elsewhere meanwhile
        let left = viewer.ends - crate::clock::Clock::System.now().unix_timestamp();
        let left = Duration::from_secs(u64::try_from(left).unwrap_or_default());
        let ends = tokio::time::sleep(STREAM_FOR.min(left));
        tokio::pin!(ends);
        loop {
            if !text.is_empty() && out.send_data(Bytes::from(std::mem::take(&mut text))).await.is_err() {
                return;
            }
            tokio::select! {
                heard = news.recv() => match heard {
                    Ok(seen) if seen.organisation == organisation && seen.person != me => text = line(&seen),
                    // what was missed is said again in a moment
                    Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {}
                    Err(broadcast::error::RecvError::Closed) => return,
                },
                () = tokio::time::sleep(STILL_THERE) => ":\n\n".clone_into(&mut text),
                ended = over.recv() => match ended {
                    Ok(ended) if ended.session != viewer.session && ended.person != me => {}
                    // what was missed may have been ours: the page asks again
                    _ => return,
                },
                _ = &mut gone => return,
                () = &mut ends => return,
                _ = stopping.wait_for(|stop| *stop) => return,
            }
        }
    });
    Ok(([(header::CONTENT_TYPE, "text/event-stream")], Body::new(body)).into_response())
}

fn line(seen: &Seen) -> String {
    let fades = FADES.as_secs();
    let says = format!("{} is {}", seen.name, seen.doing);
    format!("data: {}\n\n", json!({ "crn": seen.crn, "name": seen.name, "says": says, "fades": fades }))
}
