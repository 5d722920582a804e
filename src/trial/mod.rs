//! The trial: its cast, its sample data, and the facilitator's rooms. None of it is there outside trial mode.
//!
//! The sample data is played as on a theatre's stage. The [`cast`] are the shared accounts; [`cases`] asks each
//! contact type, such as [`mnc`], for its contacts, each with its life as steps and the words of its case. The [`story`]
//! sets the steps in time, and the [`stage`] plays them: [`players`] of the cast act, at [`sites`] in the register of
//! [`sample`]. [`desks`] are the queues of work that a trial must keep filled, [`texts`] what its organisations have saved.

mod addresses;
pub mod announcements;
mod cases;
mod date_time;
mod desks;
pub mod feedback;
pub mod feedback_answer;
pub mod invented;
mod mnc;
pub mod page;
mod players;
pub mod reset;
mod restart;
mod sample;
mod sites;
mod stage;
mod story;
pub mod switch;
mod texts;
pub mod top_up;

use sqlx::PgConnection;

use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::error::AppError;
use crate::error::CommandError;
use crate::hash_line::Turn;
use crate::people::cast;
use crate::secret::{hash_password, password_fits};
use crate::session::Viewer;

const NO_TRIAL: &str = "This database holds an installation that no trial made, so there is no trial on it. Serve it without \
    --trial, or give the trial a database of its own.";

/// Sees to it that a trial has its cast, register and story; what is there stays as it is. Two instances that start
/// at once do it once.
pub async fn prepare(db: &Db, config: &Config, clock: Clock) -> Result<(), CommandError> {
    fill(db, config, clock).await.map_err(|error| match error {
        AppError::Conflict(says) => CommandError(says.to_string()),
        error => CommandError(format!("The trial could not be prepared: {error:?}")),
    })
}

async fn fill(db: &Db, config: &Config, clock: Clock) -> Result<(), AppError> {
    let mut tx = db.owner.begin().await?;
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('cms trial', 0))").execute(&mut *tx).await?;
    sqlx::query!(
        "update installation set made_by_trial = true
         where not made_by_trial and not exists (select from person) and not exists (select from organisation)
           and not exists (select from contact)"
    )
    .execute(&mut *tx)
    .await?;
    only_a_trial(&mut tx).await?;
    let there =
        sqlx::query_scalar!(r#"select count(*) as "there!" from person where demo"#).fetch_one(&mut *tx).await?;
    let (hash, is_new) = password_hash(&mut tx, config).await?;
    if usize::try_from(there).unwrap_or_default() < cast::people().count() {
        cast::settle(&mut tx, &hash).await?;
    } else if is_new {
        // what a Local Security Officer has changed outlives a restart; the password is the setting's
        sqlx::query!("update person set password_hash = $1 where demo", hash).execute(&mut *tx).await?;
    }
    let is_empty = sqlx::query_scalar!(
        r#"select not exists (select from contact) and not exists (select from meter_point) as "empty!""#
    )
    .fetch_one(&mut *tx)
    .await?;
    if is_empty {
        story::tell(&mut tx, &config.terms, config.trial_seed, clock.now()).await?;
    }
    addresses::settle(&mut tx, config.trial_seed).await?;
    tx.commit().await?;
    Ok(())
}

/// Refuses to touch an installation that no trial made; nobody makes it one before the transaction has ended.
pub async fn only_a_trial(tx: &mut PgConnection) -> Result<(), AppError> {
    let made_by_trial = sqlx::query_scalar!("select made_by_trial from installation for share").fetch_one(tx).await?;
    if made_by_trial { Ok(()) } else { Err(AppError::Conflict(NO_TRIAL.into())) }
}

/// Hash of the trial's password, and whether it is a new one: the stored hash is kept while it fits.
async fn password_hash(tx: &mut PgConnection, config: &Config) -> Result<(String, bool), AppError> {
    let stored = sqlx::query_scalar!("select password_hash from person where account = $1", cast::FACILITATOR)
        .fetch_optional(tx)
        .await?
        .flatten();
    if let Some(stored) = stored
        && password_fits(config.trial_password.clone(), Some(stored.clone()), Turn::known()).await == Some(true)
    {
        return Ok((stored, false));
    }
    Ok((hash_password(config.trial_password.clone()).await?, true))
}

/// In a trial the key of the CRNs follows from the seed.
pub fn crn_key(seed: u64) -> String {
    format!("trial {seed}")
}

/// These rooms are the facilitator's.
fn facilitators_only(viewer: &Viewer) -> Result<(), AppError> {
    if viewer.facilitator {
        return Ok(());
    }
    Err(AppError::Forbidden("This page is for the trial facilitator.".into()))
}
