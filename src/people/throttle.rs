//! What is done against guessing, so that it can't be used to keep others out. The numbers stand here, in
//! `sign_in_rules` of the migrations, in the help and in README; a test holds them together.
//!
//! - Only a wrong password counts. A right one never does, nor one that is still being looked at, nor one that could not
//!   be looked at because the service was busy.
//! - It counts for the name that was typed and the address it came from (IPv6 by /64), or, in a browser in which the
//!   account has signed in before, for that browser alone. There a right password is always let in, whatever
//!   strangers do elsewhere; after [`BROWSER_GUESSES`] wrong ones the browser is a stranger like others.
//! - After [`FREE`] wrong ones the next look waits 1 s, then 2, 4 and so on, up to [`OWN_WAIT`] seconds.
//! - Strangers together are slowed for a name as well: the first [`FIRST_ONES`] attempts of each address stand in a line
//!   of their own, in which one is looked at each 1 s, 2 s and so on up to [`LINE_WAIT`] seconds once [`FREE`] failed. Each
//!   network (IPv4 /16, IPv6 /32) has one place in it, and there are [`LINE_PLACES`]. So an owner with a new browser at a new
//!   address is looked at within a minute while a rival tries without end from one address, and within as many minutes
//!   as there are networks in line, fifteen at most, while they change their address with each guess. If more networks attack at once, nothing
//!   tells the owner's attempt from theirs, and only known browsers are sure to get in.
//! - An e-mail address, a name from before a change (for 90 days) and the account they belong to count apart: with one count,
//!   whoever used it up at one name would learn at the next that both are the same person's. So strangers have as many times
//!   these numbers at a person as that person has names; addresses that were given since are none.
//! - An address with [`ADDRESS_FAILURES`] wrong passwords within a minute is looked at twice a second from then on, names that have
//!   not failed there first; nobody is refused for what their neighbours type.

use std::time::Duration;

use axum::http::HeaderMap;
use sha2::{Digest, Sha256};

use super::{known_browser, source};
use crate::app::App;
use crate::error::AppError;
use crate::hash_line::Turn;
use crate::secret::{hash_password, is_outdated, password_fits};
use crate::source::Client;

/// Wrong passwords before there is a wait.
pub const FREE: i32 = 10;
/// Attempts of an address that stand in the line for those who come for the first time.
pub const FIRST_ONES: i32 = 3;
/// The longest wait between two looks in that line, in seconds.
pub const LINE_WAIT: i32 = 60;
/// The longest wait of one address, of one browser, and between looks at addresses that go on failing, in seconds.
pub const OWN_WAIT: i32 = 900;
/// Networks that can stand in line for a name.
pub const LINE_PLACES: i32 = 15;
/// Wrong passwords, none right between them, after which a browser is not known any more.
pub const BROWSER_GUESSES: i32 = 20;
/// Wrong passwords of an address within a minute, after which it is looked at twice a second.
pub const ADDRESS_FAILURES: i32 = 30;

/// The purpose of an attempt to sign in, which is noted with the session that begins.
pub const SIGN_IN: &str = "login";

/// How long an attempt waits for those that are being looked at before it.
const PATIENCE: Duration = Duration::from_secs(8);

/// What came of an attempt.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    Right(i64),
    /// wrong, unknown or disabled: nobody is told which
    Wrong,
    /// not looked at: so many seconds too early. Known is one's own session, and a browser in which one has signed in before
    TooEarly {
        seconds: i32,
        is_known: bool,
    },
    /// not looked at, and not counted
    Busy,
}

/// An attempt to say who one is.
#[derive(Debug, Clone, Copy)]
pub struct Attempt<'a> {
    /// what the password is asked for, as the log names it
    pub purpose: &'a str,
    /// account or e-mail address, as typed
    pub name: &'a str,
    pub client: Client,
    pub headers: &'a HeaderMap,
    /// of somebody who is signed in and is asked for their password
    pub session: Option<&'a [u8]>,
}

