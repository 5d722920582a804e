//! A row of a bulk as pages and files see it.

use serde_json::Value;
use sqlx::PgConnection;

use super::SentRow;
use super::job::Job;
use super::problem::{ProblemSource, RowProblem};
use super::verdict::Verdict;
use crate::contacts::fields::Field;
use crate::error::AppError;

/// A row as it was sent and what came of it.
#[derive(Debug)]
pub struct BulkRow {
    pub row: i32,
    pub sent: SentRow,
    pub verdict: Option<Verdict>,
    pub problems: Vec<RowProblem>,
    pub crn: Option<String>,
    /// became a contact
    pub is_logged: bool,
    /// left undone, since its bulk was stopped
    pub was_stopped: bool,
}

/// A row as it is stored.
struct StoredRow {
    row: i32,
    line: i32,
    fields: Value,
    verdict: Option<String>,
    problems: Value,
    crn: Option<String>,
    is_logged: bool,
}

impl StoredRow {
    fn of(self, job: &Job) -> Result<BulkRow, AppError> {
        let verdict = self.verdict.as_deref().and_then(Verdict::parse);
        let was_stopped =
            job.is_stopped() && !self.is_logged && !matches!(verdict, Some(Verdict::AlreadyLogged | Verdict::Bad));
        let mut problems: Vec<RowProblem> =
            self.problems.as_array().map(|all| all.iter().map(RowProblem::of_json).collect()).unwrap_or_default();
        if was_stopped {
            problems.insert(0, RowProblem::plain(ProblemSource::Worker, "Not added: the bulk was stopped"));
        }
        Ok(BulkRow {
            row: self.row,
            sent: SentRow::of_json(job.contact_type()?, self.line, &self.fields),
            verdict,
            problems,
            crn: self.crn,
            is_logged: self.is_logged,
            was_stopped,
        })
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

impl BulkRow {
    /// The next rows after the one of this number, at most `most`.
    pub async fn portion(
        tx: &mut PgConnection,
        job: &Job,
        which: Which,
        after: i32,
        most: i64,
    ) -> Result<Vec<BulkRow>, AppError> {
        let rows = sqlx::query_as!(
            StoredRow,
            "select row, line, fields, verdict, problems, crn, made as is_logged from bulk_row
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
        rows.into_iter().map(|row| row.of(job)).collect()
    }

    /// Rows of which something is to be said, what stops first.
    pub async fn with_problems(tx: &mut PgConnection, job: &Job, most: i64) -> Result<Vec<BulkRow>, AppError> {
        let rows = sqlx::query_as!(
            StoredRow,
            "select row, line, fields, verdict, problems, crn, made as is_logged from bulk_row
             where bulk_key = $1 and problems <> '[]'
             order by case verdict when 'bad' then 1 when 'ask' then 2 when 'there' then 3 else 4 end, row limit $2",
            job.key,
            most
        )
        .fetch_all(tx)
        .await?;
        rows.into_iter().map(|row| row.of(job)).collect()
    }

    /// The first that can be added without a question.
    pub async fn first_good(tx: &mut PgConnection, job: &Job) -> Result<Option<BulkRow>, AppError> {
        let row = sqlx::query_as!(
            StoredRow,
            "select row, line, fields, verdict, problems, crn, made as is_logged from bulk_row
             where bulk_key = $1 and verdict = 'good' order by row limit 1",
            job.key
        )
        .fetch_optional(tx)
        .await?;
        row.map(|row| row.of(job)).transpose()
    }

    /// What is logged of it: "Street Moss Lane; Postcode LS1 4DY".
    pub fn as_logged(&self) -> String {
        let details = self.sent.details();
        let filled = details.spec.fields().filter(|field| !details.get(*field).is_empty());
        filled
            .map(|field| {
                let shown = details.shown(field);
                let more = if shown.chars().count() > 60 { "…" } else { "" };
                let label = details.spec.label(&field).trim_end_matches('?');
                format!("{label}: {}{more}", shown.chars().take(60).collect::<String>())
            })
            .collect::<Vec<_>>()
            .join("; ")
    }

    pub fn text(&self, field: Field) -> &str {
        self.sent.fields.iter().find(|(known, _)| *known == field).map_or("", |(_, text)| text)
    }

    /// What came of it, in a word or two.
    pub fn result(&self) -> &'static str {
        match (self.is_logged, self.verdict) {
            (true, _) => "Added",
            _ if self.was_stopped => "Not added",
            (_, Some(Verdict::Good)) => "Can be added",
            (_, Some(Verdict::Ask)) => "Asked about",
            (_, Some(Verdict::AlreadyLogged)) => "Already there",
            (_, Some(Verdict::Bad)) => "Has errors",
            (_, None) => "Not checked",
        }
    }

    /// Its problems in one text: "113 Postcode: Enter the postcode".
    pub fn problems_in_words(&self) -> String {
        self.problems
            .iter()
            .map(|problem| problem.in_words(self.sent.contact_type.spec()))
            .collect::<Vec<_>>()
            .join("; ")
    }
}
