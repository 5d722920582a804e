//! Which contact type a page of a bulk is about: the first, unless its address says `?type=`.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use serde::Deserialize;

use crate::contacts::types::ContactType;
use crate::error::AppError;

/// The contact type of the address; one that there is not answers 404.
#[derive(Debug)]
pub struct OfType(pub ContactType);

#[derive(Debug, Deserialize)]
struct Asked {
    #[serde(default, rename = "type")]
    contact_type: String,
}

impl<S: Send + Sync> FromRequestParts<S> for OfType {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AppError> {
        let Query(asked) = Query::<Asked>::from_request_parts(parts, state).await.map_err(|_| AppError::NotFound)?;
        ContactType::chosen(&asked.contact_type).map(OfType).ok_or(AppError::NotFound)
    }
}
