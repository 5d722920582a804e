//! A bulk as pages see it: whose it is, how far it is, and how its rows stand.

use serde_json::{Value, json};
use sqlx::PgConnection;
use time::OffsetDateTime;

use super::check::{Problem, Verdict};
use super::{KEPT_DAYS, Sent};
use crate::contacts::fields::Field;
use crate::error::AppError;
use crate::secret::is_token;
use crate::session::Viewer;
use crate::trade::words::{plural, thousands};
use crate::trade::working_time::{london_date, show_time};

#[derive(Debug)]
pub struct Job {
    pub key: String,
    pub name: String,
    pub kind: String,
    pub state: String,
    pub person_id: i64,
    pub sender: String,
    pub rows: i32,
    pub checked: i32,
    pub added: i32,
    pub good: i32,
    pub asked: i32,
    pub there: i32,
    pub bad: i32,
    pub made: i32,
    pub failures: i32,
    pub adds: bool,
    pub created: OffsetDateTime,
    pub worked: OffsetDateTime,
}

impl Job {
    /// The viewer's own, or of their organisation if they are its supervisor.
    pub async fn seen_by(tx: &mut PgConnection, viewer: &Viewer, key: &str) -> Result<Job, AppError> {
        if !is_token(key) {
            return Err(AppError::NotFound);
        }
        sqlx::query_as!(
            Job,
            "select b.key, b.name, b.kind, b.state, b.person_id, p.name as sender, b.rows, b.checked, b.added, b.good,
                    b.asked, b.there, b.bad, b.made, b.failures, b.adds, b.created, b.worked
             from bulk b join person p on p.id = b.person_id
             where b.key = $1 and b.organisation_id = $2 and (b.person_id = $3 or $4)",
            key,
            viewer.organisation_id(),
            viewer.id,
            viewer.supervisor
        )
        .fetch_optional(tx)
        .await?
        .ok_or(AppError::NotFound)
    }

    /// The latest that the viewer sees.
    pub async fn latest(tx: &mut PgConnection, viewer: &Viewer) -> Result<Vec<Job>, AppError> {
        Ok(sqlx::query_as!(
            Job,
            "select b.key, b.name, b.kind, b.state, b.person_id, p.name as sender, b.rows, b.checked, b.added, b.good,
                    b.asked, b.there, b.bad, b.made, b.failures, b.adds, b.created, b.worked
             from bulk b join person p on p.id = b.person_id
             where b.organisation_id = $1 and (b.person_id = $2 or $3)
             order by b.created desc limit 100",
            viewer.organisation_id(),
            viewer.id,
            viewer.supervisor
        )
        .fetch_all(tx)
        .await?)
    }

    pub fn path(&self) -> String {
        format!("/bulk/{}", self.key)
    }

    /// What it is called on pages.
    pub fn title(&self) -> String {
        match (self.is_form(), self.name.as_str()) {
            (true, name) => format!("Form: {name}"),
            (false, "") => "File without a name".to_owned(),
            (false, name) => name.to_owned(),
        }
    }

    pub fn is_of(&self, viewer: &Viewer) -> bool {
        self.person_id == viewer.id
    }

    pub fn is_at_work(&self) -> bool {
        matches!(self.state.as_str(), "checking" | "adding")
    }

    /// "checked", "added"; of a form's rows, which are added as soon as they are checked, both are one.
    pub fn is_adding(&self) -> bool {
        self.state == "adding"
    }

    pub fn is_stopped(&self) -> bool {
        self.state == "stopped"
    }

    /// Why it was stopped.
    pub fn why_stopped(&self) -> &'static str {
        if self.failures > 0 {
            "It failed several times in a row. Send the rejected rows again; if they fail again, tell support."
        } else {
            "The account that sent it was disabled, or the trial was reset, so it did not go on."
        }
    }

    /// Whether rows go back that were not added.
    pub fn has_rejected(&self) -> bool {
        self.bad + self.there + self.asked > 0 || (self.is_stopped() && self.made < self.rows)
    }

    pub fn is_uk_link(&self) -> bool {
        self.kind == "uklink"
    }

    pub fn is_form(&self) -> bool {
        self.kind == "form"
    }

    pub fn done(&self) -> i32 {
        if self.is_adding() { self.added } else { self.checked }
    }

    /// The progress in words: "120 of 200 rows checked, updated 12:04:10".
    pub fn progress(&self) -> String {
        let clock = show_seconds(self.worked);
        let what = if self.is_adding() { "added" } else { "checked" };
        format!("{} of {} {what}, updated {clock}", count(self.done()), plural(rows(self.rows), "row"))
    }

    /// The state in words, for lists.
    pub fn standing(&self) -> String {
        match self.state.as_str() {
            "checking" => format!("Being checked: {} of {}", count(self.checked), count(self.rows)),
            "checked" => "Checked: waits for you".to_owned(),
            "adding" => format!("Being added: {} of {}", count(self.added), count(self.rows)),
            "done" => format!("{} added", plural(rows(self.made), "contact")),
            "dropped" => "Nothing was added".to_owned(),
            _ => format!("Stopped: {} added", plural(rows(self.made), "contact")),
        }
    }

    pub fn received(&self) -> String {
        show_time(self.created)
    }

    pub fn kept_until(&self) -> String {
        let last = london_date(self.created).saturating_add(time::Duration::days(i64::from(KEPT_DAYS)));
        crate::trade::dates::show_words(last)
    }

    pub fn as_json(&self) -> Value {
        json!({"state": self.state, "done": self.done(), "rows": self.rows, "says": self.progress()})
    }
}

