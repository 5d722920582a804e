//! The database: three pools, and the one way for a page to read or write.
//!
//! Pages log in as `cms_web`, a role that is a member of nothing, under row-level security, inside one transaction opened
//! for their viewer. Sign-in, sessions and health have a small pool of their own, so that slow pages can't shut people
//! out. Migrations, the background job, the trial's reset and imports use the owner's pool.
//!
//! What a statement that somebody smuggled into a page can't do: become the owner, since the connection never was the
//! owner's (`roles.rs` refuses to start where its login could); become another viewer, since `enter` wants a proof that
//! only the program can make (`door.rs`), and since who entered stands where only `enter` writes
//! (`migrations/0052_doors.sql`), not in settings.

mod access;
mod door;
mod roles;

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, Executor, PgPool, Postgres, Row, Transaction};

pub use self::access::{Access, says};
use self::door::Door;

#[derive(Debug, Clone)]
pub struct Db {
    pub web: PgPool,
    pub auth: PgPool,
    pub owner: PgPool,
    door: Door,
    /// how the pages log in
    pages: PgConnectOptions,
}

/// Every migration, in order; they are part of the program.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

impl Db {
    /// Opens the owner's pool and brings the schema up to date (once, however many instances start). The pages' pools
    /// connect when they are first used: [`Db::check_pages`] says whether they can, and may.
    pub async fn open(access: impl Into<Access>, web_connections: u32) -> Result<Db, sqlx::Error> {
        let access = access.into();
        let options = access.owner_options()?;
        let owner = guarded(4)
            .connect_with(quiet(options.clone()).options([("lock_timeout", "10s")]))
            .await
            .map_err(|error| access::explained(error, &options))?;
        let mut migrated = MIGRATIONS.run(&owner).await;
        for _ in 0..5 {
            // the login role is the server's: another database's start may be making it just now
            let Err(error) = &migrated else { break };
            if !error.to_string().contains("tuple concurrently updated") {
                break;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
            migrated = MIGRATIONS.run(&owner).await;
        }
        migrated.map_err(|error| sqlx::Error::Configuration(error.into()))?;
        Db::with_owner(owner, access, web_connections).await
    }

    /// As [`Db::open`], on a database whose schema is known to be up to date.
    pub async fn with_owner(owner: PgPool, access: impl Into<Access>, most: u32) -> Result<Db, sqlx::Error> {
        let access = access.into();
        let pages = quiet(access.pages_options()?).options([
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
            // a role may change its own defaults
            ("search_path", "public"),
        ]);
        let door = Door::of(&owner, access.sealing_keys.as_deref()).await?;
        let web = guarded(most).connect_lazy_with(pages.clone());
        let auth = at_the_desk(pool(most.clamp(1, 4)), &door).connect_lazy_with(pages.clone());
        Ok(Db { web, auth, owner, door, pages })
    }

    /// Whether pages can log in, and as a role that is bound by row-level security and can't become one that is not.
    pub async fn check_pages(&self) -> Result<(), sqlx::Error> {
        roles::check(&self.pages).await
    }

    /// A transaction in which Postgres shows and allows what this person may see and do: one round trip. `enter` refuses a
    /// connection inside an open transaction, so an idle one is taken unasked; where that fails, since it was refused or
    /// has died meanwhile, the pool is asked for one that it has looked at.
    pub async fn as_viewer(&self, person: i64) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
        // the only text that reaches SQL without being bound: a number and a hash
        let begin = || AssertSqlSafe(self.door.begin(person));
        match self.web.try_begin_with(begin()).await {
            Ok(Some(transaction)) => return Ok(transaction),
            Ok(None) => {}
            Err(error) if is_inside(&error) => look_over(&self.web),
            // the pool closes a connection that has died when it comes back
            Err(error) => tracing::debug!(%error, "a connection could not begin; another is taken"),
        }
        self.web.begin_with(begin()).await
    }

    /// The installation's key, with which forms are stamped and late ones sealed.
    pub fn sealing_key(&self) -> &[u8; 32] {
        &self.door.sealing[0]
    }

    /// The same, and those before it, which open what they sealed.
    pub fn sealing_keys(&self) -> &[[u8; 32]] {
        &self.door.sealing
    }

    pub async fn close(&self) {
        tokio::join!(self.web.close(), self.auth.close(), self.owner.close());
    }
}

fn quiet(options: PgConnectOptions) -> PgConnectOptions {
    options.application_name("cms").log_slow_statements(tracing::log::LevelFilter::Warn, Duration::from_secs(1))
}

/// A pool that never hands out a connection inside an open transaction: a caller that vanished while its BEGIN
/// was under way leaves one, and the next borrower's writes would be lost with it. The check must use the simple
/// protocol: as a prepared statement it gives false alarms. [`Db::as_viewer`] has it in its BEGIN.
fn guarded(most: u32) -> PgPoolOptions {
    pool(most).before_acquire(|connection, _| Box::pin(is_outside(connection)))
}

async fn is_outside(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let row = connection.fetch_one(sqlx::raw_sql("select now() = statement_timestamp()")).await?;
    // the simple protocol answers in text
    row.try_get_unchecked::<bool, _>(0)
}

/// The connection was inside a transaction, or in one that had failed.
fn is_inside(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    matches!(code.as_deref(), Some("25001" | "25P02"))
}

/// Looks at every idle connection and closes those inside a transaction; the one that was refused is idle again by then.
/// It waits for none: two that held some and waited for the rest would wait for each other, and pages for both.
fn look_over(pool: &PgPool) {
    tracing::warn!("a connection was inside a transaction that nobody ended; it is closed");
    let pool = pool.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let mut held = Vec::new();
        while let Some(mut connection) = pool.try_acquire() {
            if is_outside(&mut connection).await.unwrap_or(false) {
                held.push(connection);
            } else if let Err(error) = connection.close().await {
                tracing::debug!(%error, "a connection inside a transaction could not say goodbye");
            }
        }
    });
}

/// A pool on which every statement stands for itself: without BEGIN there is nothing to guard against.
fn pool(most: u32) -> PgPoolOptions {
    PgPoolOptions::new().max_connections(most).acquire_timeout(Duration::from_secs(2)).test_before_acquire(false)
}

/// Its connections sign people in and keep sessions.
fn at_the_desk(pool: PgPoolOptions, door: &Door) -> PgPoolOptions {
    let proof = door.desk_proof();
    pool.after_connect(move |connection, _| {
        let proof = proof.clone();
        Box::pin(async move {
            sqlx::query!("select sit_at_the_desk($1)", proof).execute(connection).await?;
            Ok(())
        })
    })
}
