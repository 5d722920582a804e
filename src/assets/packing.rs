//! Which form of a file the browser takes: brotli, gzip, or as it is.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

/// The smallest form of a file that the browser takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    Brotli,
    Gzip,
    Plain,
}

impl<S: Sync> FromRequestParts<S> for Packing {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::taken_by(&parts.headers))
    }
}

impl Packing {
    /// The best of what the headers accept.
    pub fn taken_by(headers: &HeaderMap) -> Self {
        if accepts(headers, "br") {
            Self::Brotli
        } else if accepts(headers, "gzip") {
            Self::Gzip
        } else {
            Self::Plain
        }
    }
}

/// Whether the browser takes this encoding: it is named, and not with a weight of nought.
fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|offer| {
            let mut parts = offer.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default();
            name.eq_ignore_ascii_case(encoding) && !parts.any(refused)
        })
}

fn refused(weight: &str) -> bool {
    weight.split_once('=').is_some_and(|(key, value)| key.trim() == "q" && value.trim().parse() == Ok(0.0_f32))
}
