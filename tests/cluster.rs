//! The private Postgres: kept data, one holder, orphans adopted, nothing overwritten, nothing left behind.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use cms::cluster::{Cluster, ClusterError};
use sqlx::{Connection, Executor, PgConnection};

/// Says which folder a child of these tests should serve; "" for a throw-away one.
const CHILD_SERVES: &str = "CMS_TEST_CHILD_SERVES";

#[tokio::test]
async fn keeps_its_data_between_runs() {
    let dir = TempDir::new();
    let cluster = Cluster::start(&dir.0, true).await.expect("first start");
    cluster.ensure_database("cms").await.expect("made");
    cluster.ensure_database("cms").await.expect("made already");
    let mut db = connect(&cluster).await;
    db.execute("create table kept (word text); insert into kept values ('still here')").await.expect("written");
    let settings: String = sqlx::query_scalar(
        "select string_agg(name || '=' || setting, ' ' order by name) from pg_settings where name in
         ('data_checksums', 'fsync', 'listen_addresses', 'server_encoding', 'synchronous_commit')",
    )
    .fetch_one(&mut db)
    .await
    .expect("shown");
    assert_eq!(settings, "data_checksums=on fsync=on listen_addresses= server_encoding=UTF8 synchronous_commit=on");
    // With a connection open, which stopping must not wait for.
    cluster.stop().await.expect("first stop");

    let begun = Instant::now();
    let cluster = Cluster::start(&dir.0, true).await.expect("second start");
    println!("started on existing data in {:?}", begun.elapsed());
    let mut db = connect(&cluster).await;
    let word: String = sqlx::query_scalar("select word from kept").fetch_one(&mut db).await.expect("read");
    assert_eq!(word, "still here");
    cluster.stop().await.expect("second stop");
    assert!(!postmaster(&dir.0).exists());
}

#[tokio::test]
async fn only_one_may_hold_a_folder() {
    let dir = TempDir::new();
    let cluster = Cluster::start(&dir.0, false).await.expect("started");
    let refusal = Cluster::start(&dir.0, false).await.expect_err("held");
    let expected = format!(
        "Another CMS (process {}) already uses {}; stop it or set CMS_DATA_DIR",
        std::process::id(),
        cluster.data_dir().display()
    );
    assert_eq!(refusal.to_string(), expected);
    cluster.stop().await.expect("stopped");
}

#[tokio::test]
async fn adopts_what_a_killed_cms_left_running() {
    let dir = TempDir::new();
    let mut child = child_serving(dir.0.to_str().expect("plain name"));
    let refusal = Cluster::start(&dir.0, false).await.expect_err("held");
    let holder = format!("(process {})", child.0.id());
    assert!(refusal.to_string().contains(&holder), "{refusal}");
    child.kill();
    let orphan = postmaster_pid(&dir.0);

    let cluster = Cluster::start(&dir.0, false).await.expect("adopted");
    assert_eq!(postmaster_pid(&dir.0), orphan);
    let mut db = connect(&cluster).await;
    db.execute("select 1").await.expect("answers");
    cluster.stop().await.expect("stopped");
    assert!(!postmaster(&dir.0).exists());
}

#[tokio::test]
async fn a_stale_note_of_a_dead_postgres_is_no_hindrance() {
    let dir = TempDir::new();
    let cluster = Cluster::start(&dir.0, false).await.expect("started");
    let note = fs::read_to_string(postmaster(&dir.0)).expect("written");
    cluster.stop().await.expect("stopped");
    // As after a power cut, when the number has since gone to some other process: to us.
    let (_, rest) = note.split_once('\n').expect("more lines");
    let ours = format!("{}\n{rest}", std::process::id());
    fs::write(postmaster(&dir.0), ours).expect("written");
    let cluster = Cluster::start(&dir.0, false).await.expect("started again");
    cluster.stop().await.expect("stopped");
}

#[tokio::test]
async fn another_versions_data_is_refused_and_left_alone() {
    let dir = TempDir::new();
    let cluster = Cluster::start(&dir.0, false).await.expect("started");
    cluster.stop().await.expect("stopped");
    let version = dir.0.join("postgres/PG_VERSION");
    let installed = fs::read_to_string(&version).expect("there");
    fs::write(&version, "9.6\n").expect("written");
    let refusal = Cluster::start(&dir.0, false).await.expect_err("refused");
    let sentence = refusal.to_string();
    assert!(sentence.contains("written by Postgres 9,"), "{sentence}");
    let have = format!("Postgres {} is installed", installed.trim());
    assert!(sentence.contains(&have), "{sentence}");

    fs::write(&version, &installed).expect("written back");
    let cluster = Cluster::start(&dir.0, false).await.expect("as it was");
    cluster.stop().await.expect("stopped");
}

