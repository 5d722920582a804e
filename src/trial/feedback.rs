//! `/trial/feedback` and `/trial/feedback.csv`: what people said, filtered by kind, state and words.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use sqlx::PgConnection;
use time::OffsetDateTime;
use tower_sessions::Session;

use super::facilitators_only;
use crate::address::urlencode;
use crate::app::App;
use crate::csv;
use crate::download::{CSV, Cell, attached};
use crate::error::AppError;
use crate::feedback::{KINDS, STATES, in_words};
use crate::frame::Frame;
use crate::page;
use crate::seal::Kind;
use crate::secret::fingerprint;
use crate::session::{SignedIn, Viewer};
use crate::trade::words::plural;
use crate::trade::working_time::{london_date, show_time};
use crate::typed::Typed;

const A_PAGE: i64 = 50;
/// No spreadsheet needs more, and no server should build more at once.
const A_FILE: i64 = 20_000;

/// The filter, as the address has it.
#[derive(Debug, Default, Deserialize)]
pub struct FeedbackFilter {
    #[serde(default)]
    about: String,
    #[serde(default)]
    words: String,
    #[serde(default)]
    state: String,
    /// the page begins after this message
    #[serde(default)]
    before: Option<String>,
}

impl FeedbackFilter {
    fn is_set(&self) -> bool {
        !self.about.is_empty() || !self.state.is_empty() || !self.words.trim().is_empty()
    }

    fn query(&self) -> String {
        let (about, words) = (urlencode(&self.about), urlencode(self.words.trim()));
        let state = if self.state.is_empty() { String::new() } else { format!("&state={}", urlencode(&self.state)) };
        format!("about={about}&words={words}{state}")
    }
}

#[derive(Template)]
#[template(path = "trial/feedback.html")]
struct FeedbackListPage {
    frame: Frame,
    form: Typed,
    filter: FeedbackFilter,
    found: i64,
    messages: Vec<Message>,
    older: Option<String>,
    refused: Option<Refused>,
}

/// An answer that can't be saved, as it was typed.
#[derive(Debug)]
pub struct Refused {
    /// the message, as it is shown
    pub id: String,
    pub state: String,
    pub reply: String,
    pub says: String,
}

impl Refused {
    fn field(&self) -> String {
        format!("reply-{}", self.id)
    }
}

struct Message {
    id: i64,
    at: OffsetDateTime,
    account: String,
    organisation: String,
    role: String,
    page: String,
    crn: String,
    about: String,
    says: String,
    may_ask: bool,
    state: String,
    reply: String,
    replied: Option<OffsetDateTime>,
}

impl Message {
    /// What was refused of the answer to it.
    fn refused<'a>(&self, page: &'a FeedbackListPage) -> Option<&'a Refused> {
        page.refused.as_ref().filter(|refused| refused.id == page.key(self))
    }

    fn state(&self) -> &str {
        in_words(&self.state)
    }

    fn is_new(&self) -> bool {
        self.replied.is_none()
    }

    /// The state in its list: who opens a new one has read it.
    fn suggested<'a>(&'a self, page: &'a FeedbackListPage) -> &'a str {
        let usual = if self.is_new() { "read" } else { &self.state };
        self.refused(page).map_or(usual, |refused| &refused.state)
    }

    fn reply<'a>(&'a self, page: &'a FeedbackListPage) -> &'a str {
        self.refused(page).map_or(&self.reply, |refused| &refused.reply)
    }

    /// What its form tells, so that two who answer it at once hear of each other.
    fn was(&self) -> String {
        fingerprint(&[&self.state, &self.reply])
    }

    fn looked_at(&self) -> String {
        self.replied.map(show_time).unwrap_or_default()
    }

    fn kind(&self) -> &str {
        KINDS.iter().find(|(code, _)| *code == self.about).map_or(&self.about, |(_, words)| words)
    }

    fn when(&self) -> String {
        show_time(self.at)
    }
}

impl FeedbackListPage {
    fn kinds() -> Vec<(&'static str, &'static str)> {
        std::iter::once(("", "All kinds")).chain(KINDS.iter().copied()).collect()
    }

    fn states() -> Vec<(&'static str, &'static str)> {
        std::iter::once(("", "All states")).chain(STATES.iter().copied()).collect()
    }

    /// The message, as addresses and forms have it.
    fn key(&self, message: &Message) -> String {
        self.frame.seal.show(Kind::Feedback, message.id)
    }

    fn count(&self) -> String {
        plural(self.found.unsigned_abs(), "message")
    }

