//! README's virus scanner, by the daemon clamd with one signature: that of the file by which scanners are tried.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use cms::clamd::Clamd;
use cms::clock::Clock;
use cms::evidence::scan;

use super::corpus::{pdf, photo};
use super::scanner::verdicts;
use super::{add, log_form, must_add};
use crate::world::World;
use crate::world::installed::installed;

/// Harmless, and found by every scanner; in two parts, so that none finds it here.
const EICAR: [&str; 2] = [r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR", "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"];

/// The daemon, ended with the test.
struct Daemon {
    folder: PathBuf,
    child: Child,
}

impl Daemon {
    fn start(program: &Path, folder: &Path) -> Daemon {
        let base = folder.display();
        let config = format!("LocalSocket {base}/socket\nDatabaseDirectory {base}/signatures\nForeground yes\n");
        std::fs::create_dir_all(folder.join("signatures")).unwrap();
        let hex = EICAR.concat().bytes().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        std::fs::write(folder.join("signatures/tried.ndb"), format!("Tried:0:*:{hex}\n")).unwrap();
        std::fs::write(folder.join("conf"), config).unwrap();
        let child = Command::new(program)
            .arg("-c")
            .arg(folder.join("conf"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let daemon = Daemon { folder: folder.to_owned(), child: child.unwrap() };
        let until = Instant::now() + Duration::from_mins(1);
        while std::os::unix::net::UnixStream::connect(folder.join("socket")).is_err() {
            assert!(Instant::now() < until, "clamd does not answer");
            std::thread::sleep(Duration::from_millis(100));
        }
        daemon
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[tokio::test]
async fn clamd_finds_what_it_should_and_while_it_is_away_files_wait() {
    let Some(program) = installed("clamd") else { return };
    let folder = std::env::temp_dir().join(format!("cms-clamd-{}", cms::secret::token()));
    let daemon = Daemon::start(&program, &folder);
    let clamd = Some(Clamd::Socket(folder.join("socket")));
    let world = World::with(|config| config.clamd = clamd, Clock::System).await;
    let mut agent = world.sign_in("alder.agent").await;
    let form = log_form();
    let tried = EICAR.concat();
    let behind_a_photo = [photo(80, 60), tried.clone().into_bytes()].concat();
    for (name, bytes) in [("tried.pdf", pdf(&format!("% {tried}"))), ("tried.jpg", behind_a_photo)] {
        let refused = add(&mut agent, &form, &[(name, &bytes)]).await;
        assert_eq!(refused.error("files"), format!("“{name}” was refused by the virus check"));
    }
    must_add(&mut agent, &form, &[("plan.pdf", &pdf("")), ("meter.jpg", &photo(80, 60))]).await;
    assert_eq!(verdicts(&world).await, ["clean", "clean"]);
    drop(daemon);
    must_add(&mut agent, &form, &[("z.pdf", &pdf(""))]).await;
    assert_eq!(verdicts(&world).await, ["clean", "clean", "quarantined"]);
    let _daemon = Daemon::start(&program, &folder);
    scan::again(&world.app).await.unwrap();
    assert_eq!(verdicts(&world).await, ["clean", "clean", "clean"]);
}
