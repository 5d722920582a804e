//! stub
pub mod announcements;
pub mod feedback;
pub mod page;
pub mod reset;
pub mod switch;
pub mod top_up;

use crate::boot::Sorry;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;

/// Sees to it that a trial has its cast, register and story; does nothing where they are.
pub async fn prepare(_: &Db, _: &Config, _: Clock) -> Result<(), Sorry> { Ok(()) }