    /// This list, to come back to.
    fn here(&self) -> String {
        let before = self.filter.before.as_ref().map(|id| format!("&before={id}")).unwrap_or_default();
        format!("/trial/feedback?{}{before}", self.filter.query())
    }

    fn file(&self) -> String {
        format!("/trial/feedback.csv?{}", self.filter.query())
    }
}

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    Query(filter): Query<FeedbackFilter>,
) -> Result<Response, AppError> {
    draw(&app, &viewer, &session, filter, None).await
}

/// The list, and in it what was refused.
pub async fn draw(
    app: &App,
    viewer: &Viewer,
    session: &Session,
    filter: FeedbackFilter,
    refused: Option<Refused>,
) -> Result<Response, AppError> {
    facilitators_only(viewer)?;
    let mut form = Typed::default();
    if let Some(refused) = &refused {
        form.wrong(refused.field(), refused.says.clone());
    }
    form.set("about", &filter.about);
    form.set("words", &filter.words);
    form.set("state", &filter.state);
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let found = count(&mut tx, &filter).await?;
    let mut messages = messages(&mut tx, viewer, &filter, A_PAGE + 1).await?;
    tx.commit().await?;
    let more = messages.len() > usize::try_from(A_PAGE).unwrap_or_default();
    if more {
        messages.pop();
    }
    let last = messages.last().filter(|_| more).map(|message| viewer.seal.show(Kind::Feedback, message.id));
    let older = last.map(|id| format!("/trial/feedback?{}&before={id}", filter.query()));
    let frame = Frame::with_flash(app, viewer, "/trial/feedback", session).await?;
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page::page(status, &FeedbackListPage { frame, form, filter, found, messages, older, refused })
}

pub async fn csv(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Query(filter): Query<FeedbackFilter>,
) -> Result<Response, AppError> {
    facilitators_only(&viewer)?;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let messages = messages(&mut tx, &viewer, &filter, A_FILE).await?;
    tx.commit().await?;
    let mut text = csv::line(&[
        "Sent",
        "About",
        "Message",
        "Page",
        "CRN",
        "Account",
        "Organisation",
        "Role",
        "May be asked",
        "State",
        "Reply",
    ]);
    for m in messages {
        let may_ask = if m.may_ask { "yes" } else { "no" };
        text += &csv::line(&[
            &Cell::Time(m.at).in_csv(),
            m.kind(),
            &m.says,
            &m.page,
            &m.crn,
            &m.account,
            &m.organisation,
            &m.role,
            may_ask,
            m.state(),
            &m.reply,
        ]);
    }
    Ok(attached(&format!("cms-feedback-{}.csv", london_date(app.clock.now())), CSV, text))
}

/// Newest first; every word must be somewhere in the message.
async fn messages(
    tx: &mut PgConnection,
    viewer: &Viewer,
    filter: &FeedbackFilter,
    most: i64,
) -> Result<Vec<Message>, AppError> {
    let before = filter.before.as_ref().map(|shown| viewer.seal.open(Kind::Feedback, shown).ok_or(AppError::NotFound));
    Ok(sqlx::query_as!(
        Message,
        r#"
        select id, at, account, organisation, role, page, crn, about, says, may_ask, state, reply, replied from feedback f
        where ($1 = '' or about = $1) and ($2::bigint is null or id < $2) and ($5 = '' or state = $5)
          and not exists (select from unnest($3::text[]) word
                          where position(word in lower(concat_ws(' ', says, page, crn, account, organisation, role))) = 0)
        order by id desc limit $4
        "#,
        filter.about,
        before.transpose()?,
        &looked_for(&filter.words),
        most,
        filter.state
    )
    .fetch_all(tx)
    .await?)
}

async fn count(tx: &mut PgConnection, filter: &FeedbackFilter) -> Result<i64, AppError> {
    Ok(sqlx::query_scalar!(
        r#"
        select count(*) as "count!" from feedback
        where ($1 = '' or about = $1) and ($3 = '' or state = $3)
          and not exists (select from unnest($2::text[]) word
                          where position(word in lower(concat_ws(' ', says, page, crn, account, organisation, role))) = 0)
        "#,
        filter.about,
        &looked_for(&filter.words),
        filter.state
    )
    .fetch_one(tx)
    .await?)
}

/// The words that are looked for, in small letters.
fn looked_for(words: &str) -> Vec<String> {
    words.to_lowercase().split_whitespace().take(10).map(str::to_owned).collect()
}
