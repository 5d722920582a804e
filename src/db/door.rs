//! What the program alone knows, and how it proves to Postgres who enters.
//!
//! The proof of a person is a hash of the installation's door key and the person's number. A page's connection can't read
//! the key, and can't see proofs in `pg_stat_activity`: what is shown there of a statement ends after some bytes, and
//! before the proof stand as many spaces.

use std::sync::Arc;

use sha2::{Digest, Sha256};
use sqlx::PgPool;

use crate::secret::hex;

/// More than this is not sent before each proof.
const LONGEST_SHOWN: i64 = 16_384;

#[derive(Clone)]
pub struct Door {
    key: Arc<[u8]>,
    pub sealing: Arc<[u8; 32]>,
    /// as many spaces as Postgres shows of a statement
    hidden: Arc<str>,
}

impl std::fmt::Debug for Door {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Door")
    }
}

impl Door {
    /// Reads the keys once, when the program starts; the sealing key is made when there is none.
    pub async fn of(owner: &PgPool) -> Result<Door, sqlx::Error> {
        let mut fresh = [0; 32];
        getrandom::fill(&mut fresh).map_err(|error| sqlx::Error::Protocol(error.to_string()))?;
        sqlx::query!("insert into sealing_key (key) values ($1) on conflict do nothing", &fresh).execute(owner).await?;
        let row = sqlx::query!(
            r#"select d.key as "door!", s.key as "sealing!",
                   (select setting::bigint from pg_settings where name = 'track_activity_query_size') as "shown!"
               from door_key d, sealing_key s"#
        )
        .fetch_one(owner)
        .await?;
        if row.shown > LONGEST_SHOWN {
            return Err(sqlx::Error::Configuration(
                format!(
                    "Postgres shows {} bytes of every statement to all who work with it: set its track_activity_query_size \
                     to at most {LONGEST_SHOWN}.",
                    row.shown
                )
                .into(),
            ));
        }
        let sealing = <[u8; 32]>::try_from(row.sealing)
            .map_err(|_| sqlx::Error::Protocol("the sealing key has not 32 bytes".to_owned()))?;
        let hidden = " ".repeat(usize::try_from(row.shown).unwrap_or_default()).into();
        Ok(Door { key: row.door.into(), sealing: Arc::new(sealing), hidden })
    }

    /// Begins a transaction that this person has entered.
    pub fn begin(&self, person: i64) -> String {
        let proof = Sha256::new().chain_update(&self.key).chain_update(person.to_be_bytes()).finalize();
        format!("{}begin; select enter({person}, '\\x{}')", self.hidden, hex(&proof))
    }

    /// What lets a connection sign people in; sent bound, so that it is shown nowhere.
    pub fn desk_proof(&self) -> Vec<u8> {
        Sha256::new().chain_update(&self.key).chain_update("desk").finalize().to_vec()
    }
}
