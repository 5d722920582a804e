//! Logging a contact: finder, form, possible duplicates, check answers, done; and the PSC of a closed one. The rooms are
//! those of every contact type: which one it is stands in the address, `/contacts/new/{type}`.

pub mod check;
pub mod done;
pub mod duplicates;
pub mod finder;
pub mod form;
pub mod psc;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;

use crate::contacts::types::ContactType;
use crate::error::AppError;

/// The contact type of the address; one that there is not answers 404.
#[derive(Debug)]
pub struct OfType(pub ContactType);

impl<S: Send + Sync> FromRequestParts<S> for OfType {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AppError> {
        let Path(slug) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| AppError::NotFound)?;
        ContactType::from_slug(&slug).map(OfType).ok_or(AppError::NotFound)
    }
}
