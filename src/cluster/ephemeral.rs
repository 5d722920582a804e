//! What makes a test's Postgres end with the test: a shell that waits for our end of a pipe to close,
//! which the kernel sees to even after a panic, an `exit` or a `kill -9`.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::ClusterError;

/// $1 is the data folder, $2 the socket's. Removing goes on until nothing writes there any more.
const WATCH: &str = r#"
trap '' HUP INT TERM
cat >/dev/null
read -r postgres <"$1/postgres/postmaster.pid" && kill -QUIT "$postgres"
for again in 1 2 3 4 5 6 7 8 9 10; do
    rm -rf -- "$1" "$2"
    [ -e "$1" ] || [ -e "$2" ] || exit 0
    sleep 0.2
done
"#;

#[derive(Debug)]
pub struct Watchdog(Child);

impl Watchdog {
    pub fn spawn(data_dir: &Path, socket_dir: &Path) -> Result<Self, ClusterError> {
        Command::new("sh")
            .args(["-c", WATCH, "cms-watchdog"])
            .args([data_dir, socket_dir])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Ctrl-C ends the tests but not the one that tidies up after them.
            .process_group(0)
            .spawn()
            .map(Self)
            .map_err(ClusterError::io("watch over", data_dir))
    }

    /// Lets it tidy up now, and waits until it has.
    pub async fn finish(mut self) {
        drop(self.0.stdin.take());
        while matches!(self.0.try_wait(), Ok(None)) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

/// A new name each time. Not in /dev/shm, which many containers keep too small for a database.
pub fn fresh_dir() -> PathBuf {
    let name = format!("cms-test-{}-{:08x}", std::process::id(), fastrand::u32(..));
    std::env::temp_dir().join(name)
}
