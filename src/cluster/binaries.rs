//! Finds the installed Postgres: `PG_BIN`, then `PATH`, then `pg_config`, then the usual places.

use std::cmp::Reverse;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::ClusterError;
use super::folder::Folder;

#[derive(Debug)]
pub struct Binaries {
    dir: PathBuf,
}

impl Binaries {
    /// The first installed Postgres that can read what is in the folder.
    pub fn find(folder: &Folder) -> Result<Self, ClusterError> {
        let places = places();
        let mut found: Vec<PathBuf> = Vec::new();
        for dir in places.iter().filter_map(|place| complete(place)) {
            if !found.contains(&dir) {
                found.push(dir);
            }
        }
        let Some(first) = found.first().cloned() else {
            let looked_in: Vec<_> = places.iter().map(|dir| dir.display().to_string()).collect();
            let looked_in = looked_in.join(", ");
            return Err(ClusterError::NoBinaries { looked_in });
        };
        let Some(data) = folder.version()? else {
            return Ok(Self { dir: first });
        };
        match found.into_iter().find(|dir| major(dir) == Some(data)) {
            Some(dir) => Ok(Self { dir }),
            None => Err(ClusterError::WrongVersion {
                folder: folder.postgres(),
                data,
                binaries: major(&first).unwrap_or(0),
            }),
        }
    }

    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.dir.join(program));
        // how this program keeps memory is its own affair
        for setting in ["MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_", "MALLOC_ARENA_MAX"] {
            command.env_remove(setting);
        }
        command
    }
}

fn places() -> Vec<PathBuf> {
    // Someone who names a folder wants that one and no other.
    if let Some(named) = env::var_os("PG_BIN").filter(|named| !named.is_empty()) {
        return vec![PathBuf::from(named)];
    }
    let mut places: Vec<PathBuf> =
        env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default();
    places.extend(pg_config());
    places.extend(debian());
    for usual in [
        "/usr/local/pgsql/bin",
        "/usr/pgsql/bin",
        "/opt/homebrew/opt/postgresql/bin",
        "/opt/homebrew/bin",
        "/usr/local/bin",
    ] {
        places.push(PathBuf::from(usual));
    }
    places
}

fn pg_config() -> Option<PathBuf> {
    let said = Command::new("pg_config").arg("--bindir").output().ok()?;
    let dir = String::from_utf8(said.stdout).ok()?;
    said.status.success().then(|| PathBuf::from(dir.trim()))
}

/// Debian keeps each version in a folder of its own, off the `PATH`; newest first.
fn debian() -> Vec<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut versions: Vec<(u32, PathBuf)> = versions
        .flatten()
        .filter_map(|entry| {
            let number = entry.file_name().to_str()?.parse().ok()?;
            Some((number, entry.path().join("bin")))
        })
        .collect();
    versions.sort_by_key(|(number, _)| Reverse(*number));
    versions.into_iter().map(|(_, dir)| dir).collect()
}

/// The folder where this one's `postgres` really is, if it has all that we need.
fn complete(place: &Path) -> Option<PathBuf> {
    let postgres = fs::canonicalize(place.join("postgres")).ok()?;
    let dir = postgres.parent()?;
    (postgres.is_file() && dir.join("initdb").is_file()).then(|| dir.to_path_buf())
}

/// The first number in what `postgres --version` prints: 15 in `postgres (PostgreSQL) 15.18`.
fn major(dir: &Path) -> Option<u32> {
    let said = Command::new(dir.join("postgres")).arg("--version").output().ok()?;
    let said = String::from_utf8(said.stdout).ok()?;
    let digits: String = said.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}
