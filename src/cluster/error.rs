//! What can go wrong with the private Postgres, each as one sentence for the person at the terminal.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

#[derive(Debug)]
pub enum ClusterError {
    NoBinaries { looked_in: String },
    NoAccount,
    Unreachable { folder: PathBuf, closed: PathBuf },
    InUse { folder: PathBuf, process: Option<u32> },
    NotOurs { folder: PathBuf },
    UnsafeSocketFolder { folder: PathBuf },
    WrongVersion { folder: PathBuf, data: u32, binaries: u32 },
    Initdb { folder: PathBuf, said: String },
    Died { log: PathBuf, said: String },
    Silent { log: PathBuf, seconds: u64 },
    WouldNotStop { seconds: u64 },
    Query { source: sqlx::Error },
    Io { doing: String, source: io::Error },
}

impl ClusterError {
    /// For `map_err`: names what was tried and on which file.
    pub(super) fn io(doing: &str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let doing = format!("{doing} {}", path.display());
        |source| Self::Io { doing, source }
    }
}

impl fmt::Display for ClusterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoBinaries { looked_in } => write!(
                f,
                "Postgres isn't installed (looked for postgres and initdb in {looked_in}): install Debian's package `postgresql`, or set DATABASE_URL or PG_BIN"
            ),
            Self::NoAccount => write!(
                f,
                "Postgres won't run as root and /etc/passwd has no account `postgres`: install Debian's package `postgresql`, or run CMS as another user"
            ),
            Self::Unreachable { folder, closed } => write!(
                f,
                "The account that runs Postgres can't reach {} because {} is closed to it; set CMS_DATA_DIR to another folder",
                folder.display(),
                closed.display()
            ),
            Self::InUse { folder, process } => {
                let who = process.map_or(String::new(), |pid| format!(" (process {pid})"));
                write!(f, "Another CMS{who} already uses {}; stop it or set CMS_DATA_DIR", folder.display())
            }
            Self::NotOurs { folder } => write!(
                f,
                "{} holds files that aren't a Postgres database; move them away or set CMS_DATA_DIR",
                folder.display()
            ),
            Self::UnsafeSocketFolder { folder } => write!(
                f,
                "{} belongs to another account, so Postgres's socket can't be put there; remove it",
                folder.display()
            ),
            Self::WrongVersion { folder, data, binaries } => write!(
                f,
                "The data in {} was written by Postgres {data}, but Postgres {binaries} is installed; install postgresql-{data} or set PG_BIN to its folder, move the data with pg_upgrade, or set CMS_DATA_DIR to start afresh",
                folder.display()
            ),
            Self::Initdb { folder, said } => {
                write!(f, "Postgres could not set up its files in {}: {said}", folder.display())
            }
            Self::Died { log, said } => {
                write!(f, "Postgres ended as soon as it was started: {said} (all of it in {})", log.display())
            }
            Self::Silent { log, seconds } => {
                write!(f, "Postgres did not answer within {seconds} seconds; see {}", log.display())
            }
            Self::WouldNotStop { seconds } => write!(
                f,
                "Postgres did not stop within {seconds} seconds and was ended at once; it recovers by itself on the next start"
            ),
            Self::Query { source } => write!(f, "The private Postgres refused: {source}"),
            Self::Io { doing, source } => write!(f, "Could not {doing}: {source}"),
        }
    }
}

impl std::error::Error for ClusterError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Query { source } => Some(source),
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
