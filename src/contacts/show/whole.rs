//! All that the page of a contact shows, as its viewer may see it.

use axum::http::StatusCode;
use axum::response::Response;
use sqlx::PgConnection;

use super::contact::ContactPage;
use super::note::{self, Notes};
use super::offered::Offered;
use super::referred::Referred;
use crate::app::App;
use crate::contacts::duplicates::{self, Candidate};
use crate::contacts::history;
use crate::contacts::time_by_party::TimeByParty;
use crate::contacts::{Contact, ContactExtras};
use crate::drafts::list::{self, Draft};
use crate::error::AppError;
use crate::frame::Frame;
use crate::page;
use crate::session::Viewer;
use crate::typed::Typed;

/// A contact with what stands beside it.
pub struct Whole {
    pub contact: Contact,
    pub extras: ContactExtras,
    /// what looks the same; for the CDSP
    candidates: Option<Vec<Candidate>>,
    half_written: Vec<Draft>,
    /// what colleagues noted; none for who belongs to no organisation
    notes: Option<Notes>,
    /// the page it was opened from, where that is none of a list: its address and name
    pub back: Option<(&'static str, &'static str)>,
}

impl Whole {
    pub async fn read(app: &App, tx: &mut PgConnection, viewer: &Viewer, crn: &str) -> Result<Whole, AppError> {
        let (contact, mut extras) = Contact::seen_whole(tx, viewer, crn).await?;
        let mut candidates = None;
        if viewer.is_cdsp() {
            candidates = Some(duplicates::of(tx, viewer, &contact.details, Some(&contact)).await?);
        }
        let notes = note::section(tx, viewer, &contact, std::mem::take(&mut extras.notes)).await?;
        let forms = format!("{}/", contact.path());
        let mut half_written = list::of(tx, viewer).await?;
        half_written.retain(|draft| draft.address.starts_with(&forms) && !draft.address.ends_with("/note"));
        extras.walk = app.walks.around(viewer.id, viewer.epoch, &contact.crn);
        Ok(Whole { contact, extras, candidates, half_written, notes, back: None })
    }

    /// The page; `form` is what was sent and refused.
    pub fn draw(
        self,
        app: &App,
        viewer: Viewer,
        frame: Frame,
        offered: Offered,
        form: Typed,
        status: StatusCode,
    ) -> Result<Response, AppError> {
        let Whole { contact, mut extras, candidates, mut half_written, notes, back } = self;
        half_written.retain(|draft| !offered.panels.iter().any(|panel| draft.address.ends_with(panel.action.slug())));
        let now = app.clock.now();
        let (walk, zone) = (extras.walk.take(), std::mem::take(&mut extras.zone));
        let sees_history = viewer.sees_all() || viewer.organisation_id() == Some(contact.raised_by);
        let time_by_party = sees_history.then(|| TimeByParty::of(&extras, contact.closed.unwrap_or(now)));
        let (mut referred, evidence) = Referred::part(&contact, &mut extras);
        let history = history::lines(&contact, extras, 0)?;
        if let Some(newest) = referred.first_mut() {
            newest.changed_by(&history);
        }
        let newest = (!referred.is_empty()).then(|| referred.remove(0));
        let view = ContactPage {
            frame,
            form,
            offered,
            newest,
            earlier: referred,
            evidence,
            history,
            walk,
            back,
            time_by_party,
            zone,
            candidates,
            notes,
            half_written,
            now,
            viewer,
            contact,
        };
        page::page(status, &view)
    }
}
