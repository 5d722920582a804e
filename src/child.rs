//! Work on a file that somebody sent, in a process of its own: this same program, with little memory and time, no rights to
//! write and an empty environment, so that no file takes more than that from the pages.

use std::io;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, setrlimit};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;

/// Starts `program` with these arguments, gives it `bytes` on stdin, and answers the first `most` bytes of what it writes to
/// stdout; `None` if it took longer than `within`. It is ended in either case.
pub async fn run(
    program: &Path,
    arguments: &[&str],
    bytes: Vec<u8>,
    most: u64,
    within: Duration,
) -> io::Result<Option<Vec<u8>>> {
    let mut child = Command::new(program)
        .args(arguments)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(io::Error::other("the process has no pipes"));
    };
    let writing = tokio::spawn(async move {
        // a reader that has seen enough hangs up
        let _ = stdin.write_all(&bytes).await;
    });
    let mut said = Vec::new();
    let listened = tokio::time::timeout(within, stdout.take(most).read_to_end(&mut said)).await;
    writing.abort();
    // by its own id, and only once; it may have ended by itself
    let _ = child.kill().await;
    Ok(matches!(listened, Ok(Ok(_))).then_some(said))
}

/// Binds this process from here on: bytes of memory, seconds of a processor's time, and no file written.
pub fn limit(memory: u64, seconds: u64) -> io::Result<()> {
    let limit = |most| Rlimit { current: Some(most), maximum: Some(most) };
    setrlimit(Resource::As, limit(memory))?;
    setrlimit(Resource::Cpu, limit(seconds))?;
    setrlimit(Resource::Core, limit(0))?;
    setrlimit(Resource::Fsize, limit(0))?;
    Ok(())
}
