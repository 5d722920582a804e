//! `/search`: one box for CRN, MPRN, postcode, meter serial number and words of the address, within what one may see.
//!
//! It is a list like every other ([`crate::queues`]); a CRN leads straight to its contact, and numbers that were
//! mistyped are said to be so.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::app::App;
use crate::error::AppError;
use crate::frame::Frame;
use crate::page;
use crate::queues::rows::{self, Row};
use crate::queues::{Filter, Queue, shown_count};
use crate::session::SignedIn;
use crate::trade::crn::CrnError;
use crate::trade::text::{clean_line, length};
use crate::trade::working_time::show_date;
use crate::trade::{Crn, Mprn};

/// The longest text that is looked for.
const LONGEST: usize = 200;

#[derive(Debug, Deserialize)]
pub struct SearchQuery {
    #[serde(default)]
    q: String,
}

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    frame: Frame,
    q: String,
    /// what is wrong with a number that was typed
    mistyped: Option<String>,
    found: Option<Vec<Row>>,
    count: String,
    /// more than a page of them
    more: bool,
}

impl SearchPage {
    fn received(&self, row: &Row) -> String {
        show_date(row.received)
    }
}

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Query(asked): Query<SearchQuery>,
) -> Result<Response, AppError> {
    let q = clean_line(&asked.q);
    let frame = Frame::new(&app, Some(&viewer), "/search");
    if length(&q) > LONGEST {
        let mistyped = Some(format!("Look for at most {LONGEST} characters; this has {}.", length(&q)));
        let view = SearchPage { frame, q, mistyped, found: None, count: String::new(), more: false };
        return page::page(StatusCode::BAD_REQUEST, &view);
    }
    if q.is_empty() {
        return page::ok(&SearchPage { frame, q, mistyped: None, found: None, count: String::new(), more: false });
    }
    let filter = Filter { q: q.clone(), ..Filter::of(Queue::Seen) };
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let listed = rows::page(&mut tx, &viewer, &filter, app.clock.now()).await?;
    drop(tx);
    if let (Ok(crn), [only]) = (Crn::parse(&q), &listed.rows[..])
        && only.crn == crn.as_str()
    {
        return Ok(page::to(&format!("/contacts/{crn}")));
    }
    let (mistyped, count, more) = (mistyped(&q), shown_count(listed.count), listed.next.is_some());
    page::ok(&SearchPage { frame, q, mistyped, found: Some(listed.rows), count, more })
}

/// A CRN or MPRN by its shape whose check digits are wrong.
fn mistyped(q: &str) -> Option<String> {
    if Crn::parse(q) == Err(CrnError::Mistyped) && q.trim_start().starts_with(['C', 'c']) {
        return Some(format!("{q} is not a CRN: one of its digits is wrong. Check it against where you have it from."));
    }
    let digits: String = q.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let is_number = (6..=10).contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_digit());
    if is_number && Mprn::parse(&digits).is_err() && Crn::parse(&digits).is_err() {
        return Some(format!("{q} is not an MPRN: its check digits don’t match. It was looked for as words."));
    }
    None
}
