//! The virus check: our own for the text by which scanners are tested, and clamd where `CMS_CLAMD` names one. What clamd did
//! not answer about is kept in quarantine: listed as being checked, not served, and asked about again every minute.

use sqlx::PgPool;

use crate::app::App;
use crate::config::Config;
use crate::error::AppError;

/// The harmless text by which every scanner can be tested, in two halves so that this program does not trip one.
const TEST_TEXT: [&[u8]; 2] = [b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-", b"ANTIVIRUS-TEST-FILE!$H+H*"];
/// Files in quarantine that one round asks about.
const A_ROUND: i64 = 100;
/// Files in a row without an answer after which a round gives up: the scanner is away.
const SILENT: usize = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Clean,
    Quarantined,
    Infected,
}

impl Verdict {
    /// As Postgres has it.
    pub fn code(self) -> &'static str {
        match self {
            Verdict::Clean => "clean",
            Verdict::Quarantined => "quarantined",
            Verdict::Infected => "infected",
        }
    }
}

/// Judges a file as it was sent.
pub async fn scan(config: &Config, bytes: &[u8]) -> Verdict {
    if is_test(bytes) {
        return Verdict::Infected;
    }
    let Some(clamd) = &config.clamd else { return Verdict::Clean };
    match clamd.is_infected(bytes).await {
        Ok(true) => Verdict::Infected,
        Ok(false) => Verdict::Clean,
        Err(error) => {
            tracing::warn!(event = "scanner_silent", %error, "a file waits in quarantine");
            Verdict::Quarantined
        }
    }
}

/// Our own check knows the test text and nothing else.
pub fn is_test(bytes: &[u8]) -> bool {
    let [first, second] = TEST_TEXT;
    memchr::memmem::find_iter(bytes, first).any(|at| bytes[at + first.len()..].starts_with(second))
}

/// One round of the background job: asks again about what is in quarantine, in any order, so that files about which the scanner
/// never answers keep no others waiting. Of an infected file the bytes go.
/// Without a scanner, quarantine is for an installation's own means to end.
pub async fn again(app: &App) -> Result<(), AppError> {
    if app.config.clamd.is_none() {
        return Ok(());
    }
    let waiting = sqlx::query!(
        "select id, stored from evidence where verdict = 'quarantined' order by random() limit $1",
        A_ROUND
    )
    .fetch_all(&app.db.owner)
    .await?;
    let mut silent = 0;
    for file in waiting {
        let bytes = app.evidence.whole(&app.db.owner, &file.id, &file.stored).await?;
        match scan(&app.config, &bytes).await {
            Verdict::Quarantined => silent += 1,
            verdict @ (Verdict::Clean | Verdict::Infected) => {
                silent = 0;
                settle(&app.db.owner, &file.id, verdict).await?;
            }
        }
        if silent == SILENT {
            break;
        }
    }
    Ok(())
}

async fn settle(owner: &PgPool, id: &str, verdict: Verdict) -> Result<(), AppError> {
    let mut tx = owner.begin().await?;
    sqlx::query!("update evidence set verdict = $2 where id = $1", id, verdict.code()).execute(&mut *tx).await?;
    if verdict == Verdict::Infected {
        sqlx::query!("delete from evidence_chunk where evidence_id = $1", id).execute(&mut *tx).await?;
        sqlx::query!("update evidence set thumbnail = null where id = $1", id).execute(&mut *tx).await?;
        tracing::warn!(event = "upload_infected", file = id, "a file in quarantine is infected; its bytes are gone");
    }
    tx.commit().await?;
    Ok(())
}
