//! The page of a contact, whichever address has opened it.

use askama::Template;
use time::OffsetDateTime;

use super::note::Notes;
use super::offered::{Offered, Way};
use super::referred::Referred;
use crate::contacts::Contact;
use crate::contacts::duplicates::Candidate;
use crate::contacts::evidence::EvidenceFile;
use crate::contacts::history::Line;
use crate::contacts::lifecycle::Action;
use crate::contacts::time_by_party::TimeByParty;
use crate::contacts::walk::Walk;
use crate::contacts::zone::Zone;
use crate::drafts::list::Draft;
use crate::frame::Frame;
use crate::session::Viewer;
use crate::typed::Typed;

#[derive(Template)]
#[template(path = "contacts/show/contact.html")]
pub struct ContactPage {
    pub frame: Frame,
    /// what was sent and refused
    pub form: Typed,
    pub viewer: Viewer,
    pub contact: Contact,
    pub offered: Offered,
    /// the newest question or visit: what is asked now, or what came back
    pub newest: Option<Referred>,
    pub earlier: Vec<Referred>,
    /// files that came with no referral
    pub evidence: Vec<EvidenceFile>,
    pub history: Vec<Line>,
    pub walk: Option<Walk>,
    pub back: Option<(&'static str, &'static str)>,
    /// whose time it took; only for who sees the whole history
    pub time_by_party: Option<TimeByParty>,
    pub zone: Zone,
    /// what looks the same; for the CDSP
    pub candidates: Option<Vec<Candidate>>,
    /// what colleagues noted; none for who belongs to no organisation
    pub notes: Option<Notes>,
    /// what the viewer has typed and not sent into forms that do not stand in the page
    pub half_written: Vec<Draft>,
    pub now: OffsetDateTime,
}

impl ContactPage {
    /// What tells one browser tab from the next: "42 Withyholt Terrace, C371598927".
    fn tab(&self) -> String {
        format!("{}, {}", self.contact.details.street_line(), self.contact.crn)
    }

    /// The page offers the next one, unless the banner does: where there is nothing to do with this.
    fn offers_next(&self) -> bool {
        let in_banner = self.frame.flash.as_ref().is_some_and(|flash| flash.take_next);
        self.viewer.organisation.is_some() && self.offered.actions.is_empty() && !in_banner
    }

    fn way(&self, action: &Action) -> Way {
        self.offered.way(*action, &self.contact)
    }
}
