//! `/queues/{queue}`: a list of contacts to search, filter, sort, tick and assign.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use time::OffsetDateTime;
use tower_sessions::Session;

use super::rows::{self, Listed, Row};
use super::{Due, Filter, Queue, SIZES, Sort, With, shown_count};
use crate::app::App;
use crate::contacts::lifecycle::Status;
use crate::error::AppError;
use crate::frame::Frame;
use crate::page;
use crate::session::{SignedIn, Viewer};
use crate::trade::working_time::{age_words, due_words, overdue, show_date};
use crate::typed::Typed;

#[derive(Template)]
#[template(path = "queues/list.html")]
struct ListPage {
    frame: Frame,
    viewer: Viewer,
    filter: Filter,
    listed: Listed,
    /// what was wrong with an act on the list, and what was ticked
    form: Typed,
    ticked: Vec<String>,
    now: OffsetDateTime,
}

/// A heading one can sort by.
struct Heading {
    text: &'static str,
    href: String,
    aria_sort: Option<&'static str>,
}

impl ListPage {
    fn count(&self) -> String {
        shown_count(self.listed.count)
    }

    fn queues(&self) -> Vec<Queue> {
        let all = [Queue::Organisation, Queue::Mine, Queue::Raised, Queue::All];
        all.into_iter().filter(|queue| queue.is_for(&self.viewer)).collect()
    }

    /// Boxes and acts are for whoever has work here.
    fn can_act(&self) -> bool {
        self.viewer.organisation.is_some() && self.filter.queue.is_work()
    }

    fn heading(&self, sort: Sort, text: &'static str) -> Heading {
        let is_current = self.filter.sort == sort;
        let descending =
            if is_current { !self.filter.descending } else { sort == Sort::Received && !self.filter.queue.is_work() };
        let filter = Filter { sort, descending, cursor: None, ..self.filter.clone() };
        let aria_sort = is_current.then_some(if self.filter.descending { "descending" } else { "ascending" });
        Heading { text, href: filter.path(), aria_sort }
    }

    fn chosen(&self) -> Vec<(String, String)> {
        let chosen = self.filter.chosen(&self.listed.colleagues, &self.listed.raisers);
        chosen.into_iter().map(|(words, without)| (words, without.path())).collect()
    }

    fn cleared(&self) -> String {
        let Filter { sort, descending, size, .. } = self.filter;
        Filter { sort, descending, size, ..Filter::of(self.filter.queue) }.path()
    }

    fn previous(&self) -> Option<String> {
        self.listed.previous.as_ref().map(|cursor| self.filter.page_path(cursor))
    }

    fn next(&self) -> Option<String> {
        self.listed.next.as_ref().map(|cursor| self.filter.page_path(cursor))
    }

    fn sizes(&self) -> Vec<(i64, String)> {
        SIZES.iter().map(|size| (*size, Filter { size: *size, cursor: None, ..self.filter.clone() }.path())).collect()
    }

    fn statuses(&self) -> Vec<Status> {
        let seen = Status::ALL.into_iter();
        seen.filter(|status| !self.filter.queue.is_work() || !status.is_closed()).collect()
    }

    fn is_with(&self, id: &i64) -> bool {
        self.filter.with == With::Person(*id)
    }

    fn is_raiser(&self, id: &i64) -> bool {
        self.filter.raised_by == Some(*id)
    }

    fn age(&self, row: &Row) -> String {
        age_words(row.received, row.closed.unwrap_or(self.now))
    }

    fn due(&self, row: &Row) -> String {
        row.due.map_or_else(|| "–".to_owned(), |due| due_words(due, self.now))
    }

    fn is_late(&self, row: &Row) -> bool {
        row.due.is_some_and(|due| overdue(due, self.now))
    }

    fn received(&self, row: &Row) -> String {
        show_date(row.received)
    }

    /// CRN and version of a row, as its box sends them.
    fn tick(&self, row: &Row) -> String {
        format!("{}.{}", row.crn, row.version)
    }

    fn is_ticked(&self, row: &Row) -> bool {
        self.ticked.contains(&row.crn)
    }

    /// The list's own address, page and all, to come back to.
    fn back(&self) -> String {
        match &self.filter.cursor {
            Some(cursor) => self.filter.page_path(cursor),
            None => self.filter.path(),
        }
    }
}

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    Path(queue): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, AppError> {
    let queue = Queue::parse(&queue).filter(|queue| queue.is_for(&viewer)).ok_or(AppError::NotFound)?;
    let filter = Filter::parse(queue, &query.unwrap_or_default())?;
    let frame = Frame::with_flash(&app, &viewer, &format!("/queues/{}", queue.slug()), &session).await?;
    draw(&app, viewer, frame, filter, Typed::default(), Vec::new()).await
}

/// Draws the list; with errors in `form` as a form that comes back.
pub async fn draw(
    app: &App,
    viewer: Viewer,
    frame: Frame,
    filter: Filter,
    form: Typed,
    ticked: Vec<String>,
) -> Result<Response, AppError> {
    let now = app.clock.now();
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let listed = rows::page(&mut tx, &viewer, &filter, now).await?;
    drop(tx);
    let status = if form.has_errors() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page::page(status, &ListPage { frame, viewer, filter, listed, form, ticked, now })
}
