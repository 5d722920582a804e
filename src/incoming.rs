//! What comes in is cleaned once, before anything reads it: the values of a query and of a form ([`crate::trade::text`]),
//! and days that are said in words are made dates. Passwords are left as they were typed.
//!
//! A form's bytes are kept beside the request, so that a page that refuses can show what was typed.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::uri::PathAndQuery;
use axum::http::{Method, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use form_urlencoded::Serializer;
use http_body_util::LengthLimitError;
use time::Date;

use crate::app::App;
use crate::contacts::fields::Input;
use crate::deadlines::{has_cause, is_too_slow};
use crate::error::AppError;
use crate::form::{is_password, is_urlencoded};
use crate::forms;
use crate::trade::day_words::whole_date;
use crate::trade::text::clean;
use crate::trade::working_time::london_date;

/// The most bytes of a form that are read: more than any of ours may have, so that one that is too long is shown again.
const MOST_READ: usize = 1024 * 1024;

/// The form that came with a request.
#[derive(Debug, Clone)]
pub enum SentBody {
    /// cleaned, encoded again
    Form(Bytes),
    /// not written in UTF-8, in which all our pages are
    Unreadable(Bytes),
    TooLarge,
    TooSlow,
    /// broke off, or is not framed as HTTP says
    Broken,
}

/// Cleans what a request brings and notes its form.
pub async fn clean_request(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let today = london_date(app.clock.now());
    if let Some(uri) = plain_uri(request.uri()) {
        *request.uri_mut() = uri;
    }
    if let Some(uri) = request.uri().query().and_then(|query| cleaned_uri(request.uri(), query, today)) {
        *request.uri_mut() = uri;
    }
    if request.method() != Method::POST || !is_urlencoded(request.headers()) {
        return next.run(request).await;
    }
    let path = request.uri().path().to_owned();
    let (mut parts, body) = request.into_parts();
    let (sent, body) = match to_bytes(body, MOST_READ).await {
        Ok(bytes) if pairs(&bytes).any(|(name, value)| name.is_err() || value.is_err()) => {
            (SentBody::Unreadable(bytes), Bytes::new())
        }
        Ok(bytes) => {
            let bytes = cleaned_form(&bytes, &path, today).unwrap_or(bytes);
            (SentBody::Form(bytes.clone()), bytes)
        }
        Err(error) if is_too_slow(&error) => (SentBody::TooSlow, Bytes::new()),
        Err(error) if has_cause::<LengthLimitError>(&error) => (SentBody::TooLarge, Bytes::new()),
        Err(_) => (SentBody::Broken, Bytes::new()),
    };
    parts.headers.remove(axum::http::header::CONTENT_LENGTH);
    parts.extensions.insert(sent);
    next.run(Request::from_parts(parts, Body::from(body))).await
}

/// Refuses a form of which too little can be read to look at it.
pub async fn refuse_unreadable(request: Request, next: Next) -> Response {
    let has_control = |text: String| text.chars().any(char::is_control);
    if decoded(request.uri().path().as_bytes()).map_or(true, has_control) {
        return AppError::BadAddress(
            "It holds a character that can’t be typed. Check the address, or start from the home page.".into(),
        )
        .into_response();
    }
    match request.extensions().get::<SentBody>() {
        Some(SentBody::TooLarge) => AppError::TooLarge.into_response(),
        Some(SentBody::TooSlow) => AppError::TooSlow(
            "The form did not arrive within half a minute. Nothing has been changed; go back and send it again.".into(),
        )
        .into_response(),
        Some(SentBody::Broken) => AppError::BadRequest(
            "The form did not arrive whole. Nothing has been changed; go back and send it again.".into(),
        )
        .into_response(),
        Some(SentBody::Unreadable(_)) => AppError::BadRequest(
            "Its text is not written in UTF-8, as our pages send it. Nothing has been changed; open the page again."
                .into(),
        )
        .into_response(),
        Some(SentBody::Form(_)) | None => next.run(request).await,
    }
}

/// The address with its path as our pages write it: what needs no escape has none, so that whoever compares a path sees what its
/// page sees. `None` if there is nothing to take back, or an escape is none.
fn plain_uri(uri: &Uri) -> Option<Uri> {
    let path = uri.path();
    let mut parts = path.split('%');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let byte = u8::from_str_radix(part.get(..2).filter(|digits| !digits.starts_with('+'))?, 16).ok()?;
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            plain.push(char::from(byte));
            plain.push_str(&part[2..]);
        } else {
            plain.push('%');
            plain.push_str(part);
        }
    }
    if plain == path {
        return None;
    }
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(format!("{plain}{query}")).ok()?);
    Uri::from_parts(parts).ok()
}

