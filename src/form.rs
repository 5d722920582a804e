//! What a browser sends with a form: read strictly, kept as typed, turned into the room's own struct.
//!
//! Every field is text, cleaned of what can't be seen ([`crate::trade::text`]). A field the form does not have, or the
//! same field twice, is refused before anything happens. Four fields belong to every form: `epoch`, the stamp of its
//! page, which turns away forms drawn before a reset of the trial and those of another account ([`crate::stamp`]),
//! `version`, that of the contact as the page showed it, and `then`, of the button that was pressed: where its person
//! goes on afterwards; and `once`, the key of a page.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use validator::{Validate, ValidationErrors};

use crate::error::AppError;
use crate::seal::{self, Seal};
use crate::session::Viewer;
use crate::stamp::Stamp;
use crate::trade::text::{clean, clean_line, length, says_something};
use crate::trade::words::thousands;
use crate::typed::Typed;

/// The only field that may be sent more than once: the rows ticked in a queue.
pub const TICK: &str = "tick";

/// The key of a page whose form answers the same thing however often it is sent ([`crate::drafts::twice`]). It belongs to no
/// room, and is in no draft.
pub const ONCE: &str = "once";

/// The key of a page whose form is done once, however often it is sent ([`crate::forms::once`]).
const KEY: &str = "key";

/// No form has more fields than a full table of sites at one address.
const MOST_FIELDS: usize = 2_000;

/// A submitted form.
#[derive(Debug)]
pub struct Submitted<T> {
    pub form: T,
    /// as it was typed, to draw the page again
    pub typed: Typed,
    /// version of the contact that the page showed; 0 where the form has none
    pub version: i32,
    /// where to go on once it is done; empty for the usual place
    pub then: String,
    pub ticks: Vec<String>,
    /// digest of all that was sent, if its page gave it a key of its own: sent again it is the same
    pub once: Option<Vec<u8>>,
}

/// A form that is a button alone: it has no field of its own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

impl<T, S> FromRequest<S> for Submitted<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = AppError;

    async fn from_request(request: Request, state: &S) -> Result<Self, AppError> {
        let viewer = request.extensions().get::<Viewer>();
        let epoch = viewer.map(|viewer| viewer.epoch);
        let seal = viewer.map(|viewer| viewer.seal.clone()).unwrap_or_default();
        let path = request.uri().path().to_owned();
        if !is_urlencoded(request.headers()) {
            return Err(AppError::NotAForm);
        }
        let body = Bytes::from_request(request, state).await.map_err(|_| AppError::TooLarge)?;
        decode(&body, epoch, &seal, &path)
    }
}

/// Whether a form was sent the way that all of ours are but those with files.
pub fn is_urlencoded(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.starts_with("application/x-www-form-urlencoded")
}

/// What the page of a form stamped it with: from which data and for whom it was drawn, and the version of the contact as
/// it was shown; empty where there is none.
pub fn stamps(body: &[u8]) -> (Option<Stamp>, String) {
    let value = |name: &str| form_urlencoded::parse(body).find(|(known, _)| known == name).map(|(_, value)| value);
    (value("epoch").and_then(|text| Stamp::read(&text)), value("version").unwrap_or_default().into_owned())
}

/// The version that was shown so on the page of the contact that an address is about; 0 where there is none.
pub fn version_at(seal: &Seal, address: &str, shown: &str) -> i32 {
    let crn = address.strip_prefix("/contacts/").and_then(|rest| rest.split('/').next());
    crn.map_or(0, |crn| seal.open_version(crn, shown))
}

/// Whether it can be a version as a page shows it, or as pages once showed it.
fn is_version(text: &str) -> bool {
    text.len() == seal::VERSION || !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether it may be told from every other form: by the key of its page, or by the version of its contact.
pub fn is_done_once(body: &[u8]) -> bool {
    form_urlencoded::parse(body).any(|(name, value)| match &*name {
        ONCE => !value.is_empty(),
        "version" => value.len() == seal::VERSION,
        _ => false,
    })
}

/// The fields of a form that people fill in, as typed: without the stamps of its page, and never a password.
pub fn pairs(body: &[u8]) -> Result<Vec<(String, String)>, AppError> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for (name, value) in form_urlencoded::parse(body) {
        if matches!(&*name, "epoch" | "version" | "then" | ONCE | TICK) || is_password(&name) {
            continue;
        }
        if pairs.len() >= MOST_FIELDS || name.len() > 100 || name.chars().any(char::is_control) {
            return Err(AppError::does_not_fit());
        }
        pairs.push((name.into_owned(), clean(&value)));
    }
    Ok(pairs)
}

/// The same of a form that was refused, as far as it can be read.
pub fn readable_pairs(body: &[u8]) -> Vec<(String, String)> {
    let parsed = form_urlencoded::parse(body).take(MOST_FIELDS);
    parsed
        .filter(|(name, _)| !matches!(&**name, "epoch" | "version" | ONCE | TICK) && !is_password(name))
        .map(|(name, value)| (clean(&name), clean(&value)))
        .collect()
}

/// Whether the field holds a password, which is taken exactly as typed and never shown or kept.
pub fn is_password(name: &str) -> bool {
    name.contains("password")
}

fn is_untypable(c: char) -> bool {
    c.is_control() && !matches!(c, '\r' | '\n' | '\t')
}

