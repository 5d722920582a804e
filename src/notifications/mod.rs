//! `/notifications`: what others did that concerns me, said once. All that one act told is one line; lines stand by what
//! they ask of me, the newest first, and each leads to its contact.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use time::OffsetDateTime;
use tower_sessions::Session;

use self::lines::{Asked, Key, Line, PAGE, Unread};
use crate::app::App;
use crate::contacts::lifecycle::Action;
use crate::error::AppError;
use crate::form::Submitted;
use crate::frame::Frame;
use crate::page;
use crate::people::notices::{self, Notices};
use crate::session::SignedIn;
use crate::trade::working_time::{london_date, show_date};

pub mod kind;
mod lines;

use self::kind::Kind;

#[derive(Debug, Deserialize)]
pub struct NotificationsQuery {
    /// the last line of the page before
    before: Option<String>,
    /// one line, with all of its contacts
    line: Option<String>,
    /// one kind only
    show: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Read {
    /// key of one line; empty for all
    #[serde(default)]
    line: String,
    /// key of the newest line that the page showed: what has come since stays unread
    #[serde(default)]
    until: String,
    /// the kind that the page showed; empty for all
    #[serde(default)]
    show: String,
    /// what the page showed of the account
    #[serde(default)]
    notices: String,
}

/// What it is called, and what came on it.
type Day = (&'static str, Vec<Line>);

#[derive(Template)]
#[template(path = "notifications/list.html")]
struct NotificationsPage {
    frame: Frame,
    sections: Vec<(Kind, Vec<Day>)>,
    unread: Unread,
    shown: Option<Kind>,
    newest: String,
    older: Option<String>,
    /// of one line alone
    is_one: bool,
    /// of the viewer's account
    account: Notices,
}

impl NotificationsPage {
    fn any_unread(&self) -> bool {
        self.unread.any() || !self.account.unread().is_empty()
    }

    fn kinds(&self) -> [Kind; 4] {
        Kind::ALL
    }

    /// Where the page goes on.
    fn next(&self, before: &str) -> String {
        let kind = self.shown.map(|kind| format!("show={}&", kind.slug())).unwrap_or_default();
        format!("/notifications?{kind}before={before}")
    }
}

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    Query(query): Query<NotificationsQuery>,
) -> Result<Response, AppError> {
    let shown = match query.show.as_deref() {
        None | Some("") => None,
        Some(slug) => Some(Kind::from_slug(slug).ok_or(AppError::NotFound)?),
    };
    let asked = Asked { before: key(query.before)?, only: key(query.line)?, kind: shown };
    let frame = Frame::with_flash(&app, &viewer, "/notifications", &session).await?;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let mut lines = lines::read(&mut tx, &viewer, &app.config.terms, &asked).await?;
    let unread = lines::unread(&mut tx, &viewer).await?;
    let is_first = asked.only.is_none() && asked.before.is_none() && asked.kind.is_none();
    let account = if is_first { notices::read(&mut tx, &viewer).await? } else { Notices::default() };
    drop(tx);
    let is_one = asked.only.is_some();
    if is_one && lines.is_empty() {
        return Err(AppError::NotFound);
    }
    let is_more = lines.len() > PAGE;
    lines.truncate(PAGE);
    let older = lines.last().filter(|_| is_more).map(|line| line.key.clone());
    let newest = lines.first().map(|line| line.key.clone()).unwrap_or_default();
    let sections = Kind::ALL.map(|kind| {
        let (of_kind, rest) = std::mem::take(&mut lines).into_iter().partition(|line| line.kind == kind);
        lines = rest;
        (kind, by_day(of_kind, app.clock.now()))
    });
    let sections = sections.into_iter().filter(|(_, days)| !days.is_empty()).collect();
    page::ok(&NotificationsPage { frame, sections, unread, shown, newest, older, is_one, account })
}

/// Lines as they come, the newest first, under the day of each.
fn by_day(lines: Vec<Line>, now: OffsetDateTime) -> Vec<Day> {
    let today = london_date(now);
    let mut days: Vec<Day> = Vec::new();
    for line in lines {
        let day = match (today - london_date(line.at)).whole_days() {
            ..=0 => "Today",
            1 => "Yesterday",
            2.. => "Earlier",
        };
        match days.last_mut() {
            Some((known, of_day)) if *known == day => of_day.push(line),
            _ => days.push((day, vec![line])),
        }
    }
    days
}

/// A line's key as an address has it.
fn key(text: Option<String>) -> Result<Option<Key>, AppError> {
    let Some(text) = text else { return Ok(None) };
    let unknown = || AppError::BadRequest("This page of notifications can’t be found. Open the first one.".into());
    Key::parse(&text).map(Some).ok_or_else(unknown)
}

/// GET `/notifications/{which}`: marks one as read and leads to its contact, as often as it is opened. A browser that
/// only fetches ahead marks nothing.
pub async fn open(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    headers: HeaderMap,
    Path(which): Path<String>,
) -> Result<Response, AppError> {
    let mut parts = which.splitn(3, '.');
    let (Some(crn), Some(version), Some(about)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(AppError::NotFound);
    };
    let version = viewer.seal.open_version(crn, version);
    let is_ahead = headers.contains_key("sec-purpose");
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let crn = sqlx::query_scalar!(
        r#"
        update notification n set read = case when $8 then n.read else coalesce(n.read, $3) end from contact c
        where c.crn = $1 and n.contact_id = c.id and n.person_id = $2 and n.version = $4 and n.about = $5
          and (c.raised_by = $6 or $7
               or exists (select from contact_network cn where cn.contact_id = c.id and cn.organisation_id = $6))
        returning c.crn
        "#,
        crn,
        viewer.id,
        app.clock.now(),
        version,
        about,
        viewer.organisation_id(),
        viewer.sees_all(),
        is_ahead
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(AppError::NotFound)?;
    tx.commit().await?;
    Ok(page::to(&format!("/contacts/{crn}")))
}

/// Marks one line, or all that the page showed and what was before, as read.
pub async fn read(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    sent: Submitted<Read>,
) -> Result<Response, AppError> {
    let parse = |text: &str| match text {
        "" => Ok(None),
        text => Key::parse(text).map(Some).ok_or(AppError::NotFound),
    };
    let (line, until) = (parse(&sent.form.line)?, parse(&sent.form.until)?);
    let kind = match sent.form.show.as_str() {
        "" => None,
        slug => Some(Kind::from_slug(slug).ok_or(AppError::NotFound)?),
    };
    let actions = kind.map(Kind::actions);
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let marked = sqlx::query!(
        "update notification set read = coalesce(read, $2)
         where person_id = $1 and ($3::text is null or (act = $3::text::uuid and about = $4))
           and ($5::text is null or act <= $5::text::uuid) and (read is null or $3::text is not null)
           and ($6::text[] is null or about = any($6) or ($7 and about like 'reminder%'))",
        viewer.id,
        app.clock.now(),
        line.as_ref().map(|line| line.act.as_str()),
        line.as_ref().map(|line| line.about.as_str()),
        until.map(|until| until.act),
        actions.as_deref(),
        kind == Some(Kind::Answer)
    )
    .execute(&mut *tx)
    .await?;
    if line.is_none() {
        notices::mark(&mut tx, &viewer, &sent.form.notices).await?;
    }
    tx.commit().await?;
    if line.is_some() && marked.rows_affected() == 0 {
        return Err(AppError::NotFound);
    }
    Ok(page::to("/notifications"))
}

/// What a sentence may need.
struct About<'a> {
    crn: &'a str,
    referral: &'a str,
    is_mine: bool,
    was_mine: bool,
    answer_by: OffsetDateTime,
    visit_by: OffsetDateTime,
    outcome: &'a str,
    reason: &'a str,
}

/// The sentence for whoever is told. A new action does not compile until it has one.
fn says(about: &str, a: &About<'_>) -> String {
    let crn = a.crn;
    let Some(action) = Action::parse(about) else {
        return format!("Reminder: contact {crn} waits for your answer, which was due; without one it may be closed");
    };
    match action {
        Action::Assign => format!("Contact {crn} was assigned to you"),
        Action::Reassign if a.is_mine => format!("Contact {crn} was assigned to you"),
        Action::Reassign if a.was_mine => format!("Contact {crn} was given to a colleague, so it is no longer yours"),
        Action::Reassign => format!("Contact {crn} was given to another colleague"),
        Action::Return if a.was_mine => {
            format!("Contact {crn} was returned to the organisation queue, so it is no longer yours")
        }
        Action::Return => format!("Contact {crn} was returned to the organisation queue"),
        Action::SendClarification | Action::Allocate => {
            format!("Contact {crn}: the CDSP asks you for an answer, by {}", show_date(a.answer_by))
        }
        Action::AnswerClarification => format!("Contact {crn}: the answer to your question {} is back", a.referral),
        Action::SendVisit => {
            format!("Contact {crn}: site visit {} waits for your network, by {}", a.referral, show_date(a.visit_by))
        }
        Action::AnswerVisit => format!("Contact {crn}: the answer to site visit {} is back", a.referral),
        Action::ResolveValid => format!("Contact {crn} was closed as valid: {}", a.outcome),
        Action::ResolveInvalid => format!("Contact {crn} was closed as invalid: {}", a.reason),
        Action::Withdraw => format!("Contact {crn} was withdrawn by who logged it"),
        Action::Add => format!("Contact {crn}: the raiser has added to it"),
        Action::Note => format!("Contact {crn}: a colleague names you in a note"),
        Action::CloseNoReply => {
            format!("Contact {crn} was closed as invalid, since the data clarification had no reply")
        }
        Action::Release => format!("Contact {crn} is back in the organisation queue, since its holder was disabled"),
        Action::Undo if a.is_mine => format!("Contact {crn} is yours again: what was done to it was undone"),
        Action::Undo => format!("Contact {crn} is no longer yours: giving it to you was undone"),
        Action::Log | Action::LogPsc => format!("Contact {crn} was logged"),
    }
}
