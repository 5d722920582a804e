//! Statements as the program sends them, caught from Postgres's own log.

use std::time::Duration;

use sqlx::{AssertSqlSafe, Executor, PgConnection};

use crate::bench::data::{CDSP, people_of};
use crate::bench::load::client::KeptAlive;
use crate::bench::server::ServerProcess;
use crate::error::CommandError;

/// A statement as the program sent it, and its parameters.
#[derive(Debug, Default, Clone)]
pub struct Caught {
    pub sql: String,
    parameters: Vec<String>,
}

impl Caught {
    /// With its parameters written in, each by what `put` makes of its number and value.
    pub fn filled(&self, put: impl Fn(usize, &str) -> String) -> String {
        let mut sql = self.sql.clone();
        for (at, value) in self.parameters.iter().enumerate().rev() {
            sql = sql.replace(&format!("${}", at + 1), &put(at + 1, value));
        }
        sql.replace(['\n', '\t'], " ")
    }
}

/// The queue query, and the statements of one assign from BEGIN to COMMIT.
pub async fn catch(url: &str, owner: &mut PgConnection) -> Result<(Caught, Vec<Caught>), CommandError> {
    let database: String = sqlx::query_scalar("select current_database()").fetch_one(&mut *owner).await?;
    for setting in ["log_min_duration_statement = 0", "log_error_verbosity = 'default'"] {
        owner.execute(AssertSqlSafe(format!("alter database {database} set {setting}"))).await?;
    }
    let log: String = sqlx::query_scalar("select current_setting('data_directory')").fetch_one(&mut *owner).await?;
    let log = std::path::Path::new(&log).with_file_name("postgres.log");
    let server = ServerProcess::serve(url).await?;
    let supervisor = format!("person{}", people_of(CDSP).start);
    let cookie = server.cookies(&[supervisor], 1).await?;
    let mut line = KeptAlive::open(&server.host, &cookie[0], "identity").await?;
    let waits: Option<(String, i32)> = sqlx::query_as(
        "select crn, version from contact where with_org = $1 and holder is null order by due desc limit 1",
    )
    .bind(CDSP)
    .fetch_optional(&mut *owner)
    .await?;
    line.get("/queues/organisation?view=all").await?;
    let from = std::fs::read_to_string(&log)?.len();
    line.get("/queues/organisation?view=all").await?;
    let colleague = (people_of(CDSP).start + 102).to_string();
    if let Some((crn, version)) = waits {
        let form = [("version", &*version.to_string()), ("colleague", &colleague)];
        line.post(&format!("/contacts/{crn}/assign"), &form).await?;
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    let text = std::fs::read_to_string(&log)?;
    server.stop().await?;
    owner.execute(AssertSqlSafe(format!("alter database {database} reset all"))).await?;
    let all = statements(text.get(from..).unwrap_or_default());
    let queue = all.iter().find(|caught| caught.sql.starts_with("with page as")).cloned();
    let begins = all.iter().rposition(|caught| caught.sql.starts_with("begin")).unwrap_or_default();
    let assign: Vec<Caught> = all[begins..].to_vec();
    let ends = assign.iter().position(|caught| caught.sql.eq_ignore_ascii_case("commit")).unwrap_or_default();
    let queue = queue.ok_or_else(|| CommandError("the log has no queue query".to_owned()))?;
    // who may be chosen is asked for the page, not for the act
    let needed = |caught: &&Caught| !caught.sql.starts_with("select id, name from person");
    Ok((queue, assign[..=ends].iter().filter(needed).cloned().collect()))
}

/// Reads statements and their parameters from a log.
fn statements(log: &str) -> Vec<Caught> {
    let mut entries: Vec<String> = Vec::new();
    for line in log.lines() {
        match (line.split_once("LOG:  "), line.split_once("DETAIL:  "), entries.last_mut()) {
            (Some((_, rest)), _, _) => entries.push(rest.to_owned()),
            (None, Some((_, rest)), _) => entries.push(format!("DETAIL {rest}")),
            (None, None, Some(last)) => {
                last.push('\n');
                last.push_str(line);
            }
            (None, None, None) => {}
        }
    }
    let mut all: Vec<Caught> = Vec::new();
    // binding is logged apart, with the same parameters as the statement that follows
    let mut is_statement = false;
    for entry in entries {
        if let Some(parameters) = entry.strip_prefix("DETAIL parameters: ") {
            if let Some(last) = all.last_mut().filter(|_| is_statement) {
                last.parameters = values(parameters);
            }
        } else if let Some((_, rest)) = entry.split_once(" ms  ") {
            // "execute sqlx_s_1: select …" or "statement: begin"
            is_statement = rest.starts_with("execute") || rest.starts_with("statement");
            if let (Some((_, sql)), true) = (rest.split_once(": "), is_statement) {
                all.push(Caught { sql: sql.trim().to_owned(), parameters: Vec::new() });
            }
        }
    }
    all
}

/// The values of "$1 = '1', $2 = NULL", quotes and all.
fn values(text: &str) -> Vec<String> {
    let mut values = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once(" = ") {
        let end = if let Some(quoted) = after.strip_prefix('\'') {
            let mut end = 0;
            let bytes = quoted.as_bytes();
            while end < bytes.len() && (bytes[end] != b'\'' || bytes.get(end + 1) == Some(&b'\'')) {
                end += if bytes[end] == b'\'' { 2 } else { 1 };
            }
            end + 2
        } else {
            after.find(',').unwrap_or(after.len())
        };
        values.push(after[..end.min(after.len())].to_owned());
        rest = &after[end.min(after.len())..];
    }
    values
}
