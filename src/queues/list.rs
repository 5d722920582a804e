//! `/queues/{queue}`: a list of contacts to search, filter, sort, tick and assign.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use time::OffsetDateTime;
use tower_sessions::Session;

use super::filter::Column;
use super::rows::{self, Assignee, Listed, Row};
use super::{Age, Due, Filter, Queue, QueueOf, SIZES, Sort, With};
use crate::address::within;
use crate::app::App;
use crate::drafts::restore;
use crate::error::AppError;
use crate::even::FoundNothing;
use crate::frame::Frame;
use crate::page;
use crate::seal::Kind;
use crate::session::{SignedIn, Viewer};
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
    pub now: OffsetDateTime,
    /// the list's address without its beginning, for the addresses of its contacts to remember it
    address: String,
}

impl ListPage {
    pub fn count(&self) -> String {
        self.listed.count.to_string()
    }

    fn queues(&self) -> Vec<Queue> {
        let all = [Queue::Organisation, Queue::Mine, Queue::Raised, Queue::All];
        all.into_iter().filter(|queue| queue.is_for(&self.viewer)).collect()
    }

    /// Boxes and acts are for whoever has work here.
    fn can_act(&self) -> bool {
        self.viewer.organisation.is_some() && self.filter.queue.is_work()
    }

    fn words(&self) -> String {
        self.listed.extras.words(&self.filter)
    }

    /// Contacts can be given to whoever does not have all of them already.
    fn gives_to(&self, person: &Assignee) -> bool {
        !(self.is_all_mine() && person.id == self.viewer.id)
    }

    /// A colleague as a form sends them.
    fn sealed(&self, person: &Assignee) -> String {
        self.viewer.seal.show(Kind::Person, person.id)
    }

    fn is_all_mine(&self) -> bool {
        self.filter.queue == Queue::Mine || self.filter.with == With::Me
    }

    /// Some of the list can be given out without ticking.
    fn has_unassigned(&self) -> bool {
        let may_wait = matches!(self.filter.with, With::Anyone | With::Nobody);
        self.can_act() && self.filter.queue == Queue::Organisation && may_wait && !self.listed.count.is_none()
    }

    /// Away, and who gets what is assigned to them.
    fn named(&self, person: &Assignee) -> String {
        let you = if person.id == self.viewer.id { " (you)" } else { "" };
        match &person.covered_by {
            Some(cover) => format!("{}{you}, away: {cover} covers", person.name),
            None => format!("{}{you}", person.name),
        }
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
        let is_here = |tick: &String| self.listed.rows.iter().any(|row| tick.split('.').next() == Some(&row.crn));
        self.ticked.iter().filter(|tick| !is_here(tick)).count()
    }

    fn export(&self, ending: &str) -> String {
        format!("/queues/{}/export.{ending}?{}", self.filter.queue.slug(), self.filter.to_query())
    }

    fn sizes(&self) -> Vec<(i64, String)> {
        SIZES.iter().map(|size| (*size, Filter { size: *size, cursor: None, ..self.filter.clone() }.path())).collect()
    }

    /// CRN and version of a row, as its box sends them.
    fn tick(&self, row: &Row) -> String {
        self.viewer.seal.tick(&row.crn, row.version)
    }

    fn is_ticked(&self, row: &Row) -> bool {
        self.ticked.contains(&format!("{}.{}", row.crn, row.version))
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
    // a form without script sends its empty fields too: the address that people pass on has none
    if query.split('&').any(|part| part.ends_with('=')) {
        return Ok(page::to(&filter.here()));
    }
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
    let address = within(filter.path().trim_start_matches("/queues/"));
    let found_nothing = listed.rows.is_empty() && !filter.q.is_empty();
    let mut page = ListPage { frame, viewer, filter, listed, form, ticked, now, address };
    // others have done all of it meanwhile: there is no bar, or nothing to assign without ticking
    if page.listed.rows.is_empty() {
        page.form.said_at("colleague", "results");
    }
    if !page.has_unassigned() {
        page.form.said_at("how_many", "results");
        page.form.said_at("next_to", "results");
    }
    let mut answer = page::page(status, &page)?;
    if found_nothing {
        answer.extensions_mut().insert(FoundNothing);
    }
    Ok(answer)
}
