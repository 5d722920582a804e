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
    /// the first seals, all open; never empty
    pub sealing: Arc<[[u8; 32]]>,
    /// as many spaces as Postgres shows of a statement
    hidden: Arc<str>,
}

impl std::fmt::Debug for Door {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Door")
    }
}

impl Door {
    /// Reads the keys once, when the program starts. Sealing keys that a setting names stand before that of the database,
    /// which is made where none is named, and goes at a start at which nothing waits that it sealed.
    pub async fn of(owner: &PgPool, named: Option<&str>) -> Result<Door, sqlx::Error> {
        let mut sealing = match named {
            Some(named) => sealing_keys(named).map_err(|says| sqlx::Error::Configuration(says.into()))?,
            None => Vec::new(),
        };
        if sealing.is_empty() {
            let mut fresh = [0; 32];
            getrandom::fill(&mut fresh).map_err(|error| sqlx::Error::Protocol(error.to_string()))?;
            sqlx::query!("insert into sealing_key (key) values ($1) on conflict do nothing", &fresh)
                .execute(owner)
                .await?;
        } else {
            sqlx::query!("delete from sealing_key where not exists (select from late_form)").execute(owner).await?;
        }
        let row = sqlx::query!(
            r#"select d.key as "door!", s.key as "sealing?",
                   (select setting::bigint from pg_settings where name = 'track_activity_query_size') as "shown!"
               from door_key d left join sealing_key s on true"#
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
        if let Some(kept) = row.sealing {
            let kept = kept.try_into();
            sealing.push(kept.map_err(|_| sqlx::Error::Protocol("the sealing key has not 32 bytes".to_owned()))?);
        }
        let hidden = " ".repeat(usize::try_from(row.shown).unwrap_or_default()).into();
        Ok(Door { key: row.door.into(), sealing: sealing.into(), hidden })
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

/// The keys of `CMS_SEALING_KEYS`, each 64 hexadecimal digits, or what is wrong with them; the setting is never shown.
fn sealing_keys(named: &str) -> Result<Vec<[u8; 32]>, String> {
    let key = |digits: &str| {
        let is_one = digits.len() == 64 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let bytes = (0..32).map(|at| u8::from_str_radix(digits.get(2 * at..2 * at + 2)?, 16).ok());
        bytes.collect::<Option<Vec<u8>>>().filter(|_| is_one)?.try_into().ok()
    };
    let keys = named.split_whitespace().map(key).collect::<Option<Vec<[u8; 32]>>>();
    keys.filter(|keys| !keys.is_empty()).ok_or_else(|| {
        "CMS_SEALING_KEYS must be keys of 64 hexadecimal digits, such as openssl rand -hex 32 makes, with blanks or \
         ends of lines between them."
            .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_in_order_or_refused_unshown() {
        let (one, two) = ("0f".repeat(32), "A7".repeat(32));
        assert_eq!(sealing_keys(&format!("{one}\n{two}\r\n")), Ok(vec![[0x0f; 32], [0xa7; 32]]));
        for wrong in
            ["", " ", "secret", &one[1..], &format!("{one}0"), &format!("{one} {two}0f"), &one.replace('0', "+")]
        {
            let says = sealing_keys(wrong).unwrap_err();
            assert!(
                says.contains("openssl rand -hex 32") && !says.contains("0f0f") && !says.contains("secret"),
                "{says}"
            );
        }
    }
}
