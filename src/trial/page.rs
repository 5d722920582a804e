//! `/trial`: the facilitator's page. How the environment stands, and everything that can be done to it.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use sqlx::PgConnection;
use time::OffsetDateTime;
use tower_sessions::Session;

use super::desks::{DeskLoad, loads};
use super::{date_time, facilitators_only};
use crate::app::App;
use crate::contacts::lifecycle::Status;
use crate::drafts::restore;
use crate::error::AppError;
use crate::frame::Frame;
use crate::page;
use crate::session::{SignedIn, Viewer};
use crate::trade::working_time::show_time;
use crate::typed::Typed;

#[derive(Template)]
#[template(path = "trial/page.html")]
struct TrialPage {
    frame: Frame,
    form: Typed,
    statuses: Vec<(Status, i64)>,
    queues: Vec<DeskLoad>,
    installation: Installation,
    announcements: Vec<Announcement>,
}

struct Installation {
    closes: bool,
    last_reset: Option<OffsetDateTime>,
    last_reset_by: String,
    points: i64,
    new_feedback: i64,
}

struct Announcement {
    id: i64,
    says: String,
    starts: OffsetDateTime,
    ends: OffsetDateTime,
    stands: bool,
}

impl TrialPage {
    fn total(&self) -> i64 {
        self.statuses.iter().map(|(_, count)| count).sum()
    }

    fn options(&self) -> Vec<(String, String)> {
        let choose = (String::new(), "Choose a queue".to_owned());
        let option = |queue: &DeskLoad| {
            (queue.desk.value(), format!("{}: {} ({})", queue.desk.name, queue.desk.work(), queue.desk.waiting.code()))
        };
        std::iter::once(choose).chain(self.queues.iter().map(option)).collect()
    }

    fn last_reset(&self) -> String {
        match self.installation.last_reset {
            Some(at) => format!("{} by {}", show_time(at), self.installation.last_reset_by),
            None => "Never".to_owned(),
        }
    }

    /// What the switch sends, and what it says.
    fn switch_to(&self) -> &'static str {
        if self.installation.closes { "off" } else { "on" }
    }

    fn switch_label(&self) -> String {
        format!("Switch closing {}", self.switch_to())
    }

    fn times(announcement: &Announcement) -> String {
        format!("{} to {}", show_time(announcement.starts), show_time(announcement.ends))
    }
}

pub async fn show(State(app): State<App>, SignedIn(viewer): SignedIn, session: Session) -> Result<Response, AppError> {
    facilitators_only(&viewer)?;
    let mut frame = Frame::with_flash(&app, &viewer, "/trial", &session).await?;
    let mut form = Typed::default();
    let mut tx = app.db.as_viewer(viewer.id).await?;
    for address in ["/trial#top-up", "/trial#announcement"] {
        restore(&mut tx, &viewer, &mut frame, address, &mut form).await?;
    }
    drop(tx);
    draw(&app, &viewer, StatusCode::OK, frame, form).await
}

/// A form of the page comes back, with what is wrong at its fields.
pub async fn again(app: &App, viewer: &Viewer, form: Typed) -> Result<Response, AppError> {
    let frame = Frame::new(app, Some(viewer), "/trial");
    draw(app, viewer, StatusCode::UNPROCESSABLE_ENTITY, frame, form).await
}

async fn draw(
    app: &App,
    viewer: &Viewer,
    status: StatusCode,
    frame: Frame,
    mut form: Typed,
) -> Result<Response, AppError> {
    let now = app.clock.now();
    // the page has several forms and one of them was sent: the others show what they begin with
    for (field, begins) in [("how_many", "5".to_owned()), ("from", date_time::show(now))] {
        if form.place(field) == usize::MAX {
            form.set(field, begins);
        }
    }
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let statuses = statuses(&mut tx).await?;
    let queues = loads(&mut tx, now).await?;
    let installation = sqlx::query_as!(
        Installation,
        r#"
        select close_for_no_reply as closes, last_reset, coalesce(last_reset_by(), '') as "last_reset_by!",
               (select count(*) from meter_point) as "points!",
               (select count(*) from feedback where state = 'new') as "new_feedback!"
        from installation
        "#
    )
    .fetch_one(&mut *tx)
    .await?;
    let announcements = sqlx::query_as!(
        Announcement,
        r#"
        select id, says, starts, ends, starts <= $1 as "stands!" from announcement
        where ends > $1 order by starts, id limit 50
        "#,
        now
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    page::page(status, &TrialPage { frame, form, statuses, queues, installation, announcements })
}

async fn statuses(tx: &mut PgConnection) -> Result<Vec<(Status, i64)>, AppError> {
    let rows =
        sqlx::query!(r#"select status, count(*) as "count!" from contact group by status"#).fetch_all(tx).await?;
    let count = |status: Status| rows.iter().find(|row| row.status == status.code()).map_or(0, |row| row.count);
    Ok(Status::ALL.into_iter().map(|status| (status, count(status))).collect())
}
