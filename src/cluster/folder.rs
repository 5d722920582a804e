//! The data folder: who holds it, what is in it, and where its socket goes.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::ClusterError;
use super::account::Account;

/// A log longer than this is set aside at the next start.
const LONG_LOG: u64 = 10_000_000;

#[derive(Debug)]
pub struct Folder {
    dir: PathBuf,
    lock: File,
}

impl Folder {
    /// Makes the folder if need be and takes its lock, which goes by itself when our process ends.
    pub fn open(dir: &Path) -> Result<Self, ClusterError> {
        // Others may pass through, as the account that runs Postgres must; the files within are closed.
        DirBuilder::new().recursive(true).mode(0o711).create(dir).map_err(ClusterError::io("make the folder", dir))?;
        let dir = fs::canonicalize(dir).map_err(ClusterError::io("look at", dir))?;
        let path = dir.join("cms.lock");
        let mut lock = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o644)
            .open(&path)
            .map_err(ClusterError::io("open", &path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _unknown_is_fine = lock.read_to_string(&mut holder);
                return Err(ClusterError::InUse { folder: dir, process: holder.trim().parse().ok() });
            }
            Err(TryLockError::Error(source)) => {
                return Err(ClusterError::io("lock", &path)(source));
            }
        }
        lock.set_len(0)
            .and_then(|()| writeln!(lock, "{}", std::process::id()))
            .map_err(ClusterError::io("write", &path))?;
        Ok(Self { dir, lock })
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    pub fn postgres(&self) -> PathBuf {
        self.dir.join("postgres")
    }

    pub fn log(&self) -> PathBuf {
        self.dir.join("postgres.log")
    }

    /// The major version that wrote the files; nothing if Postgres hasn't been set up here.
    pub fn version(&self) -> Result<Option<u32>, ClusterError> {
        let postgres = self.postgres();
        match fs::read_to_string(postgres.join("PG_VERSION")) {
            Ok(text) => {
                // Versions before 10 had two numbers; the first says enough.
                let major = text.trim().split('.').next().and_then(|n| n.parse().ok());
                major.map(Some).ok_or(ClusterError::NotOurs { folder: postgres })
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let empty = fs::read_dir(&postgres).map_or(true, |mut files| files.next().is_none());
                if empty { Ok(None) } else { Err(ClusterError::NotOurs { folder: postgres }) }
            }
            Err(error) => Err(ClusterError::io("read PG_VERSION in", &postgres)(error)),
        }
    }

    /// The log to append to, and its length so far.
    pub fn open_log(&self) -> Result<(File, u64), ClusterError> {
        let path = self.log();
        if fs::metadata(&path).is_ok_and(|meta| meta.len() > LONG_LOG) {
            let aside = self.dir.join("postgres.log.1");
            fs::rename(&path, &aside).map_err(ClusterError::io("set aside", &path))?;
        }
        let file = OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o600)
            .open(&path)
            .map_err(ClusterError::io("open", &path))?;
        let length = file.metadata().map_or(0, |meta| meta.len());
        Ok((file, length))
    }

    /// A short folder for the socket, whose path may have only some 100 bytes; one for each data folder.
    pub fn socket_dir(&self) -> PathBuf {
        let mut hasher = DefaultHasher::new();
        self.dir.hash(&mut hasher);
        let name = format!("{:016x}", hasher.finish());
        let uid = rustix::process::geteuid().as_raw();
        if uid == 0 {
            return PathBuf::from(format!("/run/cms-{name}"));
        }
        let runtime = std::env::var_os("XDG_RUNTIME_DIR")
            .map(PathBuf::from)
            .filter(|dir| dir.is_absolute() && dir.is_dir() && dir.as_os_str().len() < 50);
        match runtime {
            Some(dir) => dir.join(format!("cms-{name}")),
            None => PathBuf::from(format!("/tmp/cms-{uid}-{name}")),
        }
    }

    /// Makes the socket's folder, which only the account that runs Postgres (and root) can enter.
    pub fn make_socket_dir(&self, account: Account) -> Result<PathBuf, ClusterError> {
        let dir = self.socket_dir();
        match DirBuilder::new().mode(0o700).create(&dir) {
            Ok(()) => account.give(&dir).map_err(ClusterError::io("hand over", &dir))?,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(ClusterError::io("make the folder", &dir)(error)),
        }
        // In /tmp anyone may have made it first: without this check they could read what we say.
        let meta = fs::symlink_metadata(&dir).map_err(ClusterError::io("look at", &dir))?;
        if meta.is_dir() && meta.uid() == account.uid() && meta.mode() & 0o777 == 0o700 {
            Ok(dir)
        } else {
            Err(ClusterError::UnsafeSocketFolder { folder: dir })
        }
    }
}

impl Drop for Folder {
    /// Lets go outright: a child between its fork and its exec still holds the file, which alone would keep the lock.
    fn drop(&mut self) {
        let _only_a_courtesy = self.lock.set_len(0);
        let _goes_with_the_file_at_the_latest = self.lock.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_let_go_is_free_whoever_still_has_its_file() {
        let dir = std::env::temp_dir().join(format!("cms-folder-{}-{:08x}", std::process::id(), fastrand::u32(..)));
        let held = Folder::open(&dir).expect("opened");
        let in_a_child = held.lock.try_clone().expect("the same open file");
        assert!(matches!(Folder::open(&dir), Err(ClusterError::InUse { .. })));
        drop(held);
        let again = Folder::open(&dir);
        fs::remove_dir_all(&dir).expect("removed");
        assert!(again.is_ok(), "{again:?}");
        drop(in_a_child);
    }
}
