//! The program under measurement: this very binary, started as any server is, and what it costs the machine.

use std::collections::HashMap;
use std::process::Stdio;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sqlx::PgConnection;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use super::data::PASSWORD;
use super::load::client::KeptAlive;
use crate::error::CommandError;

pub struct ServerProcess {
    child: Child,
    pub pid: u32,
    /// host and port
    pub host: String,
    /// cookies by account, since signing in is slow on purpose
    known: Mutex<HashMap<String, String>>,
}

impl ServerProcess {
    /// The program as it serves.
    pub async fn serve(url: &str) -> Result<ServerProcess, CommandError> {
        ServerProcess::start(url, &["serve", "--listen", "127.0.0.1:0"], &[]).await
    }

    /// Starts it and waits until it says that it is ready.
    pub async fn start(
        url: &str,
        arguments: &[&str],
        settings: &[(&str, &str)],
    ) -> Result<ServerProcess, CommandError> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(arguments)
            .env("DATABASE_URL", url)
            .env("RUST_LOG", "warn")
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let out = child.stdout.take().ok_or_else(|| CommandError("the program has no output".to_owned()))?;
        let mut lines = BufReader::new(out).lines();
        let ready = tokio::time::timeout(Duration::from_mins(2), async {
            while let Some(line) = lines.next_line().await? {
                if let Some((_, host)) = line.split_once("http://") {
                    return Ok(host.trim().to_owned());
                }
            }
            Err(CommandError("the program ended before it was ready".to_owned()))
        });
        let host = ready.await.map_err(|_| CommandError("the program was not ready in time".to_owned()))??;
        let pid = child.id().unwrap_or_default();
        Ok(ServerProcess { child, pid, host, known: Mutex::default() })
    }

    pub async fn stop(mut self) -> Result<(), CommandError> {
        if let Some(process) = rustix::process::Pid::from_raw(i32::try_from(self.pid).unwrap_or_default()) {
            let _ = rustix::process::kill_process(process, rustix::process::Signal::TERM);
        }
        self.child.wait().await?;
        Ok(())
    }

    /// Resident memory, in MiB.
    pub fn memory(&self) -> u64 {
        memory_of(self.pid)
    }

    /// Signs somebody in through the form.
    async fn sign_in(&self, account: &str) -> Result<String, CommandError> {
        let mut line = KeptAlive::open(&self.host, "", "identity").await?;
        let answer = line.post("/sign-in", &[("account", account), ("password", PASSWORD)]).await?;
        answer.cookie.filter(|_| answer.status.is_redirection()).ok_or_else(|| {
            CommandError(format!("{account} could not sign in: {}", String::from_utf8_lossy(&answer.body)))
        })
    }

    /// As many sessions of these accounts, in turn; each account signs in once.
    pub async fn cookies(&self, accounts: &[String], connections: usize) -> Result<Vec<String>, CommandError> {
        let mut cookies = Vec::new();
        for account in accounts.iter().take(connections) {
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(account).cloned();
            let cookie = match known {
                Some(cookie) => cookie,
                None => self.sign_in(account).await?,
            };
            self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(account.clone(), cookie.clone());
            cookies.push(cookie);
        }
        Ok(cookies.iter().cycle().take(connections).cloned().collect())
    }

    /// Signs in this number of people, who came this morning and look at their queue once. Their sessions are made by the function that
    /// sign-in ends with: hashing five hundred passwords would measure nothing but argon2.
    pub async fn sign_in_many(&self, owner: &mut PgConnection, people: i64) -> Result<(), CommandError> {
        let real = self.sign_in("person2").await?;
        let name = real.split('=').next().unwrap_or_default().to_owned();
        let mut line = KeptAlive::open(&self.host, &real, "identity").await?;
        line.get("/queues/organisation?view=all").await?;
        for n in 0..people {
            let id = tower_sessions::session::Id(i128::from(fastrand::i64(1..)) << 60 | i128::from(n));
            sqlx::query("select session_create($1, $2, '', 'bench')")
                .bind(crate::session::hash(&id))
                .bind(n * 9 + 1)
                .execute(&mut *owner)
                .await?;
            let mut line = KeptAlive::open(&self.host, &format!("{name}={id}"), "identity").await?;
            let page = line.get("/").await?;
            if !page.status.is_success() {
                return Err(CommandError(format!("somebody’s home page answered {}", page.status)));
            }
        }
        Ok(())
    }
}

/// Resident memory of a process, in MiB.
pub fn memory_of(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().split(' ').next().unwrap_or_default().parse::<u64>().unwrap_or_default() / 1_024
}

/// Processor time of a process in milliseconds; the kernel counts in hundredths of a second.
pub fn cpu_of(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|ticks| ticks.parse::<f64>().ok()).unwrap_or_default();
    (ticks(11) + ticks(12)) * 10.0
}

/// Of all living children of a process together.
pub fn cpu_of_children(parent: u32) -> f64 {
    let Ok(entries) = std::fs::read_dir("/proc") else { return 0.0 };
    let is_child = |pid: u32| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        stat.rsplit(')').next().unwrap_or_default().split_whitespace().nth(1) == Some(&parent.to_string())
    };
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    pids.filter(|pid| is_child(*pid)).map(cpu_of).sum()
}

/// The process whose children serve our connections.
pub async fn postmaster(owner: &mut PgConnection) -> Result<u32, CommandError> {
    let backend: i32 = sqlx::query_scalar("select pg_backend_pid()").fetch_one(owner).await?;
    let stat = std::fs::read_to_string(format!("/proc/{backend}/stat"))?;
    let parent = stat.rsplit(')').next().unwrap_or_default().split_whitespace().nth(1).map(str::to_owned);
    parent.and_then(|pid| pid.parse().ok()).ok_or_else(|| CommandError("Postgres has no parent process".to_owned()))
}
