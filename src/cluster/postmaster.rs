//! Reads `postmaster.pid`, in which Postgres says which process serves a folder, and where.

use std::fs;
use std::path::{Path, PathBuf};

use rustix::process::{Pid, test_kill_process};

#[derive(Debug)]
pub struct Postmaster {
    pid: Pid,
    files: PathBuf,
    pub socket_dir: PathBuf,
    pub port: u16,
}

impl Postmaster {
    /// The process that serves these files, if it lives.
    pub fn running_on(files: &Path) -> Option<Self> {
        let note = files.join("postmaster.pid");
        let text = fs::read_to_string(&note).ok()?;
        let found = Self::parse(&text, files)?;
        if found.lives() {
            return Some(found);
        }
        // Postgres would refuse to start if that number now belongs to some other process of its
        // account; we know better, and its shared memory still guards against a second server.
        if cfg!(target_os = "linux") {
            let _postgres_will_say = fs::remove_file(note);
        }
        None
    }

    /// Line 1 is the process, line 4 the port, line 5 the socket's folder.
    fn parse(text: &str, files: &Path) -> Option<Self> {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        Some(Self {
            pid: Pid::from_raw(lines.first()?.parse().ok().filter(|pid| *pid > 0)?)?,
            files: files.to_path_buf(),
            port: lines.get(3)?.parse().ok()?,
            socket_dir: PathBuf::from(lines.get(4)?),
        })
    }

    pub fn pid(&self) -> i32 {
        self.pid.as_raw_nonzero().get()
    }

    /// A process number may have been given to another since: Postgres is the one that works in its files.
    pub fn lives(&self) -> bool {
        if cfg!(target_os = "linux") {
            // Unreadable means another account's process, or one that has ended and waits to be reaped.
            return fs::read_link(format!("/proc/{}/cwd", self.pid())).is_ok_and(|cwd| cwd == self.files);
        }
        test_kill_process(self.pid).is_ok()
    }

    pub fn signal(&self, signal: rustix::process::Signal) {
        let _gone_is_fine = rustix::process::kill_process(self.pid, signal);
    }
}
