//! The program as a program: its ready line, its stop, and the starts it refuses.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use cms::boot;

use crate::world::{config, database};

/// A running program, ended with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn cms(folder: &std::path::Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cms"));
    command
        .env_remove("DATABASE_URL")
        .env("CMS_DATA_DIR", folder)
        .env("CMS_LISTEN", "127.0.0.1:0")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

#[test]
fn it_starts_alone_says_where_it_is_serves_and_stops_when_told() {
    let folder = std::env::temp_dir().join(format!("cms-boot-{}", std::process::id()));
    for start in ["first", "second"] {
        let mut running = Running(cms(&folder).spawn().unwrap());
        let mut lines = BufReader::new(running.0.stdout.take().unwrap()).lines();
        let line = lines.next().expect("a ready line").unwrap();
        let url = line.strip_prefix("CMS is ready at ").unwrap_or_else(|| panic!("{line}")).to_owned();
        let address = url.strip_prefix("http://").unwrap().to_owned();
        let mut stream = std::net::TcpStream::connect(&address).unwrap();
        std::io::Write::write_all(
            &mut stream,
            format!("GET /sign-in HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").as_bytes(),
        )
        .unwrap();
        let mut answer = String::new();
        std::io::Read::read_to_string(&mut stream, &mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("Sign in as alder.agent"), "{start}: {answer}");
        let stopped = Instant::now();
        let pid = rustix::process::Pid::from_child(&running.0);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        assert!(running.0.wait().unwrap().success(), "{start}");
        assert!(stopped.elapsed() < Duration::from_secs(10));
        assert!(lines.next().is_none(), "only the ready line goes to stdout");
    }
    let _ = std::fs::remove_dir_all(folder);
}

#[test]
fn a_start_that_would_be_unsafe_is_refused_in_a_sentence() {
    let folder = std::env::temp_dir().join(format!("cms-refused-{}", std::process::id()));
    for (listen, url, says) in [
        ("0.0.0.0:0", None, "open to other machines"),
        ("0.0.0.0:0", Some("http://cms.example"), "open to other machines"),
        ("127.0.0.1:0", Some("cms.example"), "must begin with https://"),
    ] {
        let mut command = cms(&folder);
        command.env("CMS_LISTEN", listen);
        if let Some(url) = url {
            command.env("CMS_PUBLIC_URL", url);
        }
        let output = command.output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && error.contains(says) && error.lines().count() == 1, "{error}");
    }
    assert!(!folder.exists(), "nothing was made");
}

#[test]
fn a_trial_that_others_can_reach_is_said_outright() {
    let folder = std::env::temp_dir().join(format!("cms-accident-{}", std::process::id()));
    for arguments in [&["serve"][..], &["migrate"], &["check"], &["disable-person", "amy"]] {
        for listen in ["127.0.0.1:0", "0.0.0.0:0"] {
            let output = cms(&folder)
                .args(arguments)
                .env("CMS_LISTEN", listen)
                .env("CMS_PUBLIC_URL", "https://cms.example")
                .output();
            let output = output.unwrap();
            let error = String::from_utf8_lossy(&output.stderr);
            assert!(!output.status.success() && error.contains("DATABASE_URL is not set"), "{arguments:?}: {error}");
            assert!(error.contains("--trial") && error.lines().count() == 1, "{error}");
        }
    }
    assert!(!folder.exists(), "nothing was made");
}

#[test]
fn secrets_come_from_closed_files_and_never_from_the_command_line() {
    let folder = std::env::temp_dir().join(format!("cms-secrets-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("url");
    std::fs::write(&file, "postgres://cms_owner:hidden@db.invalid/cms\n").unwrap();
    let run = |change: &dyn Fn(&mut Command)| {
        let mut command = cms(&folder.join("data"));
        change(&mut command);
        let output = command.output().unwrap();
        assert!(!output.status.success());
        let says = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!says.contains("hidden"), "{says}");
        says
    };
    for mode in [0o644, 0o640, 0o604] {
        std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
        for name in cms::secrets::SECRETS {
            let says = run(&|command| {
                command.env_remove(name).env(format!("{name}_FILE"), &file);
            });
            assert!(says.contains(&format!("{name}_FILE")) && says.contains("chmod 600"), "{says}");
        }
    }
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    // it is read: the server that it names is another machine
    let says = run(&|command| {
        command.env("DATABASE_URL_FILE", &file);
    });
    assert!(says.contains("db.invalid") && says.contains("verify-full"), "{says}");
    let says = run(&|command| {
        command.env("DATABASE_URL_FILE", &file).env("DATABASE_URL", "postgres://127.0.0.1/cms");
    });
    assert!(says.contains("Both DATABASE_URL and DATABASE_URL_FILE are set"), "{says}");
    for option in ["--database-url", "--pages-url", "--trial-password", "--s3-access-key", "--s3-secret-key"] {
        let says = run(&|command| {
            command.args(["serve", option, "postgres://cms_owner:hidden@127.0.0.1:9/cms"]);
        });
        assert!(says.contains("unexpected argument"), "{says}");
    }
    let help = cms(&folder).args(["serve", "--help"]).output().unwrap();
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    assert!(!help.contains("--database-url") && !help.contains("four gas meters hum"), "{help}");
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn without_trial_mode_a_database_with_shared_accounts_is_refused() {
    let mut config = config();
    config.database_url = Some(database().await);
    config.listen = "127.0.0.1:0".parse().unwrap();
    let sorry = boot::serve(config).await.unwrap_err().to_string();
    assert!(sorry.contains("shared accounts"), "{sorry}");
}
