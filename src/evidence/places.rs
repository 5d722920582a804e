//! Places for files on their way: so many at a time in all, and two of each person's, so that nobody who sends slowly
//! keeps the others from sending.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::AppError;

/// Of one person; trial accounts are shared, so a third waits a while.
const OWN: usize = 2;

#[derive(Debug)]
pub struct Places {
    all: Arc<Semaphore>,
    /// by person, of those who have a place or wait for one
    own: Mutex<HashMap<i64, Arc<Semaphore>>>,
    longest_wait: Duration,
}

/// A place, until it is dropped.
#[derive(Debug)]
pub struct Place {
    _own: OwnedSemaphorePermit,
    _one_of_all: OwnedSemaphorePermit,
}

impl Places {
    pub fn new(most: usize, longest_wait: Duration) -> Places {
        Places { all: Arc::new(Semaphore::new(most)), own: Mutex::default(), longest_wait }
    }

    /// Waits for a place of this person's; an error that is shown if there is none for long.
    pub async fn take(&self, person: i64) -> Result<Place, AppError> {
        let own = tokio::time::timeout(self.longest_wait, self.of(person).acquire_owned());
        let Ok(own) = own.await else {
            return Err(AppError::TooMany(
                "Other files are on their way from this account. Nothing more has been added; try again when they have arrived."
                    .into(),
            ));
        };
        let Ok(one_of_all) = tokio::time::timeout(self.longest_wait, self.all.clone().acquire_owned()).await else {
            return Err(AppError::TooMany(
                "Many people send files just now. Nothing more has been added; try again in a moment.".into(),
            ));
        };
        let closed = |error: tokio::sync::AcquireError| AppError::Broken(error.into());
        Ok(Place { _own: own.map_err(closed)?, _one_of_all: one_of_all.map_err(closed)? })
    }

    fn of(&self, person: i64) -> Arc<Semaphore> {
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        own.retain(|_, places| Arc::strong_count(places) > 1);
        own.entry(person).or_insert_with(|| Arc::new(Semaphore::new(OWN))).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_has_two_places_of_all() {
        let places = Places::new(3, Duration::from_millis(20));
        let first = places.take(1).await.unwrap();
        let _second = places.take(1).await.unwrap();
        assert!(matches!(places.take(1).await, Err(AppError::TooMany(_))), "a third of one person");
        let third = places.take(2).await.unwrap();
        assert!(matches!(places.take(3).await, Err(AppError::TooMany(_))), "a fourth of all");
        drop(first);
        places.take(3).await.unwrap();
        drop(third);
        places.take(1).await.unwrap();
        assert_eq!(places.own.lock().unwrap().len(), 1, "who has gone is forgotten");
    }
}
