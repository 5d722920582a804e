//! Where the forms led that this instance has done lately, so that one that is sent twice is done once and answers the
//! same thing. Only in memory: what must never be done twice, whichever instance it comes to, has its key or its version
//! in the database too.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long an answer is remembered, and how often those that are older are let go of.
const LASTS: Duration = Duration::from_mins(10);
const SWEPT: Duration = Duration::from_mins(1);

/// By the digest of a form and of who has sent it; empty until it is done.
pub type Slot = Arc<tokio::sync::Mutex<Option<String>>>;

#[derive(Debug)]
pub struct Answered(Mutex<Slots>);

#[derive(Debug)]
struct Slots {
    by_digest: HashMap<Vec<u8>, (Instant, Slot)>,
    swept: Instant,
}

impl Default for Answered {
    fn default() -> Answered {
        Answered(Mutex::new(Slots { by_digest: HashMap::new(), swept: Instant::now() }))
    }
}

impl Answered {
    /// Where this form led; who holds it does the form, and others that come with the same one wait.
    pub fn slot(&self, digest: Vec<u8>) -> Slot {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.swept.elapsed() >= SWEPT {
            slots.by_digest.retain(|_, (since, _)| since.elapsed() < LASTS);
            slots.swept = Instant::now();
        }
        Arc::clone(&slots.by_digest.entry(digest).or_insert_with(|| (Instant::now(), Slot::default())).1)
    }
}
