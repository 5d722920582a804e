//! The fields of our forms: which hold what people typed, and what a form is called after them.

use serde_json::{Map, Value};

use crate::contacts::fields::{Field, Input};
use crate::contacts::lifecycle::Action;
use crate::contacts::types::ContactType;
use crate::error::AppError;
use crate::trade::site_line::first_line;

/// Names and values of a form's fields as typed, in the order of the form.
pub type Fields = Vec<(String, String)>;

/// Fields that say nothing by themselves: keys, places, choices that are made beforehand, and the address finder's.
#[rustfmt::skip]
const NOTHING: &[&str] = &[
    "key", "type", "psc_of", "rows", "go", "count_field", "page", "back", "shown", "was", "seen", "from", "how_many", "find",
    "find_postcode", "find_words", "find_choice", "next", "parked", "as", "form",
];
/// Fields of other forms that hold no words.
const NO_WORDS: &[&str] = &["until"];

/// Whether nothing stands in the form that anybody typed or chose.
pub fn is_empty(fields: &[(String, String)]) -> bool {
    fields.iter().all(|(name, value)| value.trim().is_empty() || !says_something(name))
}

/// Whether the field says something by itself to people who read it.
pub fn says_something(name: &str) -> bool {
    !NOTHING.contains(&name)
}

/// Whether people type words into this field, so that a telephone number or an MPRN may stand among them.
pub fn is_free_text(name: &str) -> bool {
    match input(name) {
        Some(input) => input.is_free_text() || input.holds_mprns(),
        None => !NOTHING.contains(&name) && !NO_WORDS.contains(&name),
    }
}

/// Whether the field holds nothing but MPRNs.
pub fn holds_mprns(name: &str) -> bool {
    input(name).is_some_and(Input::holds_mprns)
}

/// How a field of a contact type, or a question that one asks, is typed.
pub fn input(name: &str) -> Option<Input> {
    let mut questions = ContactType::ALL.iter().flat_map(|known| known.spec().questions());
    let asked = questions.find(|question| question.name == name).map(|question| question.input);
    Field::parse(name).map(Field::input).or(asked)
}

/// A field as it was typed, for people to read and copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedField {
    pub label: String,
    pub text: String,
}

/// A form with fields that are not ours, or too many, is not our form.
pub fn only_known_fields(fields: &Map<String, Value>, is_known: impl Fn(&str) -> bool) -> Result<(), AppError> {
    if fields.keys().all(|name| is_known(name)) {
        return Ok(());
    }
    Err(AppError::unknown_field("Nothing has been changed; open the page again."))
}

pub(super) fn log_title(fields: &[(String, String)]) -> String {
    let old = value(fields, "psc_of");
    let what = if old.is_empty() { Action::Log.label().to_owned() } else { format!("Log PSC of {old}") };
    let parts = ["sub_building_name", "building_name", "building_number", "plot_number", "street"];
    let first = first_line(&parts.map(|name| value(fields, name)));
    let lines = [first.trim(), value(fields, "postcode").trim()];
    let site = lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join(", ");
    if site.is_empty() { what } else { format!("{what}: {site}") }
}

pub(super) fn sites_title(fields: &[(String, String)]) -> String {
    let place = [value(fields, "street"), value(fields, "postcode")].join(" ");
    if place.trim().is_empty() {
        return "Log several sites".to_owned();
    }
    format!("Log several sites: {}", place.trim())
}

pub(super) fn value<'a>(fields: &'a [(String, String)], name: &str) -> &'a str {
    fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
}
