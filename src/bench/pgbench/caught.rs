//! Statements as the program sends them, caught from Postgres's own log.

use std::time::Duration;

use sqlx::{AssertSqlSafe, Executor, PgConnection};

use crate::bench::data::{CDSP, people_of};
use crate::bench::load::client::KeptAlive;
use crate::bench::scenes::facts::seal;
use crate::bench::server::ServerProcess;
use crate::error::CommandError;
use crate::seal::Kind;

/// A statement as the program sent it, and its parameters as Postgres wrote them down, with their quotes.
#[derive(Debug, Default, Clone)]
pub struct Caught {
    pub sql: String,
    pub parameters: Vec<String>,
}

impl Caught {
    /// With its parameters written in, on one line and so without comments.
    pub fn filled(&self, parameters: &[String]) -> String {
        let lines = self.sql.lines().map(|line| line.split_once("--").map_or(line, |(before, _)| before));
        let mut sql = lines.collect::<Vec<_>>().join(" ");
        for (at, value) in parameters.iter().enumerate().rev() {
            sql = sql.replace(&format!("${}", at + 1), value);
        }
        sql.replace('\t', " ")
    }
}

/// A contact, and the statements that assigned it.
pub struct Assigned {
    pub id: i64,
    pub crn: String,
    pub version: i32,
    pub statements: Vec<Caught>,
}

/// The queue query, and from BEGIN to COMMIT the statements of two assigns: what differs is of the contact.
pub async fn catch(url: &str, owner: &mut PgConnection) -> Result<(Caught, [Assigned; 2]), CommandError> {
    let database: String = sqlx::query_scalar("select current_database()").fetch_one(&mut *owner).await?;
    for setting in ["log_min_duration_statement = 0", "log_error_verbosity = 'default'"] {
        owner.execute(AssertSqlSafe(format!("alter database {database} set {setting}"))).await?;
    }
    let caught = from_log(url, owner).await;
    owner.execute(AssertSqlSafe(format!("alter database {database} reset all"))).await?;
    caught
}

async fn from_log(url: &str, owner: &mut PgConnection) -> Result<(Caught, [Assigned; 2]), CommandError> {
    let log: String = sqlx::query_scalar("select current_setting('data_directory')").fetch_one(&mut *owner).await?;
    let log = std::path::Path::new(&log).with_file_name("postgres.log");
    let server = ServerProcess::serve(url).await?;
    let supervisor = format!("person{}", people_of(CDSP).start);
    let cookie = server.cookies(&[supervisor], 1).await?;
    let mut line = KeptAlive::open(&server.host, &cookie[0], "identity").await?;
    let seal = seal(owner).await?;
    let colleague = seal.show(Kind::Person, people_of(CDSP).start + 102);
    let queue = "/queues/organisation?view=all";
    line.get(queue).await?;
    let from = std::fs::read_to_string(&log)?.len();
    line.get(queue).await?;
    // the longest: what else a page asks is short
    let of_page = since(&log, from).await?.into_iter().filter(|caught| caught.sql.contains("from contact c"));
    let page = of_page.max_by_key(|caught| caught.sql.len());
    let page = page.ok_or_else(|| CommandError("the log has no queue query".to_owned()))?;
    let mut both = Vec::new();
    for (id, crn, version) in two(owner).await? {
        let from = std::fs::read_to_string(&log)?.len();
        let shown = seal.version(&crn, version);
        let form = [("version", &*shown), ("colleague", &colleague)];
        line.post(&format!("/contacts/{crn}/assign"), &form).await?;
        let all = since(&log, from).await?;
        let writes = all.iter().position(|caught| caught.sql.contains("into contact_event"));
        let writes = writes.ok_or_else(|| CommandError(format!("the log has no assign of {crn}")))?;
        let starts = |caught: &Caught, word: &str| {
            caught.sql.get(..word.len()).is_some_and(|begins| begins.eq_ignore_ascii_case(word))
        };
        let begin = all[..writes].iter().rposition(|caught| starts(caught, "begin")).unwrap_or_default();
        let commit = all[writes..].iter().position(|caught| starts(caught, "commit")).unwrap_or_default();
        let mut statements = all[begin..=writes + commit].to_vec();
        // it enters in the same message
        if let Some(end) = statements[0].sql.find(';') {
            statements[0].sql.truncate(end);
        }
        both.push(Assigned { id, crn, version, statements });
    }
    server.stop().await?;
    <[Assigned; 2]>::try_from(both)
        .map(|both| (page, both))
        .map_err(|_| CommandError("there are no two contacts to assign".to_owned()))
}

/// Two contacts that wait, with other versions.
async fn two(owner: &mut PgConnection) -> Result<Vec<(i64, String, i32)>, CommandError> {
    let sql = "select distinct on (version) id, crn, version from contact
               where with_org = $1 and holder is null and id > 500 and version > 1 order by version, id limit 2";
    Ok(sqlx::query_as(sql).bind(CDSP).fetch_all(owner).await?)
}

/// What the log has since then.
async fn since(log: &std::path::Path, from: usize) -> Result<Vec<Caught>, CommandError> {
    tokio::time::sleep(Duration::from_millis(200)).await;
    Ok(statements(std::fs::read_to_string(log)?.get(from..).unwrap_or_default()))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_with_a_comment_is_still_done() {
        let sql = "-- one ($1)\nselect name -- by its id\n\tfrom person where name <> $2 and id = $1".to_owned();
        let caught = Caught { sql, parameters: Vec::new() };
        let filled = caught.filled(&["7".to_owned(), "'8'".to_owned()]);
        let one_line = filled.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(one_line, "select name from person where name <> '8' and id = 7");
    }
}
