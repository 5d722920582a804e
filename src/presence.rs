//! Who is at what right now, as the program's instances tell each other; `contacts/show/presence.rs` tells the pages.
//!
//! A page on which somebody works says so every few seconds; what is not said again fades. It goes by Postgres to
//! every instance (NOTIFY, in no contact's transaction, since it makes commits wait for each other), and from there as
//! server-sent events to the pages of the same organisation. Nothing is stored, and nothing happens while nobody works.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio::sync::{broadcast, watch};

const CHANNEL: &str = "cms_presence";
/// What was said is true for so long.
pub const FADES: Duration = Duration::from_secs(12);
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

/// A session that has ended, or a person whose rights have changed (0 for nobody): streams of theirs end.
#[derive(Debug, Clone, Deserialize)]
pub struct Over {
    pub session: String,
    pub person: i64,
}

/// What this instance has heard.
#[derive(Debug, Clone)]
pub struct Presence(Arc<Heard>);

#[derive(Debug)]
struct Heard {
    now: Mutex<HashMap<(i64, String), (Seen, Instant)>>,
    news: broadcast::Sender<Seen>,
    over: broadcast::Sender<Over>,
    stopping: watch::Sender<bool>,
}

impl Default for Presence {
    fn default() -> Self {
        let (news, _) = broadcast::channel(256);
        let (over, _) = broadcast::channel(1024);
        let (stopping, _) = watch::channel(false);
        Presence(Arc::new(Heard { now: Mutex::default(), news, over, stopping }))
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
            } else if let Ok(over) = serde_json::from_str::<Over>(heard.payload()) {
                // there may be no stream
                let _ = self.0.over.send(over);
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
    pub fn now_in(&self, organisation: i64) -> Vec<Seen> {
        let now = self.0.now.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = now.values().filter(|(seen, at)| seen.organisation == organisation && at.elapsed() < FADES);
        fresh.map(|(seen, _)| seen.clone()).collect()
    }

    /// Ends all streams, so that the program can stop.
    pub fn stop(&self) {
        self.0.stopping.send_replace(true);
    }

    /// Says it to every instance.
    pub async fn say(pool: &PgPool, seen: &Seen) -> Result<(), sqlx::Error> {
        sqlx::query!("select pg_notify($1, $2)", CHANNEL, json!(seen).to_string()).execute(pool).await?;
        Ok(())
    }

    /// What is said from now on.
    pub fn news(&self) -> broadcast::Receiver<Seen> {
        self.0.news.subscribe()
    }

    /// Whose streams are over from now on.
    pub fn over(&self) -> broadcast::Receiver<Over> {
        self.0.over.subscribe()
    }

    /// Rings when the program stops.
    pub fn stopping(&self) -> watch::Receiver<bool> {
        self.0.stopping.subscribe()
    }
}