#[tokio::test]
async fn a_set_up_that_was_killed_is_swept_away() {
    let dir = TempDir::new();
    let half_made = dir.0.join("postgres.new-0000");
    fs::create_dir_all(&half_made).expect("made");
    fs::write(half_made.join("PG_VERSION"), "15\n").expect("written");
    let cluster = Cluster::start(&dir.0, false).await.expect("started");
    assert!(!half_made.exists());
    cluster.stop().await.expect("stopped");
}

#[tokio::test]
async fn somebody_elses_files_are_left_alone() {
    let dir = TempDir::new();
    fs::create_dir_all(dir.0.join("postgres")).expect("made");
    fs::write(dir.0.join("postgres/thesis.txt"), "years of work").expect("written");
    let refusal = Cluster::start(&dir.0, false).await.expect_err("refused");
    assert!(matches!(refusal, ClusterError::NotOurs { .. }), "{refusal}");
    assert!(dir.0.join("postgres/thesis.txt").exists());
}

#[tokio::test]
async fn a_postgres_that_ends_at_once_says_why() {
    let dir = TempDir::new();
    let cluster = Cluster::start(&dir.0, false).await.expect("started");
    cluster.stop().await.expect("stopped");
    fs::remove_file(dir.0.join("postgres/global/pg_control")).expect("there");
    let refusal = Cluster::start(&dir.0, false).await.expect_err("refused");
    assert!(refusal.to_string().contains("pg_control"), "{refusal}");
}

#[tokio::test]
async fn a_throw_away_postgres_goes_with_its_process() {
    let mut child = child_serving("");
    let data = child.1.clone();
    assert!(postmaster(&data).exists());
    child.kill();
    gone(&data);
}

#[tokio::test]
async fn a_throw_away_postgres_goes_when_stopped_or_dropped() {
    let cluster = Cluster::start_for_tests().await.expect("started");
    let data = cluster.data_dir().to_path_buf();
    cluster.stop().await.expect("stopped");
    assert!(!data.exists());

    let cluster = Cluster::start_for_tests().await.expect("started");
    let data = cluster.data_dir().to_path_buf();
    drop(cluster);
    gone(&data);
}

/// Not a test of its own: run in a child process by those above, it serves until it is killed.
#[tokio::test]
async fn child() {
    let Ok(folder) = std::env::var(CHILD_SERVES) else {
        return;
    };
    let cluster = match folder.as_str() {
        "" => Cluster::start_for_tests().await,
        kept => Cluster::start(Path::new(kept), false).await,
    }
    .expect("started");
    println!("\nserving {}", cluster.data_dir().display());
    // Ends too when the parent does, so that nothing outlives a run that was broken off.
    let _ended = std::io::stdin().read(&mut [0]);
}

/// A child process, and the folder it serves.
struct Serving(Child, PathBuf);

impl Serving {
    fn kill(&mut self) {
        self.0.kill().expect("killed");
        self.0.wait().expect("ended");
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _dead_already = self.0.kill();
    }
}

fn child_serving(folder: &str) -> Serving {
    let mut child = Command::new(std::env::current_exe().expect("known"))
        .args(["--exact", "cluster::child", "--nocapture"])
        .env(CHILD_SERVES, folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("run again");
    let said = BufReader::new(child.stdout.take().expect("piped"));
    let data = said
        .lines()
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("serving ").map(PathBuf::from))
        .expect("the child serves");
    Serving(child, data)
}

async fn connect(cluster: &Cluster) -> PgConnection {
    PgConnection::connect(&cluster.url("postgres")).await.expect("connected")
}

fn postmaster(data: &Path) -> PathBuf {
    data.join("postgres/postmaster.pid")
}

fn postmaster_pid(data: &Path) -> String {
    let note = fs::read_to_string(postmaster(data)).expect("Postgres runs");
    note.lines().next().expect("a number").to_owned()
}

fn gone(data: &Path) {
    let begun = Instant::now();
    while data.exists() {
        assert!(begun.elapsed() < Duration::from_secs(10), "still there");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A folder of the test's own, removed with it.
struct TempDir(PathBuf);

impl TempDir {
    fn new() -> Self {
        let name = format!("cms-cluster-{:08x}", fastrand::u32(..));
        Self(std::env::temp_dir().join(name))
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        let _made_by_none = fs::remove_dir_all(&self.0);
    }
}
