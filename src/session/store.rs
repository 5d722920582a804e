//! Our store for tower-sessions.
//!
//! The published store fits neither our sqlx nor a safe sign-out, since its `save` can revive a session that has
//! ended. Ours only ever updates. It keeps the SHA-256 of the cookie, and one call at each request brings the
//! session, its person and organisation, unread notifications and announcements.

use async_trait::async_trait;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result as StoreResult};

use crate::secret::hex;

/// Key under which the store hands out the viewer; never written back.
pub(super) const VIEWER: &str = "viewer";

/// Why a session gets no new id: it was over by then.
pub(super) const OVER: &str = "the session was over before it had a new id";

tokio::task_local! {
    /// What is stored of the id that is replaced. The library ends the old session and begins another; in between nobody
    /// could end it, so the row is given the new id instead.
    pub(super) static RENEWED: Vec<u8>;
}

/// Keeps sessions in Postgres.
#[derive(Debug, Clone)]
pub struct SessionTable {
    pub pool: PgPool,
}

/// What is stored of a cookie's value.
pub fn hash(id: &Id) -> Vec<u8> {
    Sha256::digest(id.to_string()).to_vec()
}

fn broken(error: impl std::fmt::Display) -> Error {
    Error::Backend(error.to_string())
}

#[async_trait]
impl SessionStore for SessionTable {
    async fn create(&self, record: &mut Record) -> StoreResult<()> {
        if let Ok(old) = RENEWED.try_with(Clone::clone) {
            let renewed = sqlx::query_scalar!(r#"select session_renew($1, $2) as "renewed!""#, old, hash(&record.id))
                .fetch_one(&self.pool)
                .await
                .map_err(broken)?;
            return if renewed { Ok(()) } else { Err(Error::Backend(OVER.to_owned())) };
        }
        let text = |name: &str| record.data.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let Some(person) = record.data.get("person").and_then(Value::as_i64) else {
            return Err(Error::Backend("a session needs a person".to_owned()));
        };
        sqlx::query!(
            "select session_begin($1, $2, $3, $4, $5)",
            hash(&record.id),
            person,
            text("used_by"),
            text("browser"),
            text("address")
        )
        .execute(&self.pool)
        .await
        .map_err(broken)?;
        // what is said on the first page comes with the session
        self.save(record).await
    }

    async fn save(&self, record: &Record) -> StoreResult<()> {
        let mut data = record.data.clone();
        data.remove(VIEWER);
        data.remove("address");
        sqlx::query!("select session_save($1, $2)", hash(&record.id), json!(data))
            .execute(&self.pool)
            .await
            .map_err(broken)?;
        Ok(())
    }

    async fn load(&self, id: &Id) -> StoreResult<Option<Record>> {
        let found = sqlx::query!(
            r#"select holds as "holds?", ends as "ends?", who as "who?" from session_load($1, $2)"#,
            hash(id),
            super::layers::is_used()
        )
        .fetch_one(&self.pool)
        .await
        .map_err(broken)?;
        let (Some(holds), Some(ends), Some(mut who)) = (found.holds, found.ends, found.who) else { return Ok(None) };
        who["ends"] = json!(ends.unix_timestamp());
        who["session"] = json!(hex(&hash(id)));
        let mut data: std::collections::HashMap<String, Value> = serde_json::from_value(holds).map_err(broken)?;
        data.insert(VIEWER.to_owned(), who);
        Ok(Some(Record { id: *id, data, expiry_date: ends }))
    }

    async fn delete(&self, id: &Id) -> StoreResult<()> {
        if RENEWED.try_with(|_| ()).is_ok() {
            return Ok(());
        }
        sqlx::query!("select session_end($1)", hash(id)).execute(&self.pool).await.map_err(broken)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_random_and_of_128_bits() {
        let ids: Vec<u128> = (0..2_000).map(|_| Id::default().0.cast_unsigned()).collect();
        assert_eq!(ids.iter().collect::<std::collections::HashSet<_>>().len(), ids.len());
        for bit in 0..128 {
            let ones = ids.iter().filter(|id| (**id >> bit) & 1 == 1).count();
            // eight standard deviations of 22
            assert!((820..1_180).contains(&ones), "bit {bit} is set {ones} times of 2,000");
        }
    }
}
