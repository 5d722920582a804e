//! `/workload/{account}`: one person's work, and moving it: some of it, or all of it for an absence, in one act with one
//! note; and who covers for them until a day.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use sqlx::PgConnection;
use time::{OffsetDateTime, Time};
use tower_sessions::Session;

use super::list::{Load, read};
use super::supervisors_only;
use crate::app::App;
use crate::contacts::act::active_colleagues;
use crate::drafts::restore;
use crate::error::AppError;
use crate::flash::{self, Flash, FlashLine};
use crate::form::{Submitted, not_too_long, trimmed};
use crate::frame::Frame;
use crate::page;
use crate::queues::bulk::{self, Deed, MOST};
use crate::queues::{Filter, Queue, With};
use crate::session::{SignedIn, Viewer};
use crate::trade::dates::{parse_date, show_words};
use crate::trade::working_time::{at_london, london_date, london_day};
use crate::typed::Typed;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MoveSome {
    #[serde(default)]
    how_many: String,
    #[serde(default)]
    move_to: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandOver {
    #[serde(default)]
    hand_to: String,
    #[serde(default, deserialize_with = "trimmed")]
    note: String,
    #[serde(default, deserialize_with = "trimmed")]
    until: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndCover {}

#[derive(Template)]
#[template(path = "workload/hand_over.html")]
struct HandOverPage {
    frame: Frame,
    form: Typed,
    whose: Load,
    colleagues: Vec<(String, String)>,
}

impl HandOverPage {
    fn list(&self) -> String {
        Filter { with: With::Person(self.whose.id.unwrap_or_default()), ..Filter::of(Queue::Organisation) }.path()
    }
}

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    Path(account): Path<String>,
) -> Result<Response, AppError> {
    let address = format!("/workload/{account}");
    let mut frame = Frame::with_flash(&app, &viewer, &address, &session).await?;
    let mut form = Typed::default();
    let mut tx = app.db.as_viewer(viewer.id).await?;
    for part in ["#move", "#hand-over"] {
        restore(&mut tx, &viewer, &mut frame, &format!("{address}{part}"), &mut form).await?;
    }
    drop(tx);
    draw(&app, &viewer, frame, &account, form).await
}

/// The first so many by due time go to one colleague.
pub async fn move_some(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    Path(account): Path<String>,
    sent: Submitted<MoveSome>,
) -> Result<Response, AppError> {
    let mut form = sent.typed;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let (whose, to) = both(&mut tx, &app, &viewer, &account, &sent.form.move_to).await?;
    let how_many = bulk::how_many(&sent.form.how_many).map_err(|says| form.wrong("how_many", says));
    let Some((to, name)) = to else {
        form.wrong("move_to", "Choose a colleague");
        return again(&app, &viewer, &account, form).await;
    };
    let Ok(how_many) = how_many else { return again(&app, &viewer, &account, form).await };
    let rows = held(&mut tx, &viewer, whose.id, how_many.into()).await?;
    drop(tx);
    let deed = Deed::Give { to, name };
    let said = bulk::each(&app, &viewer, &rows, &deed, "").await?.said(&deed, &viewer, app.clock.now());
    flash::leave(&session, said).await?;
    Ok(page::to("/workload"))
}

/// Everything goes to one colleague, who may cover from now on until a day.
pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    Path(account): Path<String>,
    sent: Submitted<HandOver>,
) -> Result<Response, AppError> {
    let mut form = sent.typed;
    let now = app.clock.now();
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let (whose, to) = both(&mut tx, &app, &viewer, &account, &sent.form.hand_to).await?;
    if to.is_none() {
        form.wrong("hand_to", "Choose who takes over");
    }
    if let Err(wrong) = not_too_long(&sent.form.note) {
        form.wrong("note", wrong.message.unwrap_or_default().into_owned());
    }
    let until = last_day(&sent.form.until, now).unwrap_or_else(|says| {
        form.wrong("until", says);
        None
    });
    let (Some((to, name)), false) = (to, form.has_errors()) else { return again(&app, &viewer, &account, form).await };
    let rows = held(&mut tx, &viewer, whose.id, i64::MAX).await?;
    if let Some(until) = until {
        sqlx::query!(
            "insert into cover (person_id, covered_by, until, set_by, organisation_id) values ($1, $2, $3, $4, $5)
             on conflict (person_id) do update
             set covered_by = excluded.covered_by, until = excluded.until, set_by = excluded.set_by",
            whose.id,
            to,
            until,
            viewer.id,
            viewer.organisation_id()
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
    } else {
        drop(tx);
    }
    let deed = Deed::Give { to, name: name.clone() };
    let mut said = bulk::each(&app, &viewer, &rows, &deed, &sent.form.note).await?.said(&deed, &viewer, now);
    if rows.is_empty() {
        said = Flash { success: until.is_some(), title: format!("{} holds nothing", whose.name), ..Flash::default() };
    }
    // too many to take back at once, where there are more than a banner holds
    said.undo = said.undo.filter(|undo| undo.ticks.len() <= MOST);
    if let Some(until) = until {
        let until = show_words(london_date(until));
        said.lines.push(FlashLine::from(format!("{name} covers for {} until {until}.", whose.name)));
    }
    flash::leave(&session, said).await?;
    Ok(page::to("/workload"))
}

/// They are back: what is allocated to them is theirs again.
pub async fn end_cover(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    Path(account): Path<String>,
    _sent: Submitted<EndCover>,
) -> Result<Response, AppError> {
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let (whose, _) = both(&mut tx, &app, &viewer, &account, "").await?;
    sqlx::query!("delete from cover where person_id = $1", whose.id).execute(&mut *tx).await?;
    tx.commit().await?;
    let title = format!("{} is no longer covered for", whose.name);
    flash::leave(&session, Flash { success: true, title, ..Flash::default() }).await?;
    Ok(page::to("/workload"))
}

/// Whose work it is, and the colleague who was chosen for it.
async fn both(
    tx: &mut PgConnection,
    app: &App,
    viewer: &Viewer,
    account: &str,
    chosen: &str,
) -> Result<(Load, Option<(i64, String)>), AppError> {
    let organisation = supervisors_only(viewer)?;
    let loads = read(tx, organisation, app.clock.now()).await?;
    let whose =
        loads.into_iter().find(|load| load.id.is_some() && load.account == account).ok_or(AppError::NotFound)?;
    let chosen: Option<i64> = chosen.parse().ok();
    let colleagues = active_colleagues(tx, viewer).await?;
    let to = colleagues.into_iter().find(|(id, _)| Some(*id) == chosen && Some(*id) != whose.id);
    Ok((whose, to))
}

/// What they hold, by due time: CRN and version.
async fn held(
    tx: &mut PgConnection,
    viewer: &Viewer,
    holder: Option<i64>,
    most: i64,
) -> Result<Vec<(String, i32)>, AppError> {
    let rows = sqlx::query!(
        "select crn, version from contact where holder = $1 and with_org = $2 order by due, id limit $3",
        holder,
        viewer.organisation_id(),
        most
    )
    .fetch_all(tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.crn, row.version)).collect())
}

