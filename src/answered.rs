//! Where the forms led that this instance has done lately, so that one that is sent twice is done once and answers the
//! same thing. Only in memory: what must never be done twice, whichever instance it comes to, has its key or its version
//! in the database too.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long an answer is remembered once there are many.
const LASTS: Duration = Duration::from_mins(10);
const MANY: usize = 4_096;

/// By the digest of a form and of who has sent it; empty until it is done.
pub type Slot = Arc<tokio::sync::Mutex<Option<String>>>;

#[derive(Debug, Default)]
pub struct Answered(Mutex<HashMap<Vec<u8>, (Instant, Slot)>>);

impl Answered {
    /// Where this form led; who holds it does the form, and others that come with the same one wait.
    pub fn slot(&self, digest: Vec<u8>) -> Slot {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= MANY {
            slots.retain(|_, (since, _)| since.elapsed() < LASTS);
        }
        Arc::clone(&slots.entry(digest).or_insert_with(|| (Instant::now(), Slot::default())).1)
    }
}
