//! What this instance does at once, counted by whom it does it for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Those who have or wait for a place, after which who has gone is forgotten.
const MANY: usize = 1024;

type Whom = (&'static str, String);

#[derive(Debug, Default)]
pub struct AtOnce(Mutex<HashMap<Whom, Arc<Semaphore>>>);

/// A place, until it is dropped.
#[derive(Debug)]
pub struct Held {
    _place: OwnedSemaphorePermit,
}

impl AtOnce {
    /// One of the places that they have for this, once one is free; nothing if that takes longer.
    pub async fn take(&self, what: &'static str, whom: String, most: usize, longest: Duration) -> Option<Held> {
        let places = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if all.len() >= MANY {
                all.retain(|_, places| Arc::strong_count(places) > 1);
            }
            all.entry((what, whom)).or_insert_with(|| Arc::new(Semaphore::new(most))).clone()
        };
        let place = tokio::time::timeout(longest, places.acquire_owned()).await.ok()?.ok()?;
        Some(Held { _place: place })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_has_places_of_their_own() {
        let at_once = AtOnce::default();
        let take = async |whom: &str| at_once.take("x", whom.to_owned(), 2, Duration::from_millis(10)).await;
        let (first, second) = (take("amy").await, take("amy").await);
        assert!(first.is_some() && second.is_some() && take("amy").await.is_none());
        assert!(take("bob").await.is_some());
        drop(first);
        assert!(take("amy").await.is_some());
    }
}
