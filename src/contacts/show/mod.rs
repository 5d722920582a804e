//! `/contacts/{crn}`: one contact, whose move it is, its history, and what this person may do now.

pub mod note;
pub mod presence;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use tower_sessions::Session;

use crate::app::App;
use crate::contacts::Contact;
use crate::contacts::duplicates::{self, Candidate};
use crate::contacts::evidence::EvidenceFile;
use crate::contacts::fields::question::Answers;
use crate::contacts::fields::site::ISOLATED;
use crate::contacts::fields::{Field, Section};
use crate::contacts::history::{self, Line};
use crate::contacts::lifecycle::Action;
use crate::contacts::referral::Referral;
use crate::contacts::time_by_party::TimeByParty;
use crate::contacts::walk::{Walk, page_before, way_back};
use crate::contacts::zone::{self, Zone};
use crate::error::AppError;
use crate::frame::Frame;
use crate::page;
use crate::queues::walk;
use crate::session::{SignedIn, Viewer};
use crate::trade::Ldz;
use crate::trade::working_time::{age_words, due_words, overdue, show_date, show_time};

/// The list from which a contact is opened, and where it stood in it: kept, so that one can walk it from here.
#[derive(Debug, Deserialize)]
pub struct Opened {
    list: Option<String>,
    at: Option<String>,
}

#[derive(Template)]
#[template(path = "contacts/show/contact.html")]
struct ShowPage {
    frame: Frame,
    viewer: Viewer,
    contact: Contact,
    referrals: Vec<Referral>,
    history: Vec<Line>,
    evidence: Vec<EvidenceFile>,
    offers: Vec<Action>,
    /// the next contact in the viewer's own queue
    next: Option<String>,
    walk: Option<Walk>,
    /// the page it was opened from, where that is none of a list
    back: Option<(&'static str, &'static str)>,
    /// whose time it took; only for who sees the whole history
    time_by_party: Option<TimeByParty>,
    zone: Zone,
    /// what looks the same; for the CDSP
    candidates: Option<Vec<Candidate>>,
    notes: Option<note::Notes>,
    now: time::OffsetDateTime,
}

impl ShowPage {
    /// The zone that the contact is kept under, with its network.
    fn ldz(&self) -> String {
        Ldz::from_code(&self.contact.ldz).map_or_else(|| self.zone.name(), zone::named)
    }

    /// How it is known; nothing where the list has since come to say otherwise.
    fn ldz_known_by(&self) -> Option<String> {
        (self.zone.code() == self.contact.ldz).then(|| self.zone.known_by())
    }

