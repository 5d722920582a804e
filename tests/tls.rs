//! A Postgres across a network: reached with a certificate that was looked at, or not at all.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use cms::db::{Access, Db};
use sqlx::{Connection, Executor, PgConnection};

/// Makes two authorities, a certificate for `localhost` by the first, and a server that speaks nothing but TLS and
/// shows as much of a statement as it may.
/// $base is the folder, $port the port.
const START: &str = r#"
set -euo pipefail
. .ci/postgres.sh
cd "$base"
new='-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2'
for ca in ca other; do
    openssl req -x509 $new -keyout $ca.key -out $ca.pem -subj "/CN=$ca of a test" \
        -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign
done
openssl req $new -keyout server.key -out server.csr -subj /CN=localhost
printf 'subjectAltName=DNS:localhost\nextendedKeyUsage=serverAuth\n' >server.ext
openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile server.ext -out server.pem
chmod 600 server.key
[ "$(id -u)" != 0 ] || chown -R postgres: "$base"
as_postgres "$pg_bin/initdb" -D "$base/data" -U cms --auth=trust --encoding=UTF8 --no-sync
printf 'local all all trust\nhostssl all all all scram-sha-256\n' >"$base/data/pg_hba.conf"
as_postgres "$pg_bin/pg_ctl" start --silent -w -D "$base/data" -l "$base/log" -o "-c listen_addresses=localhost \
    -c port=$port -c fsync=off -c track_activity_query_size=16384 -c ssl=on -c ssl_cert_file=$base/server.pem \
    -c ssl_key_file=$base/server.key -k $base"
"#;
const STOP: &str =
    r#". .ci/postgres.sh; as_postgres "$pg_bin/pg_ctl" stop --silent -m immediate -D "$base/data"; rm -rf "$base""#;

struct Server {
    base: PathBuf,
    port: u16,
}

impl Server {
    async fn start() -> Server {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let base = std::env::temp_dir().join(format!("cms-tls-{}", std::process::id()));
        std::fs::create_dir_all(&base).unwrap();
        let server = Server { base, port };
        server.run(START);
        let mut cms = server.by_socket("postgres").await;
        cms.execute("create role cms_owner login createrole password 'o w n'").await.unwrap();
        cms.execute("create database cms owner cms_owner").await.unwrap();
        server
    }

    fn run(&self, script: &str) {
        let output = Command::new("bash")
            .args(["-c", script])
            .env("base", &self.base)
            .env("port", self.port.to_string())
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(self.base.with_extension("said")).unwrap())
            .status()
            .unwrap();
        let said = std::fs::read_to_string(self.base.with_extension("said")).unwrap_or_default();
        let _gone = std::fs::remove_file(self.base.with_extension("said"));
        assert!(output.success(), "{said}");
    }

    async fn by_socket(&self, database: &str) -> PgConnection {
        let base = self.base.display();
        PgConnection::connect(&format!("postgres:///{database}?host={base}&port={}&user=cms", self.port)).await.unwrap()
    }

    fn url(&self, login: &str, host: &str, mode: &str) -> String {
        format!("postgres://{login}@{host}:{}/cms?sslmode={mode}", self.port)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.base.join(name)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = Command::new("bash")
            .args(["-c", STOP])
            .env("base", &self.base)
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status();
    }
}

