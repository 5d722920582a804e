//! The list of common passwords grows with each release. At sign-in the password that was right is looked up in it once more:
//! whoever's is on it is told so, there and on their account page, until they change it. Nobody is kept out for it.

use crate::app::App;
use crate::error::AppError;
use crate::passwords;

/// Whether a password that was right is one of the commonest by now.
pub async fn look(app: &App, person: i64, password: &str) -> Result<bool, AppError> {
    let is_common = passwords::is_common(password);
    sqlx::query!("select password_is_common($1, $2)", person, is_common).execute(&app.db.auth).await?;
    if is_common {
        let list = passwords::version();
        tracing::info!(event = "authn_password_common", list, status = 303, "a password is on the list of common ones");
    }
    Ok(is_common)
}