    /// The sentence about isolated networks, where it matters.
    fn isolated(&self) -> Option<&'static str> {
        Ldz::from_code(&self.contact.ldz).is_some_and(Ldz::is_isolated).then_some(ISOLATED)
    }

    /// Sections that hold something for this viewer.
    fn sections(&self) -> Vec<&'static Section> {
        self.contact.details.spec.sections.iter().filter(|section| !self.fields(section).is_empty()).collect()
    }

    /// The fields of a section that were given and that this viewer may read.
    fn fields(&self, section: &Section) -> Vec<Field> {
        let is_seen = |field: &Field| match field {
            field if field.is_personal() => self.contact.site_contact_seen,
            Field::OwnReference | Field::Why => self.contact.notes_seen,
            _ => true,
        };
        section
            .fields
            .iter()
            .copied()
            .filter(|field| is_seen(field) && !self.contact.details.get(*field).is_empty())
            .collect()
    }

    fn is_raiser(&self) -> bool {
        self.viewer.organisation_id() == Some(self.contact.raised_by)
    }

    /// "Your" is the raiser's word; others read whose it is.
    fn title(&self, section: &Section) -> &'static str {
        match section {
            own if own.is_own() && !self.is_raiser() && self.contact.notes_seen => {
                "Raiser’s reference and the site contact"
            }
            own if own.is_own() && !self.is_raiser() => "Site contact",
            other => other.title,
        }
    }

    fn label(&self, field: &Field) -> &'static str {
        match field {
            Field::OwnReference if !self.is_raiser() => "Raiser’s reference",
            Field::Why if !self.is_raiser() => self.contact.details.spec.why.to_others,
            other => self.contact.details.spec.label(other),
        }
    }

    /// What its status means.
    fn means(&self) -> String {
        self.contact.means()
    }

    fn received(&self) -> String {
        show_time(self.contact.received)
    }

    fn age(&self) -> String {
        age_words(self.contact.received, self.contact.closed.unwrap_or(self.now))
    }

    fn due(&self) -> Option<String> {
        self.contact.due.map(|due| due_words(due, self.now))
    }

    fn due_date(&self) -> Option<String> {
        self.contact.due.map(show_date)
    }

    fn is_late(&self) -> bool {
        self.contact.due.is_some_and(|due| overdue(due, self.now))
    }

    fn closed(&self) -> Option<String> {
        self.contact.closed.map(show_time)
    }

    /// Who raised it: for colleagues with the originator's name.
    fn raised_by(&self) -> String {
        match &self.contact.originator_name {
            Some(name) => format!("{name}, {}", self.contact.raiser),
            None => self.contact.raiser.clone(),
        }
    }

    /// Taking it oneself: the action, where it is offered and not had already.
    fn take(&self) -> Option<Action> {
        let mine = self.contact.holder == Some(self.viewer.id);
        let action = [Action::Assign, Action::Reassign].into_iter().find(|action| self.offers.contains(action))?;
        (!mine).then_some(action)
    }

    /// Actions with a form of their own, each a link.
    fn forms(&self) -> Vec<Action> {
        self.offers
            .iter()
            .copied()
            .filter(|action| !matches!(action, Action::Return | Action::Log | Action::Note))
            .collect()
    }

    fn may_return(&self) -> bool {
        self.offers.contains(&Action::Return)
    }

    fn findings(&self, referral: &Referral) -> Vec<(&'static str, String)> {
        let answers: Option<Answers> = referral.findings.clone().and_then(|kept| serde_json::from_value(kept).ok());
        answers.map(|answers| answers.rows(self.contact.details.spec.visit_questions())).unwrap_or_default()
    }

    fn asked(&self, referral: &Referral) -> String {
        show_time(referral.asked)
    }

    fn answered(&self, referral: &Referral) -> Option<String> {
        referral.answered.map(show_time)
    }

    fn reason(&self) -> &str {
        self.contact.closed_reason.as_deref().map(crate::contacts::types::reason).unwrap_or_default()
    }
}

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    Path(crn): Path<String>,
    Query(opened): Query<Opened>,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let mut tx = app.db.as_viewer(viewer.id).await?;
    if let (Some(list), Some(at)) = (&opened.list, &opened.at) {
        let contact = Contact::seen_by(&mut tx, &viewer, &crn).await?;
        walk::begin(&mut tx, &viewer, &contact.crn, list, at, app.clock.now()).await?;
        tx.commit().await?;
        return Ok(page::to(&contact.path()));
    }
    let (contact, mut extras) = Contact::seen_whole(&mut tx, &viewer, &crn).await?;
    let mut candidates = None;
    if viewer.is_cdsp() {
        candidates = Some(duplicates::of(&mut tx, &viewer, &contact.details, Some(&contact)).await?);
    }
    let mut before = Frame::new(&app, Some(&viewer), &contact.path());
    let noted = std::mem::take(&mut extras.notes);
    let notes = note::section(&mut tx, &viewer, &mut before, &contact, noted).await?;
    drop(tx);
    let now = app.clock.now();
    let evidence = extras.evidence.clone();
    let (referrals, next) = (std::mem::take(&mut extras.referrals), extras.next.take());
    let (before, zone) = (page_before(&headers), std::mem::take(&mut extras.zone));
    let walk = extras.walk.take().filter(|walk| walk.goes_on(&before, &contact.crn));
    let back = if walk.is_none() { way_back(&before) } else { None };
    let sees_history = viewer.sees_all() || viewer.organisation_id() == Some(contact.raised_by);
    let time_by_party = sees_history.then(|| TimeByParty::of(&extras, contact.closed.unwrap_or(now)));
    let history = history::lines(&contact, extras, 0)?;
    if contact.crn != crn {
        // typed with spaces or in small letters: one address for each contact
        return Ok(page::to(&contact.path()));
    }
    let mut frame = Frame::with_flash(&app, &viewer, &contact.path(), &session).await?;
    frame.kept = before.kept;
    let offers = contact.offers(&viewer);
    page::ok(&ShowPage {
        frame,
        viewer,
        contact,
        referrals,
        history,
        evidence,
        offers,
        next,
        walk,
        back,
        time_by_party,
        zone,
        candidates,
        notes,
        now,
    })
}
