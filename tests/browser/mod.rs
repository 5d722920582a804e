//! Drives a real Chromium over its `DevTools` protocol: the machine's own, and the oldest one supported.
//! One browser of each version serves the whole test run; each [`Page`] has its own cookies and cache.
#![expect(clippy::unwrap_used, reason = "a harness that cannot go on ends its test")]

mod act;
mod cdp;
mod check;
mod effort;
mod find;
mod harness;
mod page;
mod site;

use std::{
    env, fs,
    io::{self, Write as _},
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{self, Child, Command, Stdio},
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    },
    thread::sleep,
    time::{Duration, Instant},
};

pub use page::Page;

/// No single wait lasts longer.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a page may take to show what a test looks for.
const SEE: Duration = Duration::from_secs(20);

/// Ends the browser with everything it started, once the tests' end of the pipe closes for whatever reason.
const WATCHDOG: &str = r#"profile=$1; shift
setsid "$@" &
read -r _
kill -9 "-$!" || kill -9 "$!"
wait
rm -rf -- "$profile" || { sleep 1; rm -rf -- "$profile"; }"#;

const FLAGS: [&str; 16] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-sync",
    "--disable-breakpad",
    "--disable-extensions",
    "--disable-default-apps",
    "--disable-component-update",
    "--disable-background-networking",
    "--disable-renderer-backgrounding",
    "--disable-background-timer-throttling",
    "--no-first-run",
    "--lang=en-GB",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
];

pub struct Browser {
    pub name: &'static str,
    watchdog: Child,
    program: PathBuf,
    profile: PathBuf,
    port: u16,
    endpoint: String,
}

static CURRENT: LazyLock<Option<Browser>> = LazyLock::new(|| {
    let named = env::var_os("BROWSER").map(PathBuf::from);
    let found = named.or_else(|| {
        let path = env::var_os("PATH").unwrap_or_default();
        let folders = ["/usr/bin".into()].into_iter().chain(env::split_paths(&path).collect::<Vec<_>>());
        folders.map(|folder| folder.join("chromium")).find(|program| program.is_file())
    });
    start("current", found, "install Chromium, or set BROWSER to its path")
});

static FLOOR: LazyLock<Option<Browser>> = LazyLock::new(|| {
    let fetched = Path::new(env!("CARGO_MANIFEST_DIR")).join(".browsers/chromium-102/chromium");
    start("floor", fetched.is_file().then_some(fetched), "run .ci/floor-browser")
});

fn start(name: &'static str, program: Option<PathBuf>, remedy: &str) -> Option<Browser> {
    if program.is_none() {
        assert!(env::var_os("CI").is_none(), "no {name} browser: {remedy}");
        // Past the test runner's capture, which shows nothing of a test that passes.
        let said = format!("\n*** SKIPPED: no {name} browser, so its tests prove nothing: {remedy} ***\n\n");
        let _ = io::stderr().write_all(said.as_bytes());
    }
    program.map(|program| Browser::launch(name, &program))
}

impl Browser {
    /// The machine's Chromium; none where there is none, except under CI, which must have it.
    pub fn current() -> Option<&'static Self> {
        CURRENT.as_ref()
    }

    /// The oldest engine the product supports.
    pub fn floor() -> Option<&'static Self> {
        FLOOR.as_ref()
    }

    /// Whichever of the two there are.
    pub fn each() -> impl Iterator<Item = &'static Self> {
        [Self::current(), Self::floor()].into_iter().flatten()
    }

    /// A page with cookies and cache of its own, which go with it.
    pub fn session(&self) -> Page {
        Page::open(self, None)
    }

    /// One more tab beside this one: the same cookies and cache. It goes with the first.
    pub fn tab_beside(&self, page: &Page) -> Page {
        Page::open(self, Some(page))
    }

    fn launch(name: &'static str, program: &Path) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let profile = env::temp_dir().join(format!("cms-browser-{}-{count}", process::id()));
        fs::create_dir_all(&profile).unwrap();
        let log = profile.join("log");
        let watchdog = Command::new("sh")
            .args(["-c", WATCHDOG, "sh"])
            .arg(&profile)
            .arg(program)
            .args(FLAGS)
            .args(["--remote-debugging-port=0", &format!("--user-data-dir={}", profile.display()), "about:blank"])
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(fs::File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let mut browser = Self { name, watchdog, program: program.into(), profile, port: 0, endpoint: String::new() };
        let deadline = Instant::now() + PATIENCE;
        while browser.endpoint.is_empty() {
            let said = || fs::read_to_string(&log).unwrap_or_default();
            assert!(Instant::now() < deadline, "{} did not start:\n{}", program.display(), said());
            sleep(Duration::from_millis(10));
            let active = fs::read_to_string(browser.profile.join("DevToolsActivePort")).unwrap_or_default();
            if let Some((port, endpoint)) = active.split_once('\n') {
                browser.port = port.parse().unwrap();
                endpoint.trim().clone_into(&mut browser.endpoint);
            }
        }
        browser
    }
}

impl Drop for Browser {
    /// Closing the pipe is the watchdog's sign. (A browser in a static is never dropped: there the end of the
    /// test process closes it.)
    fn drop(&mut self) {
        drop(self.watchdog.stdin.take());
        let _ = self.watchdog.wait();
    }
}
