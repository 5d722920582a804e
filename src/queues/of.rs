//! The queue that an address names, if this person has it; else there is nothing there.

use std::collections::HashMap;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;

use super::{Filter, Queue};
use crate::error::AppError;
use crate::session::SignedIn;

/// The queue of an address `/queues/{queue}/…`.
#[derive(Debug, Clone, Copy)]
pub struct QueueOf(pub Queue);

impl<S: Send + Sync> FromRequestParts<S> for QueueOf {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AppError> {
        let SignedIn(viewer) = <SignedIn as FromRequestParts<S>>::from_request_parts(parts, state).await?;
        let names = Path::<HashMap<String, String>>::from_request_parts(parts, state).await;
        let queue = names.ok().and_then(|Path(names)| Queue::parse(names.get("queue")?));
        queue.filter(|queue| queue.is_for(&viewer)).map(QueueOf).ok_or(AppError::NotFound)
    }
}

impl QueueOf {
    /// The list that a form on its page names, in which something is worked on.
    pub fn worked_on(self, back: &str) -> Result<Filter, AppError> {
        if !self.0.is_work() {
            return Err(AppError::NotFound);
        }
        self.list(back)
    }

    /// The list that a form on its page names, as that page showed it.
    pub fn list(self, back: &str) -> Result<Filter, AppError> {
        Filter::parse(self.0, back.split_once('?').map_or("", |(_, query)| query))
    }
}
