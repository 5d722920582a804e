//! `/queues/{queue}/ticked/{action}`: one form for all contacts that are ticked in a list, for what can't be undone. It
//! says of how many it is, and what becomes of them; each contact gets an outcome of its own ([`super::ticked_done`]).

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;
use sqlx::PgConnection;

use super::rows::{self, TickedRow};
use super::{Filter, Queue, QueueOf, bulk, selection};
use crate::address::urlencode;
use crate::app::App;
use crate::contacts::fields::Spec;
use crate::contacts::fields::question::Question;
use crate::contacts::lifecycle::Action;
use crate::drafts::restore;
use crate::error::AppError;
use crate::frame::Frame;
use crate::page;
use crate::session::{SignedIn, Viewer};
use crate::texts::{self, PLACEHOLDERS, SavedText};
use crate::trade::words::plural;
use crate::typed::Typed;

/// What can be done with many contacts by one form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Together {
    SendClarification,
    ResolveValid,
    ResolveInvalid,
}

impl Together {
    pub const ALL: [Together; 3] = [Together::SendClarification, Together::ResolveValid, Together::ResolveInvalid];

    pub fn action(self) -> Action {
        match self {
            Together::SendClarification => Action::SendClarification,
            Together::ResolveValid => Action::ResolveValid,
            Together::ResolveInvalid => Action::ResolveInvalid,
        }
    }

    pub fn parse(slug: &str) -> Option<Together> {
        Self::ALL.into_iter().find(|together| together.action().slug() == slug)
    }

    /// The form for what is ticked in this list.
    pub fn address(self, queue: Queue, list: &str) -> String {
        format!("/queues/{}/ticked/{}?back={}", queue.slug(), self.action().slug(), urlencode(list))
    }
}

/// The name of a question's field for one of the contacts.
pub fn field(crn: &str, question: &str) -> String {
    format!("{crn}.{question}")
}

#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    back: String,
    /// key of a saved text to begin with
    #[serde(default)]
    text: String,
}

#[derive(Template)]
#[template(path = "queues/ticked.html")]
pub struct TickedPage {
    pub frame: Frame,
    pub form: Typed,
    pub together: Together,
    pub filter: Filter,
    /// what it can be done with
    pub rows: Vec<TickedRow>,
    /// ticked, but not the viewer's to act on
    pub others: Vec<TickedRow>,
    pub texts: Vec<SavedText>,
}

impl TickedPage {
    /// "Resolve 12 contacts as invalid".
    fn title(&self) -> String {
        let contacts = plural(u64::try_from(self.rows.len()).unwrap_or_default(), "contact");
        match self.together {
            Together::ResolveValid => format!("Resolve {contacts} as valid"),
            Together::ResolveInvalid => format!("Resolve {contacts} as invalid"),
            Together::SendClarification => format!("Send a data clarification for {contacts}"),
        }
    }

    /// What becomes of them, which nothing takes back.
    fn consequence(&self) -> &'static str {
        match self.together {
            Together::ResolveValid => {
                "Each MPRN is added to the register with its site, each originator is told, and the contacts are closed. \
                 This can’t be undone."
            }
            Together::ResolveInvalid => "Each originator is told, and the contacts are closed. This can’t be undone.",
            Together::SendClarification => {
                "Each originator is asked, and the contacts leave your queue until they answer. This can’t be undone."
            }
        }
    }

    fn spec(&self) -> Option<&'static Spec> {
        self.rows.first().map(|row| row.contact_type.spec())
    }

    fn reasons(&self) -> Vec<(&'static str, &'static str)> {
        let known = self.spec().map_or(&[][..], |spec| spec.reasons);
        std::iter::once(("", "Choose a reason")).chain(known.iter().copied()).collect()
    }

    /// What each contact is asked by itself.
    fn questions(&self) -> &'static [Question] {
        if self.together != Together::ResolveValid {
            return &[];
        }
        self.spec().map_or(&[], |spec| spec.outcome.questions)
    }

    fn field(&self, row: &TickedRow, question: &Question) -> String {
        field(&row.crn, question.name)
    }

    fn placeholders(&self) -> String {
        let each = PLACEHOLDERS.map(|(name, stands_for)| format!("{name} for {stands_for}"));
        format!("The same for all. Filled in for each contact: {}.", each.join(", "))
    }

    fn slug(&self) -> &'static str {
        self.together.action().slug()
    }

    fn offers(&self) -> String {
        format!("{}&", self.address())
    }

    fn address(&self) -> String {
        self.together.address(self.filter.queue, &self.filter.here())
    }
}

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    queue: QueueOf,
    Path((_, slug)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, AppError> {
    let together = Together::parse(&slug).ok_or(AppError::NotFound)?;
    let filter = queue.worked_on(&asked.back)?;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let mut page = TickedPage::read(&app, &mut tx, &viewer, filter, together).await?;
    let address = page.address();
    restore(&mut tx, &viewer, &mut page.frame, &address, &mut page.form).await?;
    texts::insert(&mut page.form, &page.texts, &asked.text);
    tx.commit().await?;
    page::ok(&page)
}

impl TickedPage {
    /// With nothing typed yet.
    pub async fn read(
        app: &App,
        tx: &mut PgConnection,
        viewer: &Viewer,
        filter: Filter,
        together: Together,
    ) -> Result<TickedPage, AppError> {
        let ticks = selection::merged(tx, viewer, &filter, "", &[]).await?;
        let crns: Vec<String> = bulk::ticked(&ticks)?.into_iter().map(|(crn, _)| crn).collect();
        let (rows, others): (Vec<_>, Vec<_>) =
            rows::ticked(tx, viewer, &crns, together.action()).await?.into_iter().partition(|row| row.can);
        // what a type asks is asked of contacts of that type
        let first = rows.first().map(|row| row.contact_type);
        let (rows, more): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| Some(row.contact_type) == first);
        let others = others.into_iter().chain(more).collect();
        let texts = texts::offered(tx, viewer, together.action(), None).await?;
        let frame = Frame::new(app, Some(viewer), &format!("/queues/{}", filter.queue.slug()));
        Ok(TickedPage { frame, form: Typed::default(), together, filter, rows, others, texts })
    }
}
