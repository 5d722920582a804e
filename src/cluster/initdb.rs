//! Sets up Postgres's files once. They are made beside their place and renamed into it, so that a
//! set-up that was killed half-way never looks like a database.

use std::fs::{self, DirBuilder, File};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use super::account::Account;
use super::binaries::Binaries;
use super::folder::Folder;
use super::{ClusterError, SUPERUSER};

const HALF_MADE: &str = "postgres.new-";

pub fn make(folder: &Folder, binaries: &Binaries, account: Account, durable: bool) -> Result<(), ClusterError> {
    sweep(folder.dir());
    // A fresh name: an initdb that outlived a killed CMS may still be writing under the old one.
    let half_made = folder.dir().join(format!("{HALF_MADE}{:08x}", fastrand::u32(..)));
    let made = run(&half_made, binaries, account, durable, "C.UTF-8")
        // Not every system has C.UTF-8; plain C sorts the same.
        .or_else(|_| run(&half_made, binaries, account, durable, "C"))
        .and_then(|()| {
            let place = folder.postgres();
            fs::rename(&half_made, &place).map_err(ClusterError::io("put in place", &place))
        });
    if made.is_err() {
        sweep(folder.dir());
        return made;
    }
    if durable {
        File::open(folder.dir()).and_then(|dir| dir.sync_all()).map_err(ClusterError::io("save", folder.dir()))?;
    }
    Ok(())
}

fn run(into: &Path, binaries: &Binaries, account: Account, durable: bool, locale: &str) -> Result<(), ClusterError> {
    // initdb takes an empty folder, but could not make one in a folder that isn't its own.
    if !into.is_dir() {
        DirBuilder::new().mode(0o700).create(into).map_err(ClusterError::io("make the folder", into))?;
        account.give(into).map_err(ClusterError::io("hand over", into))?;
    }
    let mut command = binaries.command("initdb");
    command
        .arg("--pgdata")
        .arg(into)
        .arg(format!("--username={SUPERUSER}"))
        .arg(format!("--locale={locale}"))
        .args(["--encoding=UTF8", "--data-checksums", "--no-instructions"])
        // The socket's folder decides who may come; the network never may.
        .args(["--auth-local=trust", "--auth-host=reject"]);
    if !durable {
        command.arg("--no-sync");
    }
    let done = account.run(&mut command).output().map_err(ClusterError::io("run initdb for", into))?;
    if done.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&done.stderr);
    Err(ClusterError::Initdb {
        folder: into.to_path_buf(),
        said: said.split_whitespace().collect::<Vec<_>>().join(" "),
    })
}

/// Removes what killed set-ups left behind; we hold the lock, so nothing here is anyone's.
fn sweep(dir: &Path) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(HALF_MADE) {
            let _stays_till_next_time = fs::remove_dir_all(entry.path());
        }
    }
}