/// Decodes the body of a form that was sent to `path`; `epoch` is that of the data as it stands, for forms that carry one.
pub fn decode<T: DeserializeOwned>(
    body: &[u8],
    epoch: Option<i64>,
    seal: &Seal,
    path: &str,
) -> Result<Submitted<T>, AppError> {
    let mut fields = Map::new();
    let mut typed = Typed::default();
    let mut version = 0;
    let mut then = String::new();
    let mut ticks = Vec::new();
    let (mut once, mut has_once) = (None, false);
    for (place, (name, value)) in form_urlencoded::parse(body).enumerate() {
        if place > MOST_FIELDS {
            return Err(AppError::BadRequest(
                "It has more fields than any page of ours. Nothing has been changed.".into(),
            ));
        }
        if is_password(&name) && value.chars().any(is_untypable) {
            return Err(AppError::BadRequest(
                "The password holds a character that can’t be typed. Nothing has been changed; type it again.".into(),
            ));
        }
        let value = if is_password(&name) { value.replace("\r\n", "\n") } else { clean(&value) };
        match &*name {
            "epoch" => {
                let drawn = Stamp::read(&value).map(|stamp| stamp.epoch);
                if epoch.is_some() && drawn != epoch {
                    return Err(AppError::WasReset);
                }
            }
            "version" => {
                if !is_version(&value) {
                    return Err(AppError::BadRequest("Its version is none that a page has shown.".into()));
                }
                version = version_at(seal, path, &value);
            }
            "then" => then = value,
            ONCE if !has_once => has_once = true,
            TICK => ticks.push(seal.open_tick(&value)),
            _ => {
                if name == KEY {
                    once = Some(Sha256::digest(body).to_vec());
                }
                typed.set(&*name, value.clone());
                if fields.insert(name.into_owned(), Value::String(value)).is_some() {
                    return Err(AppError::BadRequest(
                        "It holds the same field twice. Nothing has been changed.".into(),
                    ));
                }
            }
        }
    }
    let form = serde_json::from_value(Value::Object(fields)).map_err(|error| {
        // up to the first quoted word: that may be what somebody typed
        let why = error.to_string();
        let why = why.split(['`', '"']).next().unwrap_or_default();
        tracing::info!(event = "input_validation_fail", status = 400, why, "a form was refused");
        AppError::does_not_fit()
    })?;
    Ok(Submitted { form, typed, version, then, ticks, once })
}

impl<T: Validate> Submitted<T> {
    /// Checks the form's own rules; what is wrong stands at its field afterwards.
    pub fn is_valid(&mut self) -> bool {
        if let Err(errors) = self.form.validate() {
            note(&mut self.typed, &errors);
        }
        !self.typed.has_errors()
    }
}

/// Puts a validator's messages at their fields, in the order in which the form sent them.
fn note(typed: &mut Typed, errors: &ValidationErrors) {
    let mut wrong: Vec<(String, String)> = errors
        .field_errors()
        .into_iter()
        .filter_map(|(field, errors)| {
            let says = errors.first()?.message.as_ref().map_or("Check this field", |says| says);
            Some((field.to_string(), says.to_owned()))
        })
        .collect();
    wrong.sort_by_key(|(field, _)| typed.place(field));
    for (field, says) in wrong {
        typed.wrong(field, says);
    }
}

/// For a field of one line: single blanks between its words, none around them; nothing for signs alone.
pub fn line<'de, D: serde::Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(from)?;
    Ok(if says_something(&text) { clean_line(&text) } else { String::new() })
}

/// For a field whose text is kept without the blanks around it: a field of blanks, or of signs alone, is empty.
pub fn trimmed<'de, D: serde::Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(from)?;
    Ok(if says_something(&text) { text.trim().to_owned() } else { String::new() })
}

/// The most that a text for people to read may have.
pub fn not_too_long(text: &str) -> Result<(), validator::ValidationError> {
    let length = length(text);
    if length <= 2_000 {
        return Ok(());
    }
    let says = format!("Enter at most 2,000 characters; this has {}", thousands(length as u64));
    Err(validator::ValidationError::new("length").with_message(says.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct One {
        name: String,
    }

    fn sent(body: &str) -> Result<Submitted<One>, AppError> {
        decode(body.as_bytes(), Some(3), &Seal::of(&[7; 32]), "/contacts/C371598927/add")
    }

    #[test]
    fn a_form_is_read_with_its_version() {
        let seal = Seal::of(&[7; 32]);
        let (version, tick) = (seal.version("C371598927", 4), seal.tick("C371598927", 5));
        let read = sent(&format!("name=a%20b&version={version}&epoch=3&tick={tick}")).unwrap();
        assert_eq!((read.form.name.as_str(), read.version, read.typed.value("name")), ("a b", 4, "a b"));
        assert_eq!(read.ticks, ["C371598927.5"]);
        assert_eq!(sent("name=a&version=4").unwrap().version, 0, "of a page that showed it as it is: stale");
    }

    #[test]
    fn a_form_that_does_not_fit_is_refused() {
        for body in ["", "name=a&name=b", "name=a&other=b", "name=a&version=x"] {
            assert!(matches!(sent(body), Err(AppError::BadRequest(_))), "{body}");
        }
    }

    #[test]
    fn text_is_cleaned_before_it_is_looked_at() {
        let read = sent("name=%E2%80%8Ba%0Bb%00c%0D%0Ad").unwrap();
        assert_eq!((read.form.name.as_str(), read.typed.value("name")), ("a\nb c\nd", "a\nb c\nd"));
        assert_eq!(pairs(b"why=%E2%80%AEx&password=y").unwrap(), [("why".to_owned(), "x".to_owned())]);
    }

    #[test]
    fn a_form_from_before_a_reset_is_turned_away() {
        assert!(matches!(sent("name=a&epoch=2"), Err(AppError::WasReset)));
    }
}
