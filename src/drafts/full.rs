//! Where a person's unfinished forms hold as much as they may; Postgres counts (`draft_has_room`).

use sqlx::postgres::PgDatabaseError;

use crate::error::{AppError, constraint};
use crate::limits::refused;
use crate::limits::table::DRAFTS;

/// What a write of a draft failed by: the limit, with the time until there is room, or something else.
pub fn or_full(error: sqlx::Error) -> AppError {
    if constraint(&error) != Some("drafts_of_a_person") {
        return error.into();
    }
    let cause = error.as_database_error().and_then(|error| error.try_downcast_ref::<PgDatabaseError>());
    let seconds = cause.and_then(|cause| cause.detail()?.parse().ok());
    refused(&DRAFTS, seconds.unwrap_or(5))
}
