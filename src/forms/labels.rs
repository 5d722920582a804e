//! What was typed into a form, for people to read and copy: under the labels of its page, in words, and nothing that they
//! did not see there. Templates have the labels too; a test holds them together.

use super::fields::{TypedField, input, says_something};
use crate::contacts::fields::Field;
use crate::contacts::types::{ContactType, reason};

/// Where a field is sent to (the address begins so), its name, and its label there.
#[rustfmt::skip]
pub const LABELS: &[(&str, &str, &str)] = &[
    ("/sign-in", "account", "Account name"),
    ("/sign-in", "sitting", "Who is using this account?"),
    ("/feedback", "about", "What is it about?"),
    ("/feedback", "says", "What happened, or what would you like?"),
    ("/feedback", "may_ask", "You may ask me about this"),
    ("/people/", "name", "Name"),
    ("/people/", "account", "Account name"),
    ("/people/", "email", "E-mail address"),
    ("/people/", "supervisor", "Supervisor"),
    ("/people/", "security_officer", "Local Security Officer"),
    ("/contacts/", "question", "Question"),
    ("/contacts/", "reason", "Reason"),
    ("/contacts/", "remarks", "Remarks"),
    ("/contacts/", "remark", "Remark"),
    ("/contacts/", "look_at", "What to look at"),
    ("/contacts/", "answer", "Answer"),
    ("/contacts/", "note", "New note"),
    ("/queues/", "question", "Question"),
    ("/queues/", "reason", "Reason"),
    ("/queues/", "remarks", "Remarks"),
    ("/queues/", "filter_name", "Name"),
    ("/queues/", "shared", "For my organisation"),
    ("/queues/", "opens", "Open the queue with it"),
    ("/bulk/", "count_prefix", "Word in front"),
    ("/bulk/", "count_from", "From"),
    ("/bulk/", "count_to", "To"),
    ("/bulk/", "pasted", "Paste rows here"),
    ("/texts/", "used_for", "Where it is used"),
    ("/texts/", "title", "Title"),
    ("/texts/", "body", "Text"),
    ("/workload/", "how_many", "How many"),
    ("/workload/", "note", "Note"),
    ("/workload/", "until", "Covers until"),
    ("/trial/announcements", "says", "Announcement"),
    ("/trial/announcements", "from", "From"),
    ("/trial/announcements", "until", "Until"),
    ("/trial/top-up", "queue", "Queue"),
    ("/trial/top-up", "how_many", "How many"),
    ("/trial/reset", "confirm", "Type RESET to confirm"),
    ("/trial/feedback", "about", "Kind"),
    ("/trial/feedback", "state", "State"),
    ("/trial/feedback", "words", "Words"),
    ("/trial/feedback", "reply", "Reply, which the account sees"),
];

/// Hidden fields and buttons of our pages.
#[rustfmt::skip]
const UNSEEN: &[&str] = &[
    "act", "choice", "clear", "close", "epoch", "id", "is_invented", "is_sure", "key", "knows_last", "line", "notices", "once",
    "session", "shortcuts", "show", "size", "sort", "then", "tick", "version", "view", "was", "what",
];
/// The same, where another page has a field of that name that people see.
const UNSEEN_THERE: &[(&str, &str)] =
    &[("/people/requests/", "answer"), ("/announcements/", "says"), ("/queues/", "until")];
/// Fields in which one of several is chosen: the word that is sent is the one that is read.
const CHOICES: &[&str] = &["about", "state", "used_for"];

/// The label of a field that people see on the page whose form is sent to this path.
fn label_on(path: &str, name: &str) -> Option<&'static str> {
    LABELS.iter().find(|(at, known, _)| *known == name && path.starts_with(at)).map(|(.., label)| *label)
}

/// Whether people see the field on the page whose form is sent to this path.
pub fn is_seen(path: &str, name: &str) -> bool {
    let is_unseen = UNSEEN.contains(&name)
        || UNSEEN_THERE.iter().any(|(at, known)| *known == name && path.starts_with(at))
        || !says_something(name);
    label_on(path, name).is_some() || input(name).is_some() || !is_unseen
}

/// What was typed into the form that was sent to this path: not what stands in it by itself, nor the numbers by which it
/// names people and organisations.
pub fn typed(path: &str, fields: &[(String, String)]) -> Vec<TypedField> {
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    fields
        .iter()
        .filter(|(name, text)| {
            let is_named = label_on(path, name).is_some() || input(name).is_some();
            is_seen(path, name) && !text.trim().is_empty() && (is_named || !is_number(text))
        })
        .map(|(name, text)| match (label_on(path, name), input(name)) {
            (None, Some(input)) => TypedField { label: label(name), text: input.shown(&input.fixed(text)) },
            (known, _) => {
                let label = known.map_or_else(|| label(name), str::to_owned);
                TypedField { label, text: in_words(name, text) }
            }
        })
        .collect()
}

/// What was typed, or what was chosen as it is read.
fn in_words(name: &str, text: &str) -> String {
    match name {
        "reason" => reason(text).to_owned(),
        name if CHOICES.contains(&name) => label(text),
        _ if text == "yes" => "Yes".to_owned(),
        _ => text.to_owned(),
    }
}

/// The label of a field or a question, else its name in words.
pub fn label(name: &str) -> String {
    if let Some(field) = Field::parse(name) {
        return field.label().to_owned();
    }
    let mut questions = ContactType::ALL.iter().flat_map(|known| known.spec().questions());
    if let Some(question) = questions.find(|question| question.name == name) {
        return question.label.to_owned();
    }
    if name == "look_at" {
        return "What to look at".to_owned();
    }
    let mut words = name.replace('_', " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}
