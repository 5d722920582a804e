//! The account Postgres runs as: our own, or `postgres` when we are root, since Postgres refuses root.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use super::ClusterError;

#[derive(Clone, Copy, Debug)]
pub struct Account {
    uid: u32,
    gid: u32,
    is_us: bool,
}

impl Account {
    /// The account to run on these files: as root, whoever owns them already, else `postgres`.
    pub fn to_run(files: &Path) -> Result<Self, ClusterError> {
        let uid = rustix::process::geteuid().as_raw();
        if uid != 0 {
            let gid = rustix::process::getegid().as_raw();
            let is_us = true;
            return Ok(Self { uid, gid, is_us });
        }
        let owner = fs::metadata(files).ok().map(|meta| (meta.uid(), meta.gid())).filter(|(uid, _)| *uid != 0);
        let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let (uid, gid) = owner.or_else(|| lookup(&passwd, "postgres")).ok_or(ClusterError::NoAccount)?;
        let is_us = false;
        Ok(Self { uid, gid, is_us })
    }

    pub fn uid(self) -> u32 {
        self.uid
    }

    /// Lets the command run as this account, from a folder it can read and in a known language.
    pub fn run(self, command: &mut Command) -> &mut Command {
        if !self.is_us {
            command.uid(self.uid).gid(self.gid);
        }
        for inherited in ["PGDATA", "PGPORT", "PGDATESTYLE", "PGCLIENTENCODING"] {
            command.env_remove(inherited);
        }
        command.current_dir("/").env("LC_ALL", "C")
    }

    /// Makes this account the owner of a file or folder that we made.
    pub fn give(self, path: &Path) -> io::Result<()> {
        if self.is_us {
            return Ok(());
        }
        chown(path, Some(self.uid), Some(self.gid))
    }

    /// Says early which folder on the way is closed, where initdb would only say "permission denied".
    pub fn must_reach(self, folder: &Path) -> Result<(), ClusterError> {
        if self.is_us {
            return Ok(());
        }
        for step in folder.ancestors() {
            let meta = fs::metadata(step).map_err(ClusterError::io("look at", step))?;
            let enter = match (meta.uid() == self.uid, meta.gid() == self.gid) {
                (true, _) => 0o100,
                (false, true) => 0o010,
                (false, false) => 0o001,
            };
            if meta.mode() & enter == 0 {
                return Err(ClusterError::Unreachable { folder: folder.to_path_buf(), closed: step.to_path_buf() });
            }
        }
        Ok(())
    }
}

/// The user and group numbers of one name in a passwd file.
fn lookup(passwd: &str, name: &str) -> Option<(u32, u32)> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next() != Some(name) {
            return None;
        }
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        Some((uid, gid))
    })
}
