//! The database: three pools, and the one way for a page to read or write.
//!
//! Pages work as `cms_web`, under row-level security, inside one transaction opened for their viewer. Sign-in,
//! sessions and health have a small pool of their own, so that slow pages can't shut people out. Migrations, the
//! background job, the trial's reset and imports use the owner's pool.

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, Executor, PgPool, Postgres, Row, Transaction};

#[derive(Debug, Clone)]
pub struct Db {
    pub web: PgPool,
    pub auth: PgPool,
    pub owner: PgPool,
}

/// Every migration, in order; they are part of the program.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

impl Db {
    /// Opens the owner's pool, brings the schema up to date (once, however many instances start), then opens the
    /// others, and refuses a web role that row-level security would not bind.
    pub async fn open(url: &str, web_connections: u32) -> Result<Db, sqlx::Error> {
        let options = PgConnectOptions::from_str(url)?
            .application_name("cms")
            .log_slow_statements(tracing::log::LevelFilter::Warn, Duration::from_secs(1));
        let owner = guarded(4).connect_with(options.clone().options([("lock_timeout", "10s")])).await?;
        MIGRATIONS.run(&owner).await.map_err(|error| sqlx::Error::Configuration(error.into()))?;
        Db::with_owner(owner, &options, web_connections).await
    }

    /// As [`Db::open`], on a database whose schema is known to be up to date.
    pub async fn with_owner(owner: PgPool, options: &PgConnectOptions, most: u32) -> Result<Db, sqlx::Error> {
        let limits = options.clone().options([
            // planning a page's statement takes longer than running it, so it is planned once for each connection;
            // how big organisations are is told to the planner (migrations/0009_queues.sql)
            ("plan_cache_mode", "force_generic_plan"),
            // a plan for the worst case looks dear enough to be compiled, which takes a quarter of a second each time
            ("jit", "off"),
            // to start another process costs more than a page
            ("max_parallel_workers_per_gather", "0"),
            ("statement_timeout", "3s"),
            ("lock_timeout", "1s"),
            ("idle_in_transaction_session_timeout", "5s"),
        ]);
        let web = as_web_role(guarded(most)).connect_with(limits.clone()).await?;
        let auth = as_web_role(pool(most.clamp(1, 4))).connect_with(limits).await?;
        let bypasses: bool = sqlx::query_scalar!(
            r#"select rolsuper or rolbypassrls as "b!" from pg_roles where rolname = current_user"#
        )
        .fetch_one(&web)
        .await?;
        if bypasses {
            return Err(sqlx::Error::Configuration(
                "The role cms_web bypasses row-level security; take SUPERUSER and BYPASSRLS from it.".into(),
            ));
        }
        Ok(Db { web, auth, owner })
    }

    /// A transaction in which Postgres shows and allows what this person may see and do: one round trip. `enter` refuses a
    /// connection inside an open transaction, so an idle one is taken unasked; where that fails, since it was refused or
    /// has died meanwhile, the pool is asked for one that it has looked at.
    pub async fn as_viewer(&self, person: i64) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
        // the only text that reaches SQL without being bound, and it is a number
        let begin = || AssertSqlSafe(format!("begin; select enter({person})"));
        match self.web.try_begin_with(begin()).await {
            Ok(Some(transaction)) => return Ok(transaction),
            Ok(None) => {}
            Err(error) if is_inside(&error) => look_over(&self.web),
            // the pool closes a connection that has died when it comes back
            Err(error) => tracing::debug!(%error, "a connection could not begin; another is taken"),
        }
        self.web.begin_with(begin()).await
    }

    /// The installation's key, made when it is first needed.
    pub async fn sealing_key(&self) -> Result<[u8; 32], sqlx::Error> {
        let mut fresh = [0; 32];
        getrandom::fill(&mut fresh).map_err(|error| sqlx::Error::Protocol(error.to_string()))?;
        let made = sqlx::query_scalar!(
            r#"with made as (insert into sealing_key (key) values ($1) on conflict do nothing returning key)
               select key as "key!" from made union all select key from sealing_key limit 1"#,
            &fresh
        )
        .fetch_optional(&self.owner)
        .await?;
        let key = match made {
            Some(key) => key,
            // another instance made it in the same moment
            None => sqlx::query_scalar!("select key from sealing_key").fetch_one(&self.owner).await?,
        };
        key.try_into().map_err(|_| sqlx::Error::Protocol("the sealing key has not 32 bytes".to_owned()))
    }

    pub async fn close(&self) {
        tokio::join!(self.web.close(), self.auth.close(), self.owner.close());
    }
}

/// A pool that never hands out a connection inside an open transaction: a caller that vanished while its BEGIN
/// was under way leaves one, and the next borrower's writes would be lost with it. The check must use the simple
/// protocol: as a prepared statement it gives false alarms. [`Db::as_viewer`] has it in its BEGIN.
fn guarded(most: u32) -> PgPoolOptions {
    pool(most).before_acquire(|connection, _| {
        Box::pin(async move {
            let row = connection.fetch_one(sqlx::raw_sql("select now() = statement_timestamp()")).await?;
            // the simple protocol answers in text
            row.try_get_unchecked::<bool, _>(0)
        })
    })
}

/// The connection was inside a transaction, or in one that had failed.
fn is_inside(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    matches!(code.as_deref(), Some("25001" | "25P02"))
}

/// Takes every idle connection once, so that the guard closes the one that was refused; it is back among them by then.
fn look_over(pool: &PgPool) {
    tracing::warn!("a connection was inside a transaction that nobody ended; it is closed");
    let pool = pool.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let mut held = Vec::new();
        for _ in 0..pool.num_idle() {
            held.extend(pool.acquire().await);
        }
    });
}

/// A pool on which every statement stands for itself: without BEGIN there is nothing to guard against.
fn pool(most: u32) -> PgPoolOptions {
    PgPoolOptions::new().max_connections(most).acquire_timeout(Duration::from_secs(2)).test_before_acquire(false)
}

fn as_web_role(pool: PgPoolOptions) -> PgPoolOptions {
    pool.after_connect(|connection, _| {
        Box::pin(async move {
            connection.execute("set role cms_web").await?;
            Ok(())
        })
    })
}
