//! The cookie by which an account knows a browser in which somebody has signed in to it before. It opens nothing: with it
//! a right password is let in whatever strangers try, and a wrong one counts for this browser alone. It stays at
//! sign-out; an account forgets the browser after twenty wrong passwords from there, when its password is set by a
//! link, and when it is disabled.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

use crate::app::App;
use crate::secret::{is_token, token, token_hash};

/// How long a browser is known that is not used: as long as the row of it is kept (`jobs.rs`).
const SECONDS: u32 = 90 * 24 * 3_600;

fn name(app: &App) -> &'static str {
    // a prefixed name needs https, as with the session's
    if app.origins.is_https() { "__Host-cms-browser" } else { "cms-browser" }
}

/// The value that the browser sent.
fn sent(app: &App, headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(known, value)| *known == name(app) && is_token(value)).map(|(_, value)| value.to_owned())
}

/// What is stored of the browser's cookie, if it sent one.
pub fn hash(app: &App, headers: &HeaderMap) -> Option<Vec<u8>> {
    sent(app, headers).map(|value| token_hash(&value))
}

/// The browser is known to this person from now on, by a value that was made here; answers how many wrong passwords they
/// have not been told of.
pub async fn know(
    app: &App,
    headers: &HeaderMap,
    person: i64,
    response: &mut Response,
) -> Result<i32, crate::error::AppError> {
    let (brought, fresh) = (sent(app, headers), token());
    let known = sqlx::query!(
        r#"select untold as "untold!", is_known as "is_known!" from know_browser($1, $2, $3)"#,
        person,
        brought.as_deref().map(token_hash),
        token_hash(&fresh)
    )
    .fetch_one(&app.db.auth)
    .await?;
    let value = brought.filter(|_| known.is_known).unwrap_or(fresh);
    let cookie = format!("{}={value}; Path=/; Max-Age={SECONDS}; Secure; HttpOnly; SameSite=Lax", name(app));
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(known.untold)
}
