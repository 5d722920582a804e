//! Forms with files, as they come in: the epoch of their page first, then file by file into one bounded buffer, never
//! the whole request.
//!
//! Files on their way have places: so many at a time in all, given fairly by organisation, and two of each person's, so that
//! nobody who sends slowly keeps the others from sending.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError, MultipartRejection};
use axum::http::StatusCode;

use crate::deadlines::is_too_slow;
use crate::error::AppError;
use crate::fair_line::{self, FairLine};
use crate::session::Viewer;
use crate::stamp::{self, Stamp};

/// Of one person; trial accounts are shared, so a third waits a while.
const OWN: usize = 2;
/// Bytes of a field of text: a choice, and no more.
const MOST_OF_A_TEXT: usize = 32;

/// A form with files that is on its way.
#[derive(Debug)]
pub struct Upload {
    parts: Multipart,
    /// of the data as it stands
    epoch: i64,
    account: String,
    is_current: bool,
    /// the field of text that it may have
    text: Option<&'static str>,
    /// what a refusal says has come of the form
    outcome: &'static str,
}

/// A part of such a form.
#[derive(Debug)]
pub enum Part<'a> {
    Epoch,
    /// its field of text
    Text(String),
    File(Box<Field<'a>>),
}

impl Upload {
    pub fn of(
        parts: Result<Multipart, MultipartRejection>,
        viewer: &Viewer,
        outcome: &'static str,
    ) -> Result<Upload, AppError> {
        let parts = parts.map_err(|_| AppError::NotAForm)?;
        Ok(Upload {
            parts,
            epoch: viewer.epoch,
            account: viewer.account.clone(),
            is_current: false,
            text: None,
            outcome,
        })
    }

    /// The same with a field of text of this name.
    #[must_use]
    pub fn with_text(self, name: &'static str) -> Upload {
        Upload { text: Some(name), ..self }
    }

    /// The next part: the epoch, or a file in the field of this name. Files come after the epoch, since nothing is kept
    /// for a form of before a reset.
    pub async fn next(&mut self, field: &str) -> Result<Option<Part<'_>>, AppError> {
        let outcome = self.outcome;
        let part = self.parts.next_field().await.map_err(|error| broke_off(&error, outcome))?;
        let Some(mut part) = part else { return Ok(None) };
        match part.name() {
            Some("epoch") => {
                let sent = bounded(&mut part, stamp::LONGEST).await.map_err(|error| broke_off(&error, outcome))?;
                let stamp = sent.and_then(|bytes| String::from_utf8(bytes).ok()).and_then(|text| Stamp::read(&text));
                match &stamp {
                    Some(stamp) if stamp.is_of_another(&self.account) => {
                        return Err(AppError::OtherAccount(stamp.account.clone()));
                    }
                    Some(stamp) if !stamp.account.is_empty() => {}
                    Some(_) | None => return Err(AppError::Unstamped(self.account.clone())),
                }
                self.is_current = stamp.is_some_and(|stamp| stamp.epoch == self.epoch);
                if self.is_current { Ok(Some(Part::Epoch)) } else { Err(AppError::WasReset) }
            }
            Some(name) if Some(name) == self.text => {
                let text = bounded(&mut part, MOST_OF_A_TEXT).await.map_err(|error| broke_off(&error, outcome))?;
                let text = text.and_then(|bytes| String::from_utf8(bytes).ok());
                text.map(|text| Some(Part::Text(text))).ok_or_else(|| AppError::unknown_field(outcome))
            }
            Some(name) if name == field && !self.is_current => Err(AppError::Unstamped(self.account.clone())),
            Some(name) if name == field => Ok(Some(Part::File(Box::new(part)))),
            _ => Err(AppError::unknown_field(outcome)),
        }
    }

    /// Its page was drawn from the data as it stands.
    pub fn is_current(&self) -> bool {
        self.is_current
    }
}

/// The part's bytes; `None` if there are more than `most`, which are read and dropped so that an answer can be given.
pub async fn bounded(field: &mut Field<'_>, most: usize) -> Result<Option<Vec<u8>>, MultipartError> {
    let mut bytes = Vec::new();
    let mut fits = true;
    while let Some(chunk) = field.chunk().await? {
        fits = fits && bytes.len() + chunk.len() <= most;
        if fits {
            bytes.extend_from_slice(&chunk);
        } else {
            bytes = Vec::new();
        }
    }
    Ok(fits.then_some(bytes))
}

/// A request that is not a form with files, or is longer than any.
pub fn broke_off(error: &MultipartError, outcome: &str) -> AppError {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return AppError::TooLarge;
    }
    if is_too_slow(error) {
        return AppError::too_slow(outcome);
    }
    tracing::info!(%error, "a form with files was refused");
    AppError::BadRequest(format!("It did not arrive whole. {outcome}").into())
}

/// Places for files on their way.
#[derive(Debug)]
pub struct Places {
    all: Arc<FairLine>,
    /// by person, of those who have a place or wait for one
    own: Mutex<HashMap<i64, Arc<FairLine>>>,
    longest_wait: Duration,
}

/// A place, until it is dropped.
#[derive(Debug)]
pub struct Place {
    _own: fair_line::Place,
    _one_of_all: fair_line::Place,
}

impl Places {
    pub fn new(most: usize, longest_wait: Duration) -> Places {
        Places { all: FairLine::new(most), own: Mutex::default(), longest_wait }
    }

    /// Waits for a place of this person's; an error that is shown if there is none for long.
    pub async fn take(&self, person: i64, organisation: Option<i64>) -> Result<Place, AppError> {
        let own = self.of(person).take(0, self.longest_wait).await.map_err(|seconds| {
            let says = "Other files are on their way from this account. Nothing more has been added; try again when they have arrived.";
            AppError::Limited(says.into(), seconds)
        })?;
        let one_of_all =
            self.all.take(organisation.unwrap_or_default(), self.longest_wait).await.map_err(|seconds| {
                let says = "Many people send files just now. Nothing more has been added; try again in a moment.";
                AppError::Limited(says.into(), seconds)
            })?;
        Ok(Place { _own: own, _one_of_all: one_of_all })
    }

    fn of(&self, person: i64) -> Arc<FairLine> {
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        own.retain(|_, places| Arc::strong_count(places) > 1);
        own.entry(person).or_insert_with(|| FairLine::new(OWN)).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_has_two_places_of_all() {
        let places = Places::new(3, Duration::from_millis(20));
        let first = places.take(1, Some(1)).await.unwrap();
        let _second = places.take(1, Some(1)).await.unwrap();
        assert!(matches!(places.take(1, Some(1)).await, Err(AppError::Limited(_, 1))), "a third of one person");
        let third = places.take(2, Some(2)).await.unwrap();
        assert!(matches!(places.take(3, Some(3)).await, Err(AppError::Limited(..))), "a fourth of all");
        drop(first);
        places.take(3, Some(3)).await.unwrap();
        drop(third);
        places.take(1, Some(1)).await.unwrap();
        assert_eq!(places.own.lock().unwrap().len(), 1, "who has gone is forgotten");
    }
}
