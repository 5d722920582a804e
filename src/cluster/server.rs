//! One running Postgres, started by us or adopted: waits until it answers, and stops it.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::str::FromStr;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection};
use tokio::time::sleep;

use super::account::Account;
use super::binaries::Binaries;
use super::folder::Folder;
use super::postmaster::Postmaster;
use super::{ClusterError, SUPERUSER};

const PATIENCE: Duration = Duration::from_secs(30);
const BLINK: Duration = Duration::from_millis(20);
const PORT: u16 = 5432;

/// Given on the command line, so that nothing in the data folder can say otherwise.
const ALWAYS: &[&str] = &[
    "listen_addresses=",
    "port=5432",
    "unix_socket_permissions=0700",
    "shared_buffers=128MB",
    "timezone=UTC",
    "log_timezone=UTC",
    "jit=off",
    "log_min_messages=warning",
    "log_checkpoints=off",
    // Without this, the log would repeat the row that broke a constraint: people's data.
    "log_error_verbosity=terse",
];
const DURABLE: &[&str] = &["max_connections=100", "fsync=on", "full_page_writes=on", "synchronous_commit=on"];
const FOR_TESTS: &[&str] = &["max_connections=300", "fsync=off", "full_page_writes=off", "synchronous_commit=off"];

#[derive(Debug)]
pub struct Server {
    process: Process,
    socket_dir: PathBuf,
    port: u16,
    log: PathBuf,
    /// Where in the log this run begins.
    log_start: u64,
}

#[derive(Debug)]
enum Process {
    Ours(Child),
    Adopted(Postmaster),
}

impl Server {
    pub fn adopted(orphan: Postmaster, folder: &Folder) -> Self {
        Self {
            socket_dir: orphan.socket_dir.clone(),
            port: orphan.port,
            process: Process::Adopted(orphan),
            log: folder.log(),
            log_start: 0,
        }
    }

    pub fn spawn(folder: &Folder, binaries: &Binaries, account: Account, durable: bool) -> Result<Self, ClusterError> {
        let socket_dir = folder.make_socket_dir(account)?;
        let (log, log_start) = folder.open_log()?;
        let files = folder.postgres();
        let same_log = log.try_clone().map_err(ClusterError::io("open", &folder.log()))?;
        let mut command = binaries.command("postgres");
        command.arg("-D").arg(&files);
        let by_purpose = if durable { DURABLE } else { FOR_TESTS };
        for setting in ALWAYS.iter().chain(by_purpose) {
            command.args(["-c", setting]);
        }
        let child = account
            .run(&mut command)
            .arg("-k")
            .arg(&socket_dir)
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(same_log)
            // Ctrl-C in the terminal is for us alone; we stop Postgres after our last request.
            .process_group(0)
            .spawn()
            .map_err(ClusterError::io("start Postgres in", &files))?;
        Ok(Self { process: Process::Ours(child), socket_dir, port: PORT, log: folder.log(), log_start })
    }

    pub fn url(&self, database: &str) -> String {
        let plain =
            |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20");
        format!(
            "postgres:///{}?host={}&port={}&user={SUPERUSER}&sslmode=disable",
            plain(database),
            plain(&self.socket_dir.to_string_lossy()),
            self.port,
        )
    }

    /// Waits until a connection works: true once it does, false if Postgres ended first.
    pub async fn until_ready(&mut self) -> Result<bool, ClusterError> {
        let options = PgConnectOptions::from_str(&self.url("postgres"))
            .map_err(|source| ClusterError::Query { source })?
            .disable_statement_logging();
        let mut deadline = Instant::now() + PATIENCE;
        while self.lives() {
            match options.connect().await {
                Ok(mut connection) => {
                    if sqlx::query("select 1").execute(&mut connection).await.is_ok() {
                        let _ready_all_the_same = connection.close().await;
                        return Ok(true);
                    }
                }
                // "Starting up": it replays its journal after a crash, however long that takes.
                Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("57P03") => {
                    deadline = Instant::now() + PATIENCE;
                }
                Err(_) => {}
            }
            if Instant::now() > deadline {
                return Err(ClusterError::Silent { log: self.log.clone(), seconds: PATIENCE.as_secs() });
            }
            sleep(BLINK).await;
        }
        Ok(false)
    }

    /// Why Postgres ended on its own: the last lines of this run's log.
    pub fn said_goodbye(&self) -> ClusterError {
        let _not_there = fs::remove_dir(&self.socket_dir);
        let log = fs::read(&self.log).unwrap_or_default();
        let start = usize::try_from(self.log_start).unwrap_or(0).min(log.len());
        let said = String::from_utf8_lossy(&log[start..]).into_owned();
        let lines: Vec<&str> = said.lines().filter(|line| !line.is_empty()).collect();
        ClusterError::Died { log: self.log.clone(), said: lines[lines.len().saturating_sub(4)..].join(" / ") }
    }

    pub async fn stop(&mut self) -> Result<(), ClusterError> {
        self.signal(Signal::INT);
        let in_order = self.ended_within(PATIENCE).await;
        if !in_order {
            self.signal(Signal::QUIT);
            self.ended_within(PATIENCE).await;
        }
        let _not_ours_or_in_use = fs::remove_dir(&self.socket_dir);
        if in_order {
            return Ok(());
        }
        Err(ClusterError::WouldNotStop { seconds: PATIENCE.as_secs() })
    }

    async fn ended_within(&mut self, patience: Duration) -> bool {
        let deadline = Instant::now() + patience;
        while self.lives() {
            if Instant::now() > deadline {
                return false;
            }
            sleep(BLINK / 4).await;
        }
        true
    }

    fn lives(&mut self) -> bool {
        match &mut self.process {
            Process::Ours(child) => matches!(child.try_wait(), Ok(None)),
            Process::Adopted(orphan) => orphan.lives(),
        }
    }

    fn signal(&mut self, signal: Signal) {
        if !self.lives() {
            return;
        }
        match &self.process {
            Process::Ours(child) => {
                let _gone_is_fine = kill_process(Pid::from_child(child), signal);
            }
            Process::Adopted(orphan) => orphan.signal(signal),
        }
    }
}

impl Drop for Server {
    /// An early end of our work, a panic say, still asks Postgres to stop.
    fn drop(&mut self) {
        self.signal(Signal::INT);
    }
}
