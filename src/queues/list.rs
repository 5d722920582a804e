//! `/queues/{queue}`: a list of contacts to search, filter, sort, tick and assign.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use time::OffsetDateTime;
use tower_sessions::Session;

use super::rows::{self, Assignee, Listed, Row};
use super::{Age, Cursor, Due, Filter, Queue, QueueOf, SIZES, Sort, With, shown_count};
use crate::address::urlencode;
use crate::app::App;
use crate::drafts::restore;
use crate::error::AppError;
use crate::frame::Frame;
use crate::page;
use crate::session::{SignedIn, Viewer};
use crate::trade::working_time::{age_words, due_words, overdue, show_date};
use crate::typed::Typed;

#[derive(Template)]
#[template(path = "queues/list.html")]
pub struct ListPage {
    frame: Frame,
    pub viewer: Viewer,
    pub filter: Filter,
    pub listed: Listed,
    /// what was wrong with an act on the list
    form: Typed,
    /// CRN and version of what is ticked, on whichever page
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

    fn words(&self) -> String {
        self.listed.extras.words(&self.filter)
    }

    /// Away, and who gets what is assigned to them.
    fn named(&self, person: &Assignee) -> String {
        let you = if person.id == self.viewer.id { " (you)" } else { "" };
        match &person.covered_by {
            Some(cover) => format!("{}{you}, away: {cover} covers", person.name),
            None => format!("{}{you}", person.name),
        }
    }

    /// The address of a row's contact, which remembers the list and where in it the row stood.
    fn opens(&self, row: &Row) -> String {
        let (list, key) = (urlencode(&self.filter.path()), urlencode(&row.key));
        format!("/contacts/{}?list={list}&at={key}~{}", row.crn, row.id)
    }

    /// When the page was drawn, in microseconds since 1970.
    fn drawn(&self) -> i128 {
        self.now.unix_timestamp_nanos() / 1_000
    }

    fn shown(&self) -> String {
        self.listed.rows.iter().map(|row| row.crn.as_str()).collect::<Vec<_>>().join(",")
    }

    /// How many are ticked on other pages of the list.
    fn elsewhere(&self) -> usize {
        self.ticked.len() - self.listed.rows.iter().filter(|row| self.is_ticked(row)).count()
    }

    fn export(&self, ending: &str) -> String {
        format!("/queues/{}/export.{ending}?{}", self.filter.queue.slug(), self.filter.to_query())
    }

    /// Where the list goes on: a name for machines, one for people, and the address.
    fn pages(&self) -> Vec<(&'static str, &'static str, String)> {
        let page = |cursor: &Cursor| self.filter.page_path(cursor);
        let previous = self.listed.previous.as_ref().map(|cursor| ("prev", "Previous", page(cursor)));
        let next = self.listed.next.as_ref().map(|cursor| ("next", "Next", page(cursor)));
        previous.into_iter().chain(next).collect()
    }

    fn sizes(&self) -> Vec<(i64, String)> {
        SIZES.iter().map(|size| (*size, Filter { size: *size, cursor: None, ..self.filter.clone() }.path())).collect()
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
        self.ticked.iter().any(|tick| tick.split('.').next() == Some(&row.crn))
    }
}

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    QueueOf(queue): QueueOf,
    RawQuery(query): RawQuery,
) -> Result<Response, AppError> {
    let query = query.unwrap_or_default();
    if let (true, Some(default)) = (query.is_empty(), viewer.defaults.get(queue.slug())) {
        return Ok(page::to(&format!("/queues/{}?{default}", queue.slug())));
    }
    let filter = Filter::parse(queue, &query)?;
    let mut frame = Frame::with_flash(&app, &viewer, &filter.here(), &session).await?;
    let mut form = Typed::default();
    if viewer.drafts {
        let mut tx = app.db.as_viewer(viewer.id).await?;
        restore(&mut tx, &viewer, &mut frame, &format!("/queues/{}#save-filter", queue.slug()), &mut form).await?;
    }
    draw(&app, viewer, frame, filter, form, None).await
}

/// Draws the list; with errors in `form` as a form that comes back. `ticked` is what an act was about to be done to.
pub async fn draw(
    app: &App,
    viewer: Viewer,
    frame: Frame,
    filter: Filter,
    form: Typed,
    ticked: Option<Vec<String>>,
) -> Result<Response, AppError> {
    let now = app.clock.now();
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let mut listed = rows::page(&mut tx, &viewer, &filter, now).await?;
    drop(tx);
    let ticked = ticked.unwrap_or_else(|| std::mem::take(&mut listed.extras.ticks));
    let status = if form.has_errors() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page::page(status, &ListPage { frame, viewer, filter, listed, form, ticked, now })
}
