//! The form's page.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;
use sqlx::PgConnection;

use super::super::rows::{self, TickedRow};
use super::super::{Filter, QueueOf, selection};
use super::{address, field, parse};
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
    pub action: Action,
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
        match self.action {
            Action::ResolveValid => format!("Resolve {contacts} as valid"),
            Action::ResolveInvalid => format!("Resolve {contacts} as invalid"),
            Action::SendClarification => format!("Send a data clarification for {contacts}"),
            other => format!("{}: {contacts}", other.label()),
        }
    }

    /// What becomes of them, which nothing takes back.
    fn consequence(&self) -> &'static str {
        match self.action {
            Action::ResolveValid => {
                "Each MPRN is added to the register with its site, each originator is told, and the contacts are closed. \
                 This can’t be undone."
            }
            Action::ResolveInvalid => "Each originator is told, and the contacts are closed. This can’t be undone.",
            _ => "Each originator is asked, and the contacts leave your queue until they answer. This can’t be undone.",
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
        if self.action != Action::ResolveValid {
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

    fn offers(&self) -> String {
        format!("{}&", self.address())
    }

    fn address(&self) -> String {
        address(self.filter.queue, self.action, &self.filter.here())
    }
}

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    queue: QueueOf,
    Path((_, slug)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, AppError> {
    let action = parse(&slug).ok_or(AppError::NotFound)?;
    let filter = queue.worked_on(&asked.back)?;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let mut page = TickedPage::read(&app, &mut tx, &viewer, filter, action).await?;
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
        action: Action,
    ) -> Result<TickedPage, AppError> {
        let ticks = selection::merged(tx, viewer, &filter, "", &[]).await?;
        let crns: Vec<String> = super::super::bulk::ticked(&ticks)?.into_iter().map(|(crn, _)| crn).collect();
        let (rows, others): (Vec<_>, Vec<_>) =
            rows::ticked(tx, viewer, &crns, action).await?.into_iter().partition(|row| row.can);
        // what a type asks is asked of contacts of that type
        let first = rows.first().map(|row| row.contact_type);
        let (rows, more): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| Some(row.contact_type) == first);
        let others = others.into_iter().chain(more).collect();
        let texts = texts::offered(tx, viewer, action, None).await?;
        let frame = Frame::new(app, Some(viewer), &format!("/queues/{}", filter.queue.slug()));
        Ok(TickedPage { frame, form: Typed::default(), action, filter, rows, others, texts })
    }
}
