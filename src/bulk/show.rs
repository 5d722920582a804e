//! `/bulk/{key}`: how far a bulk is, what came of its rows, and the choice between adding the good ones and nothing.

use askama::Template;
use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::job::{Job, count};
use super::problem::RowProblem;
use super::row::{BulkRow, Which};
use super::verdict::Verdict;
use crate::app::App;
use crate::error::AppError;
use crate::form::Submitted;
use crate::frame::Frame;
use crate::page;
use crate::session::{SignedIn, Viewer};

/// Rows of the table on the page; the files have all.
const SHOWN: i64 = 50;

#[derive(Template)]
#[template(path = "bulk/show.html")]
struct ShowPage {
    frame: Frame,
    job: Job,
    own: bool,
    /// rows of which something is said
    rows: Vec<BulkRow>,
    logged: Vec<BulkRow>,
    /// of a file, for a look at how it was read
    first: Option<BulkRow>,
}

/// A line of the table: what is said of one cell, or of the whole row.
struct ProblemLine<'a> {
    row: usize,
    column: &'static str,
    value: String,
    rule: String,
    says: &'a str,
    crn: Option<&'a str>,
    result: &'static str,
}

impl ShowPage {
    fn lines(&self) -> Vec<ProblemLine<'_>> {
        let all = self.rows.iter().flat_map(|row| row.problems.iter().map(|problem| line(row, problem)));
        all.take(usize::try_from(SHOWN).unwrap_or_default()).collect()
    }

    fn count(&self, number: &i32) -> String {
        count(*number)
    }

    fn added(&self) -> String {
        let logged = super::job::rows(self.job.logged);
        format!("{} {} added", crate::trade::words::plural(logged, "contact"), if logged == 1 { "was" } else { "were" })
    }

    /// "190 contacts".
    fn contacts(&self, number: &i32) -> String {
        crate::trade::words::plural(super::job::rows(*number), "contact")
    }

    /// Whether the page must be asked again to see more.
    fn waits(&self) -> bool {
        self.job.is_at_work()
    }
}

fn line<'a>(row: &'a BulkRow, problem: &'a RowProblem) -> ProblemLine<'a> {
    let is_warning = row.verdict == Some(Verdict::Good);
    ProblemLine {
        row: row.sent.line,
        column: problem.field.map_or("Whole row", |field| row.sent.contact_type.spec().label(&field)),
        value: problem.field.map(|field| row.text(field).chars().take(120).collect()).unwrap_or_default(),
        rule: problem.rule.map(|rule| rule.to_string()).unwrap_or_default(),
        says: &problem.says,
        crn: row.crn.as_deref().filter(|_| row.verdict == Some(Verdict::AlreadyLogged)),
        result: if is_warning && !row.is_logged && !row.was_stopped {
            "Can be added, with a warning"
        } else {
            row.result()
        },
    }
}

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Path(key): Path<String>,
) -> Result<Response, AppError> {
    viewer.may_log()?;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let job = Job::seen_by(&mut tx, &viewer, &key).await?;
    let (mut rows, mut logged, mut first) = (Vec::new(), Vec::new(), None);
    if !job.is_at_work() {
        rows = BulkRow::with_problems(&mut tx, &job, SHOWN).await?;
        first = BulkRow::first_good(&mut tx, &job).await?.filter(|_| !job.is_form());
        logged = BulkRow::portion(&mut tx, &job, Which::Accepted, 0, SHOWN).await?;
    }
    tx.commit().await?;
    let frame = Frame::new(&app, Some(&viewer), "/bulk");
    page::ok(&ShowPage { frame, own: job.is_of(&viewer), job, rows, logged, first })
}

/// How far it is, for the page that shows it.
pub async fn progress(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Path(key): Path<String>,
) -> Result<Response, AppError> {
    viewer.may_log()?;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let job = Job::seen_by(&mut tx, &viewer, &key).await?;
    tx.commit().await?;
    Ok(Json(job.as_json()).into_response())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    choice: String,
    /// rows that are asked about are added too
    #[serde(default)]
    with_asked: String,
}

pub async fn choose(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Path(key): Path<String>,
    sent: Submitted<Choice>,
) -> Result<Response, AppError> {
    viewer.may_log()?;
    let state = match sent.form.choice.as_str() {
        "add" => "adding",
        "nothing" => "dropped",
        _ => return Err(AppError::BadRequest("Choose between adding the good rows and nothing.".into())),
    };
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let job = Job::seen_by(&mut tx, &viewer, &key).await?;
    let with_asked = sent.form.with_asked == "yes";
    if state == "adding" && job.state == "checked" && job.good == 0 && job.asked > 0 && !with_asked {
        return Err(AppError::Conflict(
            "None of the rows can be added as they are. Go back and tick the box if you have looked at those that are \
             asked about, or mend the rows and send them again."
                .into(),
        ));
    }
    decide(&mut tx, &viewer, &job, state, with_asked).await?;
    tx.commit().await?;
    app.bulk.notify_one();
    Ok(page::to(&job.path()))
}

async fn decide(
    tx: &mut sqlx::PgConnection,
    viewer: &Viewer,
    job: &Job,
    state: &str,
    with_asked: bool,
) -> Result<(), AppError> {
    if !job.is_of(viewer) {
        return Err(AppError::Forbidden("Only who sent a file decides what becomes of it.".into()));
    }
    let decided = sqlx::query!(
        "update bulk set state = $3, with_asked = $4, worked = now() where key = $1 and person_id = $2 and state = 'checked'",
        job.key,
        viewer.id,
        state,
        with_asked
    )
    .execute(&mut *tx)
    .await?;
    if decided.rows_affected() == 1 {
        return Ok(());
    }
    // pressed twice: the second finds what the first has begun, though both have read that it was not
    let now = sqlx::query_scalar!("select state from bulk where key = $1", job.key).fetch_one(tx).await?;
    if now == state || (state == "adding" && now == "done") {
        return Ok(());
    }
    Err(AppError::Conflict(
        "This file has been decided on already, or is still being checked. Open its page again.".into(),
    ))
}
