//! `/search`: the list of what the box in every page's header looks for, within what one may see: CRN, MPRN, postcode, meter
//! serial number, the raiser's own reference and words of the address.
//!
//! It is a list like every other ([`crate::queues`]), with pages, and a contact opened from it can be walked; a CRN leads
//! straight to its contact, and numbers that were mistyped are said to be so.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;

use crate::address::{is_ours, urlencode};
use crate::app::App;
use crate::contacts::walk::{self, page_before};
use crate::error::AppError;
use crate::even::FoundNothing;
use crate::frame::Frame;
use crate::page;
use crate::queues::rows::search::Search;
use crate::queues::rows::{self, Listed, Row};
use crate::queues::{Filter, Queue, looked_for};
use crate::session::SignedIn;
use crate::trade::crn_in_text::mistyped_in;
use crate::trade::working_time::show_date;
use crate::trade::{Crn, Mprn};

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    frame: Frame,
    filter: Filter,
    /// why nothing was looked for
    refused: Option<&'static str>,
    /// what is to be said of a number that was typed
    problem: Option<String>,
    listed: Option<Listed>,
    sees_references: bool,
    /// the page from which one searched: its address and name
    back: Option<(String, String)>,
}

impl SearchPage {
    /// What was looked for and how much there is.
    fn title(&self) -> String {
        match &self.listed {
            Some(Listed { count, .. }) if count.is_none() => format!("Nothing found for “{}”", self.filter.q),
            Some(Listed { count, .. }) if count.is_one() => format!("1 contact found for “{}”", self.filter.q),
            Some(listed) => format!("{} contacts found for “{}”", listed.count, self.filter.q),
            None => "Search".to_owned(),
        }
    }

    /// The address of a row's contact, which remembers the search and where in it the row stood.
    fn opens(&self, row: &Row) -> String {
        let (list, key) = (urlencode(&self.filter.path()), urlencode(&row.key));
        format!("/contacts/{}?list={list}&at={key}", row.crn)
    }

    fn received(&self, row: &Row) -> String {
        show_date(row.received)
    }

    /// Where the list goes on: a name for machines, one for people, and the address.
    fn pages(&self) -> Vec<(&'static str, &'static str, String)> {
        let back = self.back.as_ref().map(|(to, _)| format!("&back={}", urlencode(to))).unwrap_or_default();
        let Some(listed) = &self.listed else { return Vec::new() };
        let (previous, next) = listed.pages(&self.filter);
        let links = [("prev", "Previous", previous), ("next", "Next", next)];
        links.into_iter().filter_map(|(rel, text, path)| Some((rel, text, format!("{}{back}", path?)))).collect()
    }
}

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, AppError> {
    let (query, back) = without_back(&query.unwrap_or_default());
    let back = way_back(&back.unwrap_or_else(|| page_before(&headers)));
    let mut frame = Frame::new(&app, Some(&viewer), "/search");
    let sees_references = viewer.raises() || viewer.sees_all();
    let typed = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "q").map(|(_, typed)| typed);
    let typed = typed.unwrap_or_default();
    if looked_for(&typed).is_none() {
        frame.looked_for = typed.into_owned();
        let refused = Some("This is too long to look for. Type up to 200 characters, such as a few words.");
        let filter = Filter::of(Queue::Seen);
        let view = SearchPage { frame, filter, refused, problem: None, listed: None, sees_references, back };
        return page::again(&view);
    }
    let filter = Filter::parse(Queue::Seen, &query)?;
    filter.q.clone_into(&mut frame.looked_for);
    frame.searched_from = back.as_ref().map(|(to, _)| to.clone());
    if filter.q.is_empty() {
        let (refused, problem, listed) = (None, None, None);
        return page::ok(&SearchPage { frame, filter, refused, problem, listed, sees_references, back });
    }
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let listed = rows::page(&mut tx, &viewer, &filter, app.clock.now()).await?;
    drop(tx);
    if let [only] = &listed.rows[..]
        && Search::parse(&filter.q).asks_for(&only.crn)
    {
        return Ok(page::to(&format!("/contacts/{}", only.crn)));
    }
    let problem = wrong_number(&filter.q, listed.count.is_none());
    // whoever comes back from a contact that was found has its link
    let back = back.filter(|(to, _)| !listed.rows.iter().any(|row| to.ends_with(&row.crn)));
    let found_nothing = listed.rows.is_empty();
    let view = SearchPage { frame, filter, refused: None, problem, listed: Some(listed), sees_references, back };
    let mut answer = page::ok(&view)?;
    if found_nothing {
        answer.extensions_mut().insert(FoundNothing);
    }
    Ok(answer)
}

/// The query of a search, and the page from which it began if a later page of it says so.
fn without_back(query: &str) -> (String, Option<String>) {
    let (back, rest): (Vec<&str>, Vec<&str>) = query.split('&').partition(|part| part.starts_with("back="));
    let back = form_urlencoded::parse(back.join("&").as_bytes()).next().map(|(_, back)| back.into_owned());
    (rest.join("&"), back)
}

/// A page of ours to which a search leads back: its address and name.
fn way_back(before: &str) -> Option<(String, String)> {
    if !is_ours(before) {
        return None;
    }
    if let Some((path, name)) = walk::way_back(before) {
        return Some((path.to_owned(), name.to_owned()));
    }
    if before.starts_with("/queues/") {
        let list = Filter::parse_path(before).ok()?;
        return Some((list.here(), list.queue.title().to_owned()));
    }
    let crn = Crn::parse(before.strip_prefix("/contacts/")?.split(['/', '?']).next()?).ok()?;
    Some((format!("/contacts/{}", crn.as_str()), format!("contact {}", crn.as_str())))
}

/// What is to be said of a CRN or MPRN that leads nowhere, or whose check digits are wrong.
fn wrong_number(q: &str, found_none: bool) -> Option<String> {
    if let Some(wrong) = mistyped_in(q) {
        return Some(format!(
            "{wrong} is not a CRN: one of its digits is wrong. Check it against where you have it from."
        ));
    }
    let digits: String = q.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let is_number = (6..=10).contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_digit());
    let is_wrong = is_number && found_none && Mprn::parse(&digits).is_err() && Crn::parse(&digits).is_err();
    is_wrong.then(|| format!("{q} is not an MPRN: its check digits don’t match. It was looked for as words too."))
}
