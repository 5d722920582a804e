//! `/`: what there is to do today. Each tile counts a list by that list's own definition, and links to it.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use sqlx::PgConnection;
use tower_sessions::Session;

use crate::app::App;
use crate::drafts::list::{self as drafts, Draft};
use crate::error::AppError;
use crate::frame::Frame;
use crate::page;
use crate::queues::lists::lists;
use crate::queues::{Due, Filter, rows, shown_count};
use crate::session::{SignedIn, Viewer};

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
    tiles: Vec<Tile>,
    drafts: Vec<Draft>,
    /// what else this person can start from here: address and words
    links: Vec<(&'static str, &'static str)>,
}

pub async fn show(State(app): State<App>, SignedIn(viewer): SignedIn, session: Session) -> Result<Response, AppError> {
    let frame = Frame::with_flash(&app, &viewer, "/", &session).await?;
    let now = app.clock.now();
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let mut tiles = Vec::new();
    let (labels, filters): (Vec<&'static str>, Vec<Filter>) = lists(&viewer).into_iter().unzip();
    let counts = rows::counts(&mut tx, &viewer, &filters, now).await?;
    for ((label, filter), count) in labels.into_iter().zip(&filters).zip(counts) {
        tiles.push(tile(label, count, filter.path(), filter.due == Some(Due::Overdue)));
    }
    let mut unread = tile("Unread notifications", viewer.unread, "/notifications".to_owned(), false);
    if viewer.unread > 99 {
        // the session stops counting there, as the badge does
        "99+".clone_into(&mut unread.number);
    }
    tiles.push(unread);
    if viewer.facilitator && app.config.is_trial() {
        tiles.push(tile("Pieces of feedback", feedback(&mut tx).await?, "/trial/feedback".to_owned(), false));
    }
    let drafts = drafts::of(&mut tx, &viewer).await?;
    drop(tx);
    let links = links(&viewer, app.config.is_trial());
    page::ok(&HomePage { frame, viewer, tiles, drafts, links })
}

fn tile(label: &'static str, count: i64, href: String, is_late: bool) -> Tile {
    Tile { label, number: shown_count(count), href, is_none: count == 0, is_late: is_late && count > 0 }
}

fn links(viewer: &Viewer, is_trial: bool) -> Vec<(&'static str, &'static str)> {
    let mut links = vec![("/search", "Search for a contact")];
    if viewer.security_officer {
        links.push(("/people", "Manage your organisation’s accounts"));
    }
    if viewer.facilitator && is_trial {
        links.push(("/trial", "Run the trial: reset, top up, announce"));
    }
    links.push(("/help", "Read how each process goes"));
    links
}

async fn feedback(tx: &mut PgConnection) -> Result<i64, AppError> {
    Ok(sqlx::query_scalar!(r#"select count(*) as "count!" from feedback"#).fetch_one(tx).await?)
}