/// "12:04:10", in London.
fn show_seconds(at: OffsetDateTime) -> String {
    format!("{}:{:02}", crate::trade::working_time::show_clock(at), at.second())
}

/// "5,000".
pub fn count(number: i32) -> String {
    thousands(rows(number))
}

pub fn rows(number: i32) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

/// A row as it was sent and what came of it.
#[derive(Debug)]
pub struct Row {
    pub row: i32,
    pub sent: Sent,
    pub verdict: Option<Verdict>,
    pub problems: Vec<Problem>,
    pub crn: Option<String>,
    pub made: bool,
    /// left undone, since its bulk was stopped
    pub was_stopped: bool,
}

/// A row as it is stored.
struct Kept {
    row: i32,
    line: i32,
    fields: Value,
    verdict: Option<String>,
    problems: Value,
    crn: Option<String>,
    made: bool,
}

impl Kept {
    fn of(self, job: &Job) -> Row {
        let verdict = self.verdict.as_deref().and_then(Verdict::parse);
        let was_stopped = job.is_stopped() && !self.made && !matches!(verdict, Some(Verdict::There | Verdict::Bad));
        let mut problems: Vec<Problem> =
            self.problems.as_array().map(|all| all.iter().map(Problem::of_json).collect()).unwrap_or_default();
        if was_stopped {
            problems.insert(0, Problem::plain("Not added: the bulk was stopped"));
        }
        Row {
            row: self.row,
            sent: Sent::of_json(self.line, &self.fields),
            verdict,
            problems,
            crn: self.crn,
            made: self.made,
            was_stopped,
        }
    }
}

/// Which rows are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    All,
    /// became contacts
    Accepted,
    /// did not, for a reason of their own, or since the bulk was stopped
    Rejected,
}

impl Row {
    /// The next rows after this one.
    pub async fn portion(
        tx: &mut PgConnection,
        job: &Job,
        which: Which,
        after: i32,
        most: i64,
    ) -> Result<Vec<Row>, AppError> {
        let rows = sqlx::query_as!(
            Kept,
            "select row, line, fields, verdict, problems, crn, made from bulk_row
             where bulk_key = $1 and row > $2
               and ($3 or case when $4 then made else not made and ($6 or verdict <> 'good') end)
             order by row limit $5",
            job.key,
            after,
            which == Which::All,
            which == Which::Accepted,
            most,
            job.is_stopped()
        )
        .fetch_all(tx)
        .await?;
        Ok(rows.into_iter().map(|row| row.of(job)).collect())
    }

    /// Rows of which something is to be said, what stops first.
    pub async fn with_problems(tx: &mut PgConnection, job: &Job, most: i64) -> Result<Vec<Row>, AppError> {
        let rows = sqlx::query_as!(
            Kept,
            "select row, line, fields, verdict, problems, crn, made from bulk_row
             where bulk_key = $1 and problems <> '[]'
             order by case verdict when 'bad' then 1 when 'ask' then 2 when 'there' then 3 else 4 end, row limit $2",
            job.key,
            most
        )
        .fetch_all(tx)
        .await?;
        Ok(rows.into_iter().map(|row| row.of(job)).collect())
    }

    pub fn text(&self, field: Field) -> &str {
        self.sent.fields.iter().find(|(known, _)| *known == field).map_or("", |(_, text)| text)
    }

    /// What came of it, in a word or two.
    pub fn result(&self) -> &'static str {
        match (self.made, self.verdict) {
            (true, _) => "Added",
            _ if self.was_stopped => "Not added",
            (_, Some(Verdict::Good)) => "Can be added",
            (_, Some(Verdict::Ask)) => "Asked about",
            (_, Some(Verdict::There)) => "Already there",
            (_, Some(Verdict::Bad)) => "Has errors",
            (_, None) => "Not checked",
        }
    }

    /// Its problems in one text: "113 Postcode: Enter the postcode".
    pub fn problems_in_words(&self) -> String {
        self.problems.iter().map(in_words).collect::<Vec<_>>().join("; ")
    }
}

fn in_words(problem: &Problem) -> String {
    match (problem.rule, problem.field) {
        (Some(rule), Some(field)) => format!("Rule {rule}, {}: {}", field.label(), problem.says),
        _ => problem.says.clone(),
    }
}