/// The last second of the day that was typed; none typed is no cover.
fn last_day(typed: &str, now: OffsetDateTime) -> Result<Option<OffsetDateTime>, String> {
    if typed.is_empty() {
        return Ok(None);
    }
    let day = parse_date(typed).map_err(|wrong| wrong.to_string())?;
    if day < london_date(now) {
        return Err("Enter today or a day to come".to_owned());
    }
    let (_, next_day) = london_day(at_london(day, Time::MIDNIGHT) + time::Duration::HOUR);
    Ok(Some(next_day - time::Duration::SECOND))
}

async fn again(app: &App, viewer: &Viewer, account: &str, form: Typed) -> Result<Response, AppError> {
    let frame = Frame::new(app, Some(viewer), &format!("/workload/{account}"));
    draw(app, viewer, frame, account, form).await
}

async fn draw(app: &App, viewer: &Viewer, frame: Frame, account: &str, form: Typed) -> Result<Response, AppError> {
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let (whose, _) = both(&mut tx, app, viewer, account, "").await?;
    let people = active_colleagues(&mut tx, viewer).await?;
    drop(tx);
    let others = people.into_iter().filter(|(id, _)| Some(*id) != whose.id);
    let named = others.map(|(id, name)| (id.to_string(), if id == viewer.id { format!("{name} (you)") } else { name }));
    let colleagues = std::iter::once((String::new(), "Choose a colleague".to_owned())).chain(named).collect();
    let status = if form.has_errors() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page::page(status, &HandOverPage { frame, form, whose, colleagues })
}