/// The address with its values cleaned, blanks in place of line breaks; `None` if there is nothing to clean. What is not
/// UTF-8 was written by an old program, in Windows-1252.
fn cleaned_uri(uri: &Uri, query: &str, today: Date) -> Option<Uri> {
    let of_a_list = uri.path().starts_with("/queues/");
    let mut changed = false;
    let mut kept: Vec<(String, String)> = Vec::new();
    for (name, value) in pairs(query.as_bytes()) {
        changed |= name.is_err() || value.is_err();
        let (name, value) = (name.unwrap_or_else(|bytes| latin(&bytes)), value.unwrap_or_else(|bytes| latin(&bytes)));
        let known = clean(&name);
        changed |= known != name;
        let name = known;
        let mut cleaned = clean(&value).replace(['\n', '\t'], " ");
        if of_a_list && matches!(&*name, "from" | "to") {
            cleaned = whole_date(&cleaned, today, false);
        }
        changed |= cleaned != value;
        kept.push((name, cleaned));
    }
    if !changed {
        return None;
    }
    let query = Serializer::new(String::new()).extend_pairs(kept).finish();
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(format!("{}?{query}", uri.path())).ok()?);
    Uri::from_parts(parts).ok()
}

/// The form with its values cleaned; `None` if there is nothing to clean.
fn cleaned_form(body: &[u8], path: &str, today: Date) -> Option<Bytes> {
    let mut changed = false;
    let kept: Vec<(String, String)> = form_urlencoded::parse(body)
        .map(|(name, value)| {
            let cleaned = if is_password(&name) { value.clone().into_owned() } else { clean(&value) };
            // what is half typed stays so
            let cleaned = if path == "/drafts" { cleaned } else { with_date(path, &name, cleaned, today) };
            let known = clean(&name);
            changed |= cleaned != value || known != name;
            (known, cleaned)
        })
        .collect();
    changed.then(|| Serializer::new(String::new()).extend_pairs(kept).finish().into())
}

fn with_date(path: &str, name: &str, value: String, today: Date) -> String {
    let is_past = matches!(forms::input(name), Some(Input::Date));
    let is_ahead = name == "until" || (name == "from" && path == "/trial/announcements");
    if is_past || is_ahead { whole_date(&value, today, is_ahead) } else { value }
}

type Decoded = Result<String, Vec<u8>>;

/// Names and values, each as text or else as its bytes.
fn pairs(encoded: &[u8]) -> impl Iterator<Item = (Decoded, Decoded)> {
    encoded.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).map(|pair| {
        let at = pair.iter().position(|byte| *byte == b'=');
        let (name, value) = at.map_or((pair, &[][..]), |at| (&pair[..at], &pair[at + 1..]));
        (decoded(name), decoded(value))
    })
}

fn decoded(encoded: &[u8]) -> Decoded {
    let digit = |at: usize| encoded.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut at = 0;
    while at < encoded.len() {
        match (encoded[at], digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(u8::try_from(high * 16 + low).unwrap_or_default());
                at += 2;
            }
            (b'+', ..) => bytes.push(b' '),
            (byte, ..) => bytes.push(byte),
        }
        at += 1;
    }
    String::from_utf8(bytes).map_err(std::string::FromUtf8Error::into_bytes)
}

fn latin(bytes: &[u8]) -> String {
    encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned()
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    const TODAY: Date = date!(2026 - 11 - 26);

    #[test]
    fn a_path_has_no_escape_that_it_does_not_need() {
        let plain = |text: &str| plain_uri(&text.parse().unwrap()).map(|uri| uri.to_string());
        for (written, read) in [
            ("/queues/r%61ised/export.csv?q=%61", Some("/queues/raised/export.csv?q=%61")),
            ("/contacts/%43371598927", Some("/contacts/C371598927")),
            ("/workload/a%2eb%2Fc", Some("/workload/a.b%2Fc")),
            ("/workload/a%2541", None),
            ("/workload/a%4%31", None),
            ("/workload/%C3%A9%+1", None),
            ("/workload/a%", None),
            ("/queues/raised?q=%61", None),
        ] {
            assert_eq!(plain(written).as_deref(), read, "{written}");
        }
    }

    #[test]
    fn an_address_is_cleaned_only_where_it_has_to_be() {
        let cleaned = |text: &str| {
            let uri: Uri = text.parse().unwrap();
            cleaned_uri(&uri, uri.query().unwrap(), TODAY).map(|uri| uri.to_string())
        };
        assert_eq!(cleaned("/search?q=2-4%09Ferry+Lane").unwrap(), "/search?q=2-4+Ferry+Lane");
        assert_eq!(cleaned("/search?q=%00%E2%80%8B").unwrap(), "/search?q=+");
        assert_eq!(cleaned("/search?q=caf%E9").unwrap(), "/search?q=caf%C3%A9");
        assert_eq!(cleaned("/queues/mine?from=yesterday").unwrap(), "/queues/mine?from=25%2F11%2F2026");
        assert_eq!(cleaned("/search?q=Moss+Lane&x"), None);
    }

    #[test]
    fn a_form_is_cleaned_but_for_its_passwords() {
        let cleaned = |body: &str, path: &str| cleaned_form(body.as_bytes(), path, TODAY);
        let body = "why=a%0Bb%0D%0Ac&password=%E2%80%8Ba&reading_date=today&until=24%2F11";
        assert_eq!(
            cleaned(body, "/x").unwrap(),
            "why=a%0Ab%0Ac&password=%E2%80%8Ba&reading_date=26%2F11%2F2026&until=24%2F11%2F2027"
        );
        assert_eq!(cleaned("reading_date=today", "/drafts"), None);
        assert_eq!(cleaned("a=b&c=+d", "/x"), None);
    }
}
