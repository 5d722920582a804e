//! `/`: what needs this person, in its order, and what there is to do today. Each number counts a list by that list's own
//! definition, and links to it.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use time::OffsetDateTime;
use tower_sessions::Session;

use crate::app::App;
use crate::contacts::lifecycle::Status;
use crate::drafts::list::{self as drafts, Draft};
use crate::error::AppError;
use crate::frame::Frame;
use crate::page;
use crate::queues::lists::{can_take, lists};
use crate::queues::rows::{Count, Task, overview};
use crate::queues::{Due, Filter};
use crate::session::{SignedIn, Viewer};
use crate::trade::working_time::{due_words, overdue, show_time};

/// A number that links to what it counts.
#[derive(Debug)]
struct Tile {
    label: &'static str,
    number: String,
    href: String,
    is_none: bool,
    is_late: bool,
}

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    frame: Frame,
    viewer: Viewer,
    tasks: Vec<Task>,
    recent: Vec<Task>,
    /// something in the organisation's queue waits to be taken
    can_take: bool,
    tiles: Vec<Tile>,
    drafts: Vec<Draft>,
    /// what else this person can start from here: address and words
    links: Vec<(&'static str, &'static str)>,
    now: OffsetDateTime,
}

impl HomePage {
    /// What is to be done about it, in two or three words.
    fn what(&self, task: &Task) -> &'static str {
        match task.status() {
            Some(Status::Dcaa) => "Answer the question",
            Some(Status::Svda) => "Answer the visit",
            Some(Status::Atca) => "Decide",
            Some(Status::Aaca) => "The answer is back",
            Some(Status::Svdn | Status::Dcrs | Status::Ccva | Status::Cciv) | None => "Look at it",
        }
    }

    fn due(&self, task: &Task) -> String {
        task.due().map_or_else(String::new, |due| due_words(due, self.now))
    }

    fn is_late(&self, task: &Task) -> bool {
        task.due().is_some_and(|due| overdue(due, self.now))
    }

    fn when(&self, task: &Task) -> String {
        task.at().map_or_else(String::new, show_time)
    }
}

pub async fn show(State(app): State<App>, SignedIn(viewer): SignedIn, session: Session) -> Result<Response, AppError> {
    let frame = Frame::with_flash(&app, &viewer, "/", &session).await?;
    let now = app.clock.now();
    let lists = lists(&viewer);
    let filters: Vec<Filter> = lists.iter().map(|(_, filter)| filter.clone()).collect();
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let seen = overview(&mut tx, &viewer, &filters, now).await?;
    let drafts = drafts::of(&mut tx, &viewer).await?;
    drop(tx);
    let can_take = can_take(&lists, &seen.counts);
    let mut tiles: Vec<Tile> = lists
        .iter()
        .zip(&seen.counts)
        .map(|((label, filter), count)| {
            let count = Count::of(filter, *count);
            tile(label, count, filter.path(), filter.due == Some(Due::Overdue))
        })
        .collect();
    let mut unread = tile("Unread notifications", Count::exactly(viewer.unread), "/notifications".to_owned(), false);
    if viewer.unread > 99 {
        // the session stops counting there, as the badge does
        "99+".clone_into(&mut unread.number);
    }
    tiles.push(unread);
    if viewer.facilitator && app.config.is_trial() {
        tiles.push(tile(
            "New feedback from the trial",
            Count::exactly(seen.feedback),
            "/trial/feedback?state=new".to_owned(),
            false,
        ));
    }
    let links = links(&viewer, app.config.is_trial());
    let (tasks, recent) = (seen.tasks, seen.recent);
    page::ok(&HomePage { frame, viewer, tasks, recent, can_take, tiles, drafts, links, now })
}

fn tile(label: &'static str, count: Count, href: String, is_late: bool) -> Tile {
    Tile { label, number: count.to_string(), href, is_none: count.is_none(), is_late: is_late && !count.is_none() }
}

fn links(viewer: &Viewer, is_trial: bool) -> Vec<(&'static str, &'static str)> {
    let mut links = Vec::new();
    if viewer.organisation.is_some() {
        links.push(("/texts", "Saved texts of your organisation"));
    }
    if viewer.security_officer {
        links.push(("/people", "Manage your organisation’s accounts"));
    }
    if viewer.facilitator && is_trial {
        links.push(("/trial", "Run the trial: reset, top up, announce"));
    }
    links
}
