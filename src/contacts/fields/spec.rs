//! What a contact type is, as one value: all that pages, files, rules and tables ask of it.
//!
//! A member left out does not compile. What is not here, a contact shares with every other, whatever its type.

use super::field::Field;
use super::outcome::OutcomeForm;
use super::question::Question;
use super::reason::Reason;
use super::rule::Rule;
use super::{Details, own, site};
use crate::download::Cell;
use crate::trade::likeness::Site;

/// A contact type. The values of one stand in its own folder, `contacts/types/{slug}`.
#[derive(Debug)]
pub struct Spec {
    /// as the industry writes it, and as it is stored: "MNC"
    pub code: &'static str,
    /// the file type of an answer in the manner of UK Link: "MNR"
    pub answer_code: &'static str,
    /// as addresses have it: "mnc"
    pub slug: &'static str,
    /// "`MNumber` creation"
    pub name: &'static str,
    /// the sentence above its form
    pub asks: &'static str,
    /// what it asks for, after "An MNC …", for the guide
    pub guide: &'static str,
    pub sections: &'static [Section],
    /// fields that are needed
    pub needed: &'static [Field],
    /// fields that few fill in: the form keeps them closed until they hold something
    pub more: &'static [Field],
    /// how its field [`Field::Why`] is called
    pub why: Why,
    /// lists that types share and its own
    pub rules: &'static [&'static [Rule]],
    /// why one of it is closed as invalid, in the order of the list
    pub reasons: &'static [Reason],
    /// what the network answers to a site visit, by fieldset
    pub visit: &'static [Fieldset],
    /// what the raiser has said of what a question of the visit found; nothing where the two say nothing of each other
    pub said: fn(question: &str, found: &str, &Details) -> Option<Said>,
    /// what resolving it as valid asks
    pub outcome: OutcomeForm,
    /// the columns of the table where many are logged by form; all other fields stand above it
    pub table: &'static [Field],
    /// its own columns in a file of contacts: title, and the cell of each
    pub columns: &'static [Column],
    /// what may be the same as one of it
    pub duplicates_by: fn(&Details) -> Sought<'_>,
}

/// A fieldset of the form.
#[derive(Debug)]
pub struct Section {
    pub title: &'static str,
    pub hint: &'static str,
    pub fields: &'static [Field],
}

/// How the field "why" is called by the raiser and by everybody else.
#[derive(Debug)]
pub struct Why {
    pub label: &'static str,
    pub to_others: &'static str,
}

/// Questions that are answered together.
#[derive(Debug)]
pub struct Fieldset {
    pub title: &'static str,
    pub questions: &'static [Question],
}

/// What the raiser has said, beside what a visit found.
#[derive(Debug, Default)]
pub struct Said {
    pub words: String,
    /// the two can't both be right
    pub differs: bool,
}

/// A column of a file.
#[derive(Debug)]
pub struct Column {
    pub title: &'static str,
    pub cell: fn(&Details) -> Cell,
}

/// By what possible duplicates are looked for.
#[derive(Debug)]
pub struct Sought<'a> {
    pub site: Site<'a>,
    /// empty for none
    pub serial: &'a str,
}

impl Section {
    /// Whether it is the address of the site, which has the finder and its zone.
    pub fn is_site(&self) -> bool {
        self.title == site::SECTION.title
    }

    /// Whether it is the raiser's own reference and the site contact.
    pub fn is_own(&self) -> bool {
        self.title == own::SECTION.title
    }
}

impl Spec {
    /// Its fields, in the order of the form.
    pub fn fields(&self) -> impl Iterator<Item = Field> + use<> {
        let sections = self.sections;
        sections.iter().flat_map(|section| section.fields.iter().copied())
    }

    pub fn has(&self, field: Field) -> bool {
        self.fields().any(|known| known == field)
    }

    /// The field of this name, if this type has it.
    pub fn field(&self, name: &str) -> Option<Field> {
        Field::parse(name).filter(|field| self.has(*field))
    }

    pub fn label(&self, field: &Field) -> &'static str {
        if *field == Field::Why { self.why.label } else { field.label() }
    }

    /// Whether nothing else asks for the field: not needed by itself, nor one of several of which one is.
    pub fn is_optional(&self, field: Field) -> bool {
        !self.needed.contains(&field) && !site::ONE_OF.contains(&field)
    }

    /// Whether the form says "(optional)" beside it. The hint of the reason for an address by hand says it better.
    pub fn is_marked_optional(&self, field: &Field) -> bool {
        self.is_optional(*field) && *field != Field::ByHand
    }

    pub fn visit_questions(&self) -> impl Iterator<Item = &'static Question> + use<> {
        let form = self.visit;
        form.iter().flat_map(|fieldset| fieldset.questions)
    }

    /// Every question that is asked while one of it lives.
    pub fn questions(&self) -> impl Iterator<Item = &'static Question> + use<> {
        let outcome = self.outcome.questions;
        self.visit_questions().chain(outcome)
    }

    pub fn rules(&self) -> impl Iterator<Item = &'static Rule> + use<> {
        let lists = self.rules;
        lists.iter().flat_map(|list| list.iter())
    }

    /// "MNC, `MNumber` creation".
    pub fn title(&self) -> String {
        format!("{}, {}", self.code, self.name)
    }
}
