//! The facts of a contact as its page words them.

use super::contact::ContactPage;
use crate::contacts::fields::site::ISOLATED;
use crate::contacts::fields::{Field, Section};
use crate::contacts::zone;
use crate::trade::Ldz;
use crate::trade::working_time::{age_words, due_words, overdue, show_date, show_time};

impl ContactPage {
    /// The zone that the contact is kept under, with its network.
    pub fn ldz(&self) -> String {
        Ldz::from_code(&self.contact.ldz).map_or_else(|| self.zone.name(), zone::named)
    }

    /// How it is known; nothing where the list has since come to say otherwise.
    pub fn ldz_known_by(&self) -> Option<String> {
        (self.zone.code() == self.contact.ldz).then(|| self.zone.known_by())
    }

    /// The sentence about isolated networks, where it matters.
    pub fn isolated(&self) -> Option<&'static str> {
        Ldz::from_code(&self.contact.ldz).is_some_and(Ldz::is_isolated).then_some(ISOLATED)
    }

    /// Sections that hold something for this viewer.
    pub fn sections(&self) -> Vec<&'static Section> {
        self.contact
            .details
            .spec
            .sections
            .iter()
            .filter(|section| section.is_site() || !self.fields(section).is_empty())
            .collect()
    }

    /// The fields of a section that were given and that this viewer may read; the address stands as one block.
    pub fn fields(&self, section: &Section) -> Vec<Field> {
        let is_seen = |field: &Field| match field {
            field if field.is_personal() => self.contact.site_contact_seen,
            Field::OwnReference | Field::Why => self.contact.notes_seen,
            field => !field.is_address(),
        };
        section
            .fields
            .iter()
            .copied()
            .filter(|field| is_seen(field) && !self.contact.details.get(*field).is_empty())
            .collect()
    }

    pub fn is_raiser(&self) -> bool {
        self.viewer.organisation_id() == Some(self.contact.raised_by)
    }

    /// "Your" is the raiser's word; others read whose it is.
    pub fn section_title(&self, section: &Section) -> &'static str {
        match section {
            own if own.is_own() && !self.is_raiser() && self.contact.notes_seen => {
                "Raiser’s reference and the site contact"
            }
            own if own.is_own() && !self.is_raiser() => "Site contact",
            other => other.title,
        }
    }

    pub fn label(&self, field: &Field) -> &'static str {
        match field {
            Field::OwnReference if !self.is_raiser() => "Raiser’s reference",
            Field::Why if !self.is_raiser() => self.contact.details.spec.why.to_others,
            other => self.contact.details.spec.label(other),
        }
    }

    /// What its status means.
    pub fn means(&self) -> String {
        self.contact.means()
    }

    /// Open, and where its reader may not know: a network's part is done.
    pub fn is_elsewhere(&self) -> bool {
        !self.contact.status.is_closed() && self.contact.with_name.is_none()
    }

    /// Who has it: "you" to oneself.
    pub fn with(&self) -> String {
        if self.contact.holder == Some(self.viewer.id) { "you".to_owned() } else { self.contact.with_words() }
    }

    pub fn received(&self) -> String {
        show_time(self.contact.received)
    }

    pub fn age(&self) -> String {
        age_words(self.contact.received, self.contact.closed.unwrap_or(self.now))
    }

    pub fn due(&self) -> Option<String> {
        self.contact.due.map(|due| due_words(due, self.now))
    }

    pub fn due_date(&self) -> Option<String> {
        self.contact.due.map(show_date)
    }

    pub fn is_late(&self) -> bool {
        self.contact.due.is_some_and(|due| overdue(due, self.now))
    }

    pub fn closed(&self) -> Option<String> {
        self.contact.closed.map(show_time)
    }

    /// Who raised it: for colleagues with the originator's name.
    pub fn raised_by(&self) -> String {
        match &self.contact.originator_name {
            _ if self.contact.originator == self.viewer.id => format!("You, {}", self.contact.raiser),
            Some(name) => format!("{name}, {}", self.contact.raiser),
            None => self.contact.raiser.clone(),
        }
    }

    pub fn reason(&self) -> &str {
        self.contact.closed_reason.as_deref().map(crate::contacts::types::reason).unwrap_or_default()
    }
}
