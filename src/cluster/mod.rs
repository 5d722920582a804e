//! A Postgres of our own: started from the installed binaries when no `DATABASE_URL` is given.
//!
//! ```text
//! <data dir>/cms.lock       held by the one CMS that uses this folder; its text is the process id
//! <data dir>/postgres/      Postgres's own files, owned by the account it runs as
//! <data dir>/postgres.log   what Postgres said
//! ```

mod account;
mod binaries;
mod ephemeral;
mod error;
mod folder;
mod initdb;
mod postmaster;
mod server;

use std::path::{Path, PathBuf};

use sqlx::{Connection, PgConnection};

use account::Account;
use binaries::Binaries;
pub use error::ClusterError;
use folder::Folder;
use postmaster::Postmaster;
use server::Server;

/// The superuser of a private Postgres; whoever can enter the socket's folder may be it.
const SUPERUSER: &str = "cms";

/// A running private Postgres, reached only through a Unix socket that other accounts can't enter.
///
/// Call [`Cluster::stop`] at the end. Dropped without it, Postgres is told to stop but not waited
/// for; after a `kill -9` it goes on running, and the next start on the same folder adopts it.
#[derive(Debug)]
pub struct Cluster {
    // The order matters on drop: Postgres is told to stop before the lock goes.
    server: Server,
    folder: Folder,
    watchdog: Option<ephemeral::Watchdog>,
}

impl Cluster {
    /// Starts Postgres on `data_dir`, which is made on first use and kept between runs.
    ///
    /// `durable` is true in the product; tests give up `fsync` for speed.
    pub async fn start(data_dir: &Path, durable: bool) -> Result<Self, ClusterError> {
        let folder = Folder::open(data_dir)?;
        Self::start_in(folder, durable).await
    }

    /// Starts a throw-away Postgres that ends, and takes its files along, however this process ends.
    pub async fn start_for_tests() -> Result<Self, ClusterError> {
        let folder = Folder::open(&ephemeral::fresh_dir())?;
        let watchdog = ephemeral::Watchdog::spawn(folder.dir(), &folder.socket_dir())?;
        let mut cluster = Self::start_in(folder, false).await?;
        cluster.watchdog = Some(watchdog);
        Ok(cluster)
    }

    async fn start_in(folder: Folder, durable: bool) -> Result<Self, ClusterError> {
        let server = match Self::adopt(&folder).await? {
            Some(orphan) => orphan,
            None => Self::launch(&folder, durable).await?,
        };
        Ok(Self { server, folder, watchdog: None })
    }

    /// A Postgres that a killed CMS left running here, if it still serves.
    async fn adopt(folder: &Folder) -> Result<Option<Server>, ClusterError> {
        let Some(orphan) = Postmaster::running_on(&folder.postgres()) else {
            return Ok(None);
        };
        tracing::info!(process = orphan.pid(), "adopting the Postgres left running");
        let mut server = Server::adopted(orphan, folder);
        // One that was on its way out when we found it is simply gone: start afresh.
        Ok(server.until_ready().await?.then_some(server))
    }

    async fn launch(folder: &Folder, durable: bool) -> Result<Server, ClusterError> {
        let account = Account::to_run(&folder.postgres())?;
        account.must_reach(folder.dir())?;
        let binaries = Binaries::find(folder)?;
        if folder.version()?.is_none() {
            initdb::make(folder, &binaries, account, durable)?;
        }
        let mut server = Server::spawn(folder, &binaries, account, durable)?;
        if server.until_ready().await? {
            return Ok(server);
        }
        Err(server.said_goodbye())
    }

    /// The address of one database here, for sqlx and psql alike.
    pub fn url(&self, database: &str) -> String {
        self.server.url(database)
    }

    /// The folder with Postgres's files, its log and our lock.
    pub fn data_dir(&self) -> &Path {
        self.folder.dir()
    }

    /// Makes the database unless it is there already.
    pub async fn ensure_database(&self, name: &str) -> Result<(), ClusterError> {
        let no_answer = |source| ClusterError::Query { source };
        let mut admin = PgConnection::connect(&self.url("postgres")).await.map_err(no_answer)?;
        let create: Option<String> = sqlx::query_scalar(
            "select format('create database %I', $1)
             where not exists (select from pg_database where datname = $1)",
        )
        .bind(name)
        .fetch_optional(&mut admin)
        .await
        .map_err(no_answer)?;
        if let Some(statement) = create {
            sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut admin).await.map_err(no_answer)?;
        }
        admin.close().await.map_err(no_answer)
    }

    /// Ends all connections, stops Postgres in good order and waits until it has ended.
    pub async fn stop(mut self) -> Result<(), ClusterError> {
        let stopped = self.server.stop().await;
        if let Some(watchdog) = self.watchdog.take() {
            watchdog.finish().await;
        }
        stopped
    }
}

/// Where the data goes when `CMS_DATA_DIR` doesn't say.
pub fn default_data_dir() -> PathBuf {
    let system = PathBuf::from("/var/lib/cms");
    if rustix::process::geteuid().is_root() {
        return system;
    }
    let xdg = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || std::env::home_dir().map(|home| home.join(".local/share"));
    xdg.or_else(home).map_or(system, |base| base.join("cms"))
}
