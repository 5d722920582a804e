//! `/feedback`: a word to those who build and run the service, from any page. It files page, role and CRN by itself.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use sqlx::PgConnection;
use time::OffsetDateTime;
use validator::Validate;

use crate::address::{is_ours, urlencode};
use crate::app::App;
use crate::drafts::{close, kept_as, restore};
use crate::error::AppError;
use crate::form::Submitted;
use crate::forms::once::is_first;
use crate::frame::Frame;
use crate::limits::spend_in;
use crate::limits::table::FEEDBACK;
use crate::page;
use crate::secret::fingerprint;
use crate::session::{SignedIn, Viewer};
use crate::trade::Crn;
use crate::trade::working_time::show_time;
use crate::typed::Typed;

/// What feedback can be about: stored word and text.
pub const KINDS: &[(&str, &str)] =
    &[("problem", "Problem"), ("idea", "Idea"), ("wording", "Wording"), ("praise", "Praise")];

/// What has come of it: stored word and text.
pub const STATES: &[(&str, &str)] =
    &[("new", "New"), ("read", "Read"), ("planned", "Planned"), ("done", "Done"), ("declined", "Will not be done")];

/// The state of this code, as shown.
pub fn in_words(state: &str) -> &str {
    STATES.iter().find(|(code, _)| *code == state).map_or(state, |(_, words)| words)
}

#[derive(Debug, Deserialize)]
pub struct FeedbackQuery {
    #[serde(default)]
    page: String,
    #[serde(default)]
    sent: String,
}

#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Feedback {
    #[serde(default)]
    #[validate(custom(function = "known_kind"))]
    about: String,
    #[serde(default, deserialize_with = "crate::form::trimmed")]
    #[validate(
        length(min = 1, message = "Say what happened, or what you would like"),
        custom(function = "crate::form::not_too_long")
    )]
    says: String,
    #[serde(default)]
    may_ask: String,
    #[serde(default)]
    page: String,
    /// of its page: the same form is done once
    #[serde(default, rename = "key")]
    _key: String,
}

#[derive(Template)]
#[template(path = "feedback.html")]
struct FeedbackPage {
    frame: Frame,
    form: Typed,
    /// the page it is about, and where to go back to
    page: String,
    sent: bool,
    /// what this account has said before, newest first
    before: Vec<Said>,
    /// many use the account
    shared: bool,
}

/// A message of this account.
struct Said {
    at: OffsetDateTime,
    says: String,
    state: String,
    reply: String,
}

impl Said {
    fn when(&self) -> String {
        show_time(self.at)
    }

    fn state(&self) -> &str {
        in_words(&self.state)
    }
}

/// Whose messages are shown: an account's; of a shared one those of who uses it, by name, or else by session.
fn whose(viewer: &Viewer) -> String {
    match (viewer.demo, viewer.used_by.as_str()) {
        (false, _) => String::new(),
        (true, "") => viewer.session.clone(),
        (true, name) => fingerprint(&[name]),
    }
}

async fn said_by(tx: &mut PgConnection, viewer: &Viewer) -> Result<Vec<Said>, AppError> {
    Ok(sqlx::query_as!(
        Said,
        "select at, says, state, reply from feedback where account = $1 and whose = $2 order by id desc limit 10",
        viewer.account,
        whose(viewer)
    )
    .fetch_all(tx)
    .await?)
}

impl FeedbackPage {
    fn kinds(&self) -> &'static [(&'static str, &'static str)] {
        KINDS
    }
}

fn known_kind(about: &str) -> Result<(), validator::ValidationError> {
    if KINDS.iter().any(|(known, _)| *known == about) {
        return Ok(());
    }
    Err(validator::ValidationError::new("about").with_message("Say what it is about".into()))
}

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Query(asked): Query<FeedbackQuery>,
) -> Result<Response, AppError> {
    let mut frame = Frame::new(&app, Some(&viewer), "/feedback");
    let mut form = Typed::default();
    let mut tx = app.db.as_viewer(viewer.id).await?;
    restore(&mut tx, &viewer, &mut frame, &kept_as(&viewer, "/feedback"), &mut form).await?;
    if viewer.demo && frame.kept.is_none() {
        // what came after its session had ended waits for the account
        restore(&mut tx, &viewer, &mut frame, "/feedback", &mut form).await?;
    }
    let before = said_by(&mut tx, &viewer).await?;
    tx.commit().await?;
    let page = if frame.kept.is_some() { local(form.value("page")) } else { local(&asked.page) };
    page::ok(&FeedbackPage { frame, form, page, sent: asked.sent == "yes", before, shared: viewer.demo })
}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    mut sent: Submitted<Feedback>,
) -> Result<Response, AppError> {
    let page = local(&sent.form.page);
    if !sent.is_valid() {
        let frame = Frame::new(&app, Some(&viewer), "/feedback");
        return page::again(&FeedbackPage {
            frame,
            form: sent.typed,
            page,
            sent: false,
            before: Vec::new(),
            shared: viewer.demo,
        });
    }
    let crn = page.split(['/', '?']).find_map(|part| Crn::parse(part).ok()).map(|crn| crn.as_str().to_owned());
    let mut tx = app.db.as_viewer(viewer.id).await?;
    if !is_first(&mut tx, &viewer, sent.once.as_deref()).await? {
        return Ok(page::to(&format!("/feedback?sent=yes&page={}", urlencode(&page))));
    }
    spend_in(&mut tx, &viewer, &FEEDBACK, 1, None).await?;
    if viewer.demo {
        close(&mut tx, &viewer, "/feedback").await?;
    }
    sqlx::query!(
        "insert into feedback (at, account, organisation, role, page, crn, about, says, may_ask, whose)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        app.clock.now(),
        viewer.account,
        viewer.organisation.as_ref().map_or("Trial", |organisation| &organisation.name),
        viewer.roles(),
        page,
        crn.unwrap_or_default(),
        sent.form.about,
        sent.form.says,
        sent.form.may_ask == "yes",
        whose(&viewer),
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(page::to(&format!("/feedback?sent=yes&page={}", urlencode(&page))))
}

/// The page that was named, if it is one of ours.
fn local(page: &str) -> String {
    if is_ours(page) && page.len() <= 200 { page.to_owned() } else { "/".to_owned() }
}