/// Looks at a password, by the rules above.
pub async fn check(app: &App, attempt: Attempt<'_>, password: String) -> Result<Verdict, AppError> {
    let Attempt { purpose, name, client: Client(address), .. } = attempt;
    let (from, network) = source::of(address);
    let name = name.to_lowercase();
    let key: Vec<u8> = Sha256::new().chain_update(app.db.sealing_key()).chain_update(&name).finalize().to_vec();
    let browser = known_browser::hash(app, attempt.headers);
    let came = tokio::time::Instant::now();
    let begun = loop {
        let begun = sqlx::query!(
            r#"select attempt as "attempt?", wait as "wait?", is_busy as "is_busy!", person_id as "person_id?", hash as "hash?",
                      account as "account?", is_known as "is_known!", is_paced as "is_paced?", failed_here as "failed_here!"
               from sign_in_begin($1, $2, $3, $4, $5, $6)"#,
            name.chars().take(200).collect::<String>(),
            key,
            from,
            network,
            browser.as_deref(),
            attempt.session,
        )
        .fetch_one(&app.db.auth)
        .await?;
        if !begun.is_busy || came.elapsed() > PATIENCE {
            break begun;
        }
        // as many as may still fail are being looked at; if they are right there is room
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    // what was typed where there is no such account may be a password
    let account = begun.account.unwrap_or_default();
    let note = async |outcome: &str, status: u16| {
        note_repeated(app, &format!("authn_{purpose}_{outcome}"), &account, &from, status).await
    };
    if let Some(seconds) = begun.wait {
        note("throttled", 429).await?;
        return Ok(Verdict::TooEarly { seconds, is_known: begun.is_known });
    }
    let Some(id) = begun.attempt else { return Ok(Verdict::Busy) };
    let turn = Turn {
        is_known: begun.is_known,
        network,
        source: from.clone(),
        is_paced: begun.is_paced == Some(true),
        failed_here: begun.failed_here,
    };
    let fits = password_fits(password.clone(), begun.hash.clone(), turn).await;
    match (fits, begun.person_id) {
        (None, _) => {
            sqlx::query!("select sign_in_never_was($1)", id).execute(&app.db.auth).await?;
            Ok(Verdict::Busy)
        }
        (Some(true), Some(person)) => {
            sqlx::query!("select sign_in_was_right($1)", id).execute(&app.db.auth).await?;
            if purpose == SIGN_IN {
                tracing::info!(event = "authn_login_success", account, address = from, status = 303, "at the door");
            } else {
                super::sign_in::note(&app.db.auth, &format!("authn_{purpose}_success"), &account, &from, 303).await?;
            }
            if let Some(old) = begun.hash.filter(|hash| is_outdated(hash)) {
                make_anew(app, person, &old, password).await?;
            }
            Ok(Verdict::Right(person))
        }
        _ => {
            sqlx::query!("select sign_in_was_wrong($1, $2)", id, account).execute(&app.db.auth).await?;
            note("fail", 422).await?;
            Ok(Verdict::Wrong)
        }
    }
}

/// A hash made as they were made before is made as they are now; the page role can't write it.
async fn make_anew(app: &App, person: i64, old: &str, password: String) -> Result<(), AppError> {
    let hash = hash_password(password).await?;
    sqlx::query!("update person set password_hash = $3 where id = $1 and password_hash = $2", person, old, hash)
        .execute(&app.db.owner)
        .await?;
    Ok(())
}

/// One row a minute for what strangers can do without end, with how often.
async fn note_repeated(app: &App, event: &str, account: &str, address: &str, status: u16) -> Result<(), AppError> {
    tracing::info!(event, account, address, status, "at the door");
    sqlx::query!("select note_repeated($1, $2, $3)", event, account, address).execute(&app.db.auth).await?;
    Ok(())
}

/// A wait as people say it.
pub fn in_words(seconds: i32) -> String {
    match seconds {
        ..=1 => "1 second".to_owned(),
        2..=90 => format!("{seconds} seconds"),
        _ => format!("{} minutes", (seconds + 59) / 60),
    }
}
