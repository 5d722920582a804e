//! Who has how much to do, for supervisors: the board, and moving somebody's work to others.

pub mod cover;
pub mod hand_over;
pub mod list;
pub mod move_some;
mod whose;

use crate::error::AppError;
use crate::session::Viewer;

/// The board and what hangs on it are for supervisors of an organisation.
fn supervisors_only(viewer: &Viewer) -> Result<i64, AppError> {
    match viewer.organisation_id() {
        Some(organisation) if viewer.supervisor => Ok(organisation),
        _ => Err(AppError::Forbidden("The workload is for supervisors.".into())),
    }
}
