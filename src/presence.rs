//! Who is at what right now: "{name} is answering this", on the rows and pages of colleagues. Never a lock.
//!
//! A page on which somebody works says so every few seconds; what is not said again fades. It goes by Postgres to
//! every instance (NOTIFY, in no contact's transaction, since it makes commits wait for each other), and from there as
//! server-sent events to the pages of the same organisation. Nothing is stored, and nothing happens while nobody works.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use http_body_util::channel::Channel;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio::sync::{broadcast, watch};

use crate::app::App;
use crate::contacts::Contact;
use crate::contacts::lifecycle::{Action, decide};
use crate::error::AppError;
use crate::form::Submitted;
use crate::session::SignedIn;

const CHANNEL: &str = "cms_presence";
/// What was said is true for so long.
pub const FADES: Duration = Duration::from_secs(12);
/// A stream ends by itself and is asked for anew, so that no session outlives its end by it.
const STREAM_FOR: Duration = Duration::from_mins(5);
/// A silent stream says that it is still there, so that no proxy closes it.
const STILL_THERE: Duration = Duration::from_secs(30);

/// Somebody at a contact.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Seen {
    pub organisation: i64,
    pub person: i64,
    pub name: String,
    pub crn: String,
    /// "answering this"
    pub doing: String,
}

/// What this instance has heard.
#[derive(Debug, Clone)]
pub struct Presence(Arc<Heard>);

#[derive(Debug)]
struct Heard {
    now: Mutex<HashMap<(i64, String), (Seen, Instant)>>,
    news: broadcast::Sender<Seen>,
    stopping: watch::Sender<bool>,
}

impl Default for Presence {
    fn default() -> Self {
        let (news, _) = broadcast::channel(256);
        let (stopping, _) = watch::channel(false);
        Presence(Arc::new(Heard { now: Mutex::default(), news, stopping }))
    }
}

impl Presence {
    /// Hears what all instances say, for as long as the program runs.
    pub async fn listen(self, pool: PgPool) {
        loop {
            if let Err(error) = self.hear(&pool).await {
                tracing::warn!(%error, "presence can’t be heard; trying again");
            }
            tokio::time::sleep(Duration::from_secs(5)).await;
        }
    }

    async fn hear(&self, pool: &PgPool) -> Result<(), sqlx::Error> {
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen(CHANNEL).await?;
        loop {
            let heard = listener.recv().await?;
            if let Ok(seen) = serde_json::from_str::<Seen>(heard.payload()) {
                self.note(seen);
            }
        }
    }

    fn note(&self, seen: Seen) {
        let mut now = self.0.now.lock().unwrap_or_else(PoisonError::into_inner);
        now.retain(|_, (_, at)| at.elapsed() < FADES);
        now.insert((seen.person, seen.crn.clone()), (seen.clone(), Instant::now()));
        drop(now);
        // nobody may be looking
        let _ = self.0.news.send(seen);
    }

    /// What is true now, in one organisation.
    fn now_in(&self, organisation: i64) -> Vec<Seen> {
        let now = self.0.now.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = now.values().filter(|(seen, at)| seen.organisation == organisation && at.elapsed() < FADES);
        fresh.map(|(seen, _)| seen.clone()).collect()
    }

    /// Ends all streams, so that the program can stop.
    pub fn stop(&self) {
        self.0.stopping.send_replace(true);
    }
}

/// What somebody does who has the form of an action open.
fn doing(action: Action) -> Option<&'static str> {
    match action {
        Action::Assign | Action::Reassign => Some("assigning this"),
        Action::SendClarification => Some("asking about this"),
        Action::AnswerClarification => Some("answering this"),
        Action::SendVisit => Some("sending a site visit for this"),
        Action::AnswerVisit => Some("answering this visit"),
        Action::ResolveValid | Action::ResolveInvalid => Some("resolving this"),
        Action::Log
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
    let contact = Contact::seen_by(&mut tx, &viewer, &crn).await?;
    drop(tx);
    if contact.with_org != Some(organisation) || decide(action, &contact.position(), viewer.actor()).is_err() {
        return Err(AppError::NotFound);
    }
    let seen =
        Seen { organisation, person: viewer.id, name: viewer.name.clone(), crn: contact.crn, doing: doing.to_owned() };
    sqlx::query!("select pg_notify($1, $2)", CHANNEL, json!(seen).to_string()).execute(&app.db.web).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Tells a page who of its organisation is at what, from now on.
pub async fn stream(State(app): State<App>, SignedIn(viewer): SignedIn) -> Result<Response, AppError> {
    // who belongs to no organisation has no colleagues, and need not ask again
    let Some(organisation) = viewer.organisation_id() else { return Ok(StatusCode::NO_CONTENT.into_response()) };
    let mut news = app.presence.0.news.subscribe();
    let mut stopping = app.presence.0.stopping.subscribe();
    let now = app.presence.now_in(organisation);
    let (mut out, body) = Channel::<Bytes>::new(16);
    tokio::spawn(async move {
        let me = viewer.id;
        let mut text = "retry: 5000\n\n".to_owned();
        for seen in now.iter().filter(|seen| seen.person != me) {
            text += &line(seen);
        }
        let ends = tokio::time::sleep(STREAM_FOR);
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
                () = &mut ends => return,
                _ = stopping.wait_for(|stop| *stop) => return,
            }
        }
    });
    Ok(([(header::CONTENT_TYPE, "text/event-stream")], Body::new(body.fuse())).into_response())
}

fn line(seen: &Seen) -> String {
    let fades = FADES.as_secs();
    let says = format!("{} is {}", seen.name, seen.doing);
    format!("data: {}\n\n", json!({ "crn": seen.crn, "says": says, "fades": fades }))
}
