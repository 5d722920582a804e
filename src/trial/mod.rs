//! stub
pub mod announcements;
pub mod cast;
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
pub async fn prepare(db: &Db, config: &Config, _clock: Clock) -> Result<(), Sorry> {
    let hash = crate::secret::hash_password(config.trial_password.clone())
        .await
        .map_err(|error| Sorry(format!("{error:?}")))?;
    let mut tx = db.owner.begin().await?;
    cast::settle(&mut tx, &hash).await?;
    tx.commit().await?;
    Ok(())
}
