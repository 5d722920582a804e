//! A form that was sent after its session had ended waits, sealed, until its own account has signed in again.
//!
//! It is sealed with a key of the installation (XChaCha20-Poly1305, in the owner's table `sealing_key`), for whoever the
//! ended session still names, for a day, to be taken once. Taken, it becomes a draft, and its form opens filled in.
//! Another account that signs in instead gets nothing, and is told nothing.

use axum::http::HeaderMap;
use axum::http::header;
use axum::response::Response;
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use tower_sessions::session::Id;

use super::sent_form::{SentForm, is_from_before};
use crate::app::App;
use crate::error::AppError;
use crate::forms::Fields;
use crate::page;
use crate::secret::{token, token_hash};
use crate::session;

/// Bytes of the nonce that stands before what is sealed.
const NONCE: usize = 24;

#[derive(Debug, Serialize, Deserialize)]
struct Late {
    address: String,
    title: String,
    fields: Fields,
    epoch: Option<i64>,
    version: i32,
}

impl Late {
    fn of(sent: SentForm) -> Late {
        let epoch = sent.epoch();
        let SentForm { address, title, fields, version, .. } = sent;
        Late { address, title, fields, epoch, version }
    }
}

/// Seals the form for the account that its page was drawn for, or else for whom the browser's session belonged to, if it
/// is known to have ended by itself; and leads to signing in.
pub async fn seal_late(app: &App, headers: &HeaderMap, sent: SentForm) -> Result<Response, AppError> {
    if let Some(token) = seal_for_author(app, &sent).await? {
        return Ok(page::to(&format!("/sign-in?parked={token}")));
    }
    let late = Late::of(sent);
    let Some(id) = session_id(headers) else { return Err(AppError::SignInThen(late.address)) };
    let sealed = seal(app.db.sealing_key(), &late)?;
    let token = token();
    let is_sealed = sqlx::query_scalar!(
        r#"select seal_late($1, $2, $3) as "is_sealed!""#,
        session::hash(&id),
        token_hash(&token),
        sealed
    )
    .fetch_one(&app.db.auth)
    .await?;
    if !is_sealed {
        return Err(AppError::SignInThen(late.address));
    }
    tracing::info!("a form came after its session had ended, and waits");
    Ok(page::to(&format!("/sign-in?parked={token}")))
}

/// Seals the form for its author, as its stamp proves, whoever is signed in now; answers under which token.
pub async fn seal_for_author(app: &App, sent: &SentForm) -> Result<Option<String>, AppError> {
    let Some(stamp) = &sent.stamp else { return Ok(None) };
    if !app.db.sealing_keys().iter().any(|key| stamp.is_ours(key)) {
        return Ok(None);
    }
    let sealed = seal(app.db.sealing_key(), &Late::of(sent.clone()))?;
    let token = token();
    let is_sealed = sqlx::query_scalar!(
        r#"select seal_late_for($1, $2, $3) as "is_sealed!""#,
        stamp.account,
        token_hash(&token),
        sealed
    )
    .fetch_one(&app.db.owner)
    .await?;
    Ok(is_sealed.then_some(token))
}

/// What is sealed under this token becomes a draft of the person who has just signed in, if it is theirs: taken and kept
/// in one transaction. Answers the address of its form.
pub async fn take(app: &App, person: i64, token: &str) -> Result<Option<String>, AppError> {
    let mut tx = app.db.as_viewer(person).await?;
    let found = sqlx::query!(
        r#"select open_late($1, $2) as "sealed?", (select epoch from installation) as "epoch!""#,
        token_hash(token),
        person
    )
    .fetch_one(&mut *tx)
    .await?;
    // a key that has changed since opens nothing; the page is no worse than after any sign-in
    let Some(late) = found.sealed.and_then(|sealed| open(app.db.sealing_keys(), &sealed)) else { return Ok(None) };
    if is_from_before(&late.address, late.epoch, found.epoch) {
        return Ok(None);
    }
    keep(&mut tx, person, &late, true).await?;
    tx.commit().await?;
    Ok(Some(late.address))
}

/// Whatever else waits for this person becomes drafts, where they have none of the form: who signs in without the link
/// that leads to it finds it on the home page.
pub async fn take_all(app: &App, person: i64) -> Result<(), AppError> {
    let mut tx = app.db.owner.begin().await?;
    let waiting = sqlx::query!(
        r#"with taken as (delete from late_form where person_id = $1 and at > now() - interval '1 day'
                          returning at, sealed)
           select sealed, (select epoch from installation) as "epoch!" from taken order by at desc"#,
        person
    )
    .fetch_all(&mut *tx)
    .await?;
    for row in waiting {
        let Some(late) = open(app.db.sealing_keys(), &row.sealed) else { continue };
        if !is_from_before(&late.address, late.epoch, row.epoch) {
            keep(&mut tx, person, &late, false).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// As a draft, in the place of another of the form or not.
async fn keep(tx: &mut PgConnection, person: i64, late: &Late, replaces: bool) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into draft as there (person_id, form, title, fields, version, expired) values ($1, $2, $3, $4, $5, true)
         on conflict (person_id, form) do update
         set fields = excluded.fields, title = excluded.title, version = excluded.version, saved = now(),
             expired = true, done = null
         where $6 or there.done is not null",
        person,
        late.address,
        late.title,
        serde_json::json!(late.fields),
        late.version,
        replaces
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// The session that the browser still sends, whether it stands or not.
pub fn session_id(headers: &HeaderMap) -> Option<Id> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| matches!(*name, "cms" | "__Host-cms")).and_then(|(_, value)| value.parse().ok())
}

fn seal(key: &[u8; 32], late: &Late) -> Result<Vec<u8>, AppError> {
    let mut sealed = vec![0; NONCE];
    getrandom::fill(&mut sealed).map_err(|error| AppError::Broken(error.to_string().into()))?;
    let nonce = XNonce::try_from(&sealed[..]).map_err(|error| AppError::Broken(error.to_string().into()))?;
    let text = serde_json::to_vec(late).map_err(|error| AppError::Broken(error.into()))?;
    let body = XChaCha20Poly1305::new(key.into())
        .encrypt(&nonce, &*text)
        .map_err(|error| AppError::Broken(error.to_string().into()))?;
    sealed.extend(body);
    Ok(sealed)
}

/// Opened with whichever of the keys sealed it.
fn open(keys: &[[u8; 32]], sealed: &[u8]) -> Option<Late> {
    let (nonce, body) = sealed.split_at_checked(NONCE)?;
    let nonce = XNonce::try_from(nonce).ok()?;
    let text = keys.iter().find_map(|key| XChaCha20Poly1305::new(key.into()).decrypt(&nonce, body).ok())?;
    serde_json::from_slice(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_its_key_only() {
        let late = Late {
            address: "/feedback".into(),
            title: "Feedback".into(),
            fields: vec![("says".into(), "Grüße".into())],
            epoch: None,
            version: 0,
        };
        let mut sealed = seal(&[1; 32], &late).unwrap();
        assert!(!sealed.windows(4).any(|four| four == b"says"));
        assert_eq!(open(&[[2; 32], [1; 32]], &sealed).unwrap().fields, late.fields);
        assert!(open(&[[2; 32]], &sealed).is_none());
        sealed[30] ^= 1;
        assert!(open(&[[1; 32]], &sealed).is_none());
        assert!(open(&[[1; 32]], b"short").is_none());
    }
}
