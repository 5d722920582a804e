//! `/notifications`: what others did that concerns me, newest first, said once, each with its contact.
//!
//! Opening one marks it as read, so it is a button: reading a page changes nothing.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;
use time::OffsetDateTime;
use tower_sessions::Session;

use crate::app::App;
use crate::contacts::lifecycle::Action;
use crate::contacts::types::reason;
use crate::error::AppError;
use crate::form::{Nothing, Submitted};
use crate::frame::Frame;
use crate::page;
use crate::session::{SignedIn, Viewer};
use crate::trade::site_line::first_line;
use crate::trade::working_time::{add_working_days, show_date, show_time};

/// Rows a page.
const PAGE: i64 = 50;

#[derive(Debug, Deserialize)]
pub struct NotificationsQuery {
    before: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Read {
    /// one of them; empty for all
    #[serde(default)]
    id: String,
}

/// A notice as it is shown.
struct Notice {
    id: i64,
    crn: String,
    says: String,
    site: String,
    when: String,
    unread: bool,
}

#[derive(Template)]
#[template(path = "notifications.html")]
struct NotificationsPage {
    frame: Frame,
    notices: Vec<Notice>,
    older: Option<i64>,
    unread: bool,
}

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    Query(asked): Query<NotificationsQuery>,
) -> Result<Response, AppError> {
    let before = match asked.before {
        None => i64::MAX,
        Some(id) => id.parse().map_err(|_| {
            AppError::BadRequest("This page of notifications can’t be found. Open the first one.".into())
        })?,
    };
    let frame = Frame::with_flash(&app, &viewer, "/notifications", &session).await?;
    let mut notices = read_page(&app, &viewer, before).await?;
    let older = if notices.len() > 50 { notices.get(49).map(|notice| notice.id) } else { None };
    notices.truncate(50);
    let unread = viewer.unread > 0;
    page::ok(&NotificationsPage { frame, notices, older, unread })
}

/// Marks one as read and leads to its contact.
pub async fn open(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Path(id): Path<String>,
    _sent: Submitted<Nothing>,
) -> Result<Response, AppError> {
    let id: i64 = id.parse().map_err(|_| AppError::NotFound)?;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let crn = sqlx::query_scalar!(
        r#"
        update notification n set read = coalesce(n.read, $3) from contact c
        where n.id = $1 and n.person_id = $2 and c.id = n.contact_id
          and (c.raised_by = $4 or $5
               or exists (select from contact_network cn where cn.contact_id = c.id and cn.organisation_id = $4))
        returning c.crn
        "#,
        id,
        viewer.id,
        app.clock.now(),
        viewer.organisation_id(),
        viewer.sees_all()
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(AppError::NotFound)?;
    tx.commit().await?;
    Ok(page::to(&format!("/contacts/{crn}")))
}

/// Marks one, or all, as read.
pub async fn read(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    sent: Submitted<Read>,
) -> Result<Response, AppError> {
    let id: Option<i64> = match sent.form.id.as_str() {
        "" => None,
        id => Some(id.parse().map_err(|_| AppError::NotFound)?),
    };
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let marked = sqlx::query!(
        "update notification set read = coalesce(read, $3)
         where person_id = $1 and (id = $2 or ($2::bigint is null and read is null))",
        viewer.id,
        id,
        app.clock.now()
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    if id.is_some() && marked.rows_affected() == 0 {
        return Err(AppError::NotFound);
    }
    Ok(page::to("/notifications"))
}

async fn read_page(app: &App, viewer: &Viewer, before: i64) -> Result<Vec<Notice>, AppError> {
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let rows = sqlx::query!(
        r#"
        select n.id as "id!", n.about as "about!", n.at as "at!", n.read, c.crn as "crn!",
               c.outcome,
               c.closed_reason, c.sub_building_name as "sub!", c.building_name as "name!",
               c.building_number as "number!", c.plot_number as "plot!", c.street as "street!",
               c.postcode as "postcode!", e.referral as "referral?", e.holder as "holder?",
               e.former as "former?"
        from notification n
        join contact c on c.id = n.contact_id
        left join contact_event e on e.contact_id = n.contact_id and e.version = n.version
        where n.person_id = $1 and n.id < $2
          and (c.raised_by = $3 or $4
               or exists (select from contact_network cn where cn.contact_id = c.id and cn.organisation_id = $3))
        order by n.id desc
        limit $5
        "#,
        viewer.id,
        before,
        viewer.organisation_id(),
        viewer.sees_all(),
        PAGE + 1,
    )
    .fetch_all(&mut *tx)
    .await?;
    drop(tx);
    let terms = &app.config.terms;
    Ok(rows
        .into_iter()
        .map(|row| {
            let about = About {
                crn: &row.crn,
                referral: row.referral.as_deref().unwrap_or("referral"),
                is_mine: row.holder == Some(viewer.id),
                was_mine: row.former == Some(viewer.id),
                answer_by: add_working_days(row.at, terms.days_clarification),
                visit_by: add_working_days(row.at, terms.days_network),
                outcome: row.outcome.as_deref().unwrap_or_default(),
                reason: row.closed_reason.as_deref().map(reason).unwrap_or_default(),
            };
            let line = first_line(&[&row.sub, &row.name, &row.number, &row.plot, &row.street]);
            Notice {
                id: row.id,
                says: says(&row.about, &about),
                site: format!("{line}, {}", row.postcode),
                when: show_time(row.at),
                unread: row.read.is_none(),
                crn: row.crn,
            }
        })
        .collect())
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
