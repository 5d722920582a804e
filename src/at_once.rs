//! What this instance does at once, counted by whom it does it for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::fair_line::{FairLine, Place};

/// Those who have or wait for a place, after which who has gone is forgotten.
const MANY: usize = 1024;

type Whom = (&'static str, String);

#[derive(Debug, Default)]
pub struct AtOnce(Mutex<HashMap<Whom, Arc<FairLine>>>);

impl AtOnce {
    /// One of the places that they have for this, once one is free; if that takes longer, the seconds after which it may be.
    pub async fn take(&self, what: &'static str, whom: String, most: usize, longest: Duration) -> Result<Place, u64> {
        let places = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if all.len() >= MANY {
                all.retain(|_, places| Arc::strong_count(places) > 1);
            }
            all.entry((what, whom)).or_insert_with(|| FairLine::new(most)).clone()
        };
        places.take(0, longest).await
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
        assert!(first.is_ok() && second.is_ok() && take("amy").await.is_err_and(|seconds| seconds == 1));
        assert!(take("bob").await.is_ok());
        drop(first);
        assert!(take("amy").await.is_ok());
    }
}
