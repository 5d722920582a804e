//! Signing in by the button of a shared account of the trial. The program supplies the password itself, so nothing is
//! guessed and nothing counted; it is compared with the stored hash once, however many press the button together.

use std::collections::HashSet;
use std::sync::LazyLock;

use tokio::sync::Mutex;

use crate::app::App;
use crate::error::AppError;
use crate::hash_line::Turn;
use crate::secret::{password_fits, token_hash};

/// Pairs of hash and password that were found to fit, as a digest.
static FITTING: LazyLock<Mutex<HashSet<Vec<u8>>>> = LazyLock::new(Mutex::default);

/// The person of this account, if it may be used and still has the trial's password.
pub async fn sign_in(app: &App, account: &str) -> Result<Option<i64>, AppError> {
    let found = sqlx::query!(r#"select person_id as "person_id?", hash as "hash?" from shared_account($1)"#, account)
        .fetch_one(&app.db.auth)
        .await?;
    let (Some(person), Some(hash)) = (found.person_id, found.hash) else { return Ok(None) };
    let pair = token_hash(&format!("{hash} {}", app.config.trial_password));
    // whoever comes meanwhile waits for the first
    let mut fitting = FITTING.lock().await;
    if fitting.contains(&pair) {
        return Ok(Some(person));
    }
    let fits = password_fits(app.config.trial_password.clone(), Some(hash), Turn::known()).await;
    if fits.ok_or(AppError::Unavailable)? {
        fitting.insert(pair);
        return Ok(Some(person));
    }
    Ok(None)
}