#[tokio::test]
async fn every_connection_is_encrypted_to_the_server_that_was_meant() {
    let server = Server::start().await;
    let owner = server.url("cms_owner:o%20w%20n", "localhost", "verify-full");
    let mut access = Access { ca: Some(server.file("ca.pem")), ..Access::from(&owner) };
    for (url, ca, says) in [
        (owner.clone(), "other.pem", "was not signed by the authority"),
        (owner.replace("localhost", "127.0.0.1"), "ca.pem", "another name than 127.0.0.1"),
        (owner.clone(), "server.key", "holds no certificate"),
        (owner.clone(), "nothing.pem", "can’t be read"),
        (owner.replace("verify-full", "disable"), "ca.pem", "no encryption"),
    ] {
        let refused = Db::open(Access { ca: Some(server.file(ca)), ..Access::from(&url) }, 2).await.unwrap_err();
        assert!(refused.to_string().contains(says), "{url} {ca}: {refused}");
    }
    // no authority of ours at all: those that everybody knows, which this is not
    assert!(Db::open(&owner, 2).await.unwrap_err().to_string().contains("was not signed by"));

    let db = Db::open(access.clone(), 3).await.unwrap();
    let waits = db.check_pages().await.unwrap_err().to_string();
    assert!(waits.contains("CMS_PAGES_URL") && waits.contains("\\password cms_web"), "{waits}");
    db.close().await;
    server.by_socket("cms").await.execute("alter role cms_web password 'w e b'").await.unwrap();
    access.pages = Some(server.url("cms_web:w%20e%20b", "localhost", "verify-full"));
    let db = Db::open(access.clone(), 3).await.unwrap();
    db.check_pages().await.unwrap();
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(db.as_viewer(1).await.unwrap());
    }
    let _desk = sqlx::query("select true").execute(&db.auth).await.unwrap();
    let work = db.owner.begin().await.unwrap();
    let (all, encrypted): (i64, i64) = sqlx::query_as(
        "select count(*), count(*) filter (where s.ssl) from pg_stat_ssl s join pg_stat_activity a using (pid)
         where a.datname = 'cms' and a.client_addr is not null",
    )
    .fetch_one(&mut server.by_socket("postgres").await)
    .await
    .unwrap();
    assert!(all >= 5 && all == encrypted, "{encrypted} of {all} connections are encrypted");
    drop(held);
    drop(work);
    db.close().await;

    // the authority may stand in the address instead
    let ca = format!("&sslrootcert={}", server.file("ca.pem").display());
    let pages = access.pages.unwrap() + &ca;
    let by_url = Access { pages: Some(pages), ..Access::from(&(owner + &ca)) };
    let db = Db::open(by_url, 2).await.unwrap();
    db.check_pages().await.unwrap();
    db.close().await;
}

#[test]
fn a_socket_is_this_machine_whatever_host_stands_beside_it() {
    for (url, host) in
        [("postgres://cms@db.invalid/cms?host=/nowhere", "db.invalid"), ("postgres:///cms?user=cms", "/nowhere")]
    {
        let output = Command::new(env!("CARGO_BIN_EXE_cms"))
            .arg("check")
            .env("DATABASE_URL", url)
            .env("PGHOST", host)
            .env("CMS_LISTEN", "127.0.0.1:0")
            .env_remove("CMS_DATABASE_WITHOUT_TLS")
            .output()
            .unwrap();
        let says = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && says.contains("No such file"), "{url}: {says}");
    }
}

#[test]
fn every_command_refuses_to_speak_in_the_open() {
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_cms"))
            .args(arguments)
            .env("DATABASE_URL", "postgres://cms_owner:secret@db.invalid/cms?sslmode=require")
            .env("CMS_LISTEN", "127.0.0.1:0")
            .env_remove("CMS_DATABASE_WITHOUT_TLS")
            .output()
            .unwrap();
        assert!(!output.status.success(), "{arguments:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    for arguments in [
        &["serve"][..],
        &["migrate"],
        &["check"],
        &["import-addresses", "/dev/null"],
        &["import-postcodes", "/dev/null"],
        &["add-organisation", "--code", "ALD", "--name", "Alder", "--kind", "Shipper"],
        &["add-person", "--account", "amy", "--name", "Amy", "--organisation", "ALD"],
        &["disable-person", "amy"],
        &["bench-twin"],
    ] {
        let says = run(arguments);
        assert!(says.contains("sslmode=verify-full") || arguments == ["bench-twin"], "{arguments:?}: {says}");
        assert!(!says.contains("secret") && says.lines().count() == 1, "{arguments:?}: {says}");
    }
}
