//! In a trial nothing may be real. Where a form holds what looks real, its person is asked, politely and once: an
//! interruption page between the form and its room. Confirmed, the same value is not asked about again in the session.

use askama::Template;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tower_sessions::Session;

use crate::app::App;
use crate::contacts::fields::Field;
use crate::contacts::fields::Spec;
use crate::contacts::fields::rule::Severity;
use crate::contacts::types::ContactType;
use crate::error::AppError;
use crate::form;
use crate::forms::{Form, holds_mprns, is_free_text, longest};
use crate::frame::Frame;
use crate::page;
use crate::session::Viewer;
use crate::trade::reality::{self, Doubt};

/// Key in the session under which confirmed values are kept.
const CONFIRMED: &str = "invented";
/// The field that the page's button sends.
const BUTTON: &str = "is_invented";

#[derive(Template)]
#[template(path = "trial/invented.html")]
struct InventedPage {
    frame: Frame,
    doubts: Vec<Doubtful>,
    /// where the form goes, and everything that it sent
    action: String,
    fields: Vec<(String, String)>,
    back: String,
}

/// What looks real, where, and by which rule of the form.
struct Doubtful {
    field: String,
    rule: Option<u16>,
    doubt: Doubt,
}

/// Round the rooms, in a trial only.
pub async fn ask(State(app): State<App>, session: Session, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let viewer = request.extensions().get::<Viewer>().cloned();
    let (Some(viewer), true) =
        (viewer, request.method() == Method::POST && form::is_urlencoded(request.headers()) && app.config.is_trial())
    else {
        return next.run(request).await;
    };
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, longest(&path)).await else { return AppError::TooLarge.into_response() };
    let form = form::pairs(&body).ok().and_then(|fields| Some((Form::sent_to(&path, &fields)?, fields)));
    // the address finder only looks
    let asks = |form: &Form| form.is_text() && !path.ends_with("/find");
    let Some((form, fields)) = form.filter(|(form, _)| asks(form)) else {
        return next.run(Request::from_parts(parts, Body::from(body))).await;
    };
    match asked(&app, &viewer, &session, &path, &form, &fields, &body).await {
        Ok(Some(page)) => page,
        Ok(None) => next.run(Request::from_parts(parts, Body::from(without_button(&body)))).await,
        Err(error) => error.into_response(),
    }
}

/// The page that asks, if there is anything left to ask about.
async fn asked(
    app: &App,
    viewer: &Viewer,
    session: &Session,
    path: &str,
    form: &Form,
    fields: &[(String, String)],
    body: &[u8],
) -> Result<Option<Response>, AppError> {
    let mut doubts = doubtful(form.contact_type().unwrap_or(ContactType::ALL[0]).spec(), fields);
    if doubts.is_empty() {
        return Ok(None);
    }
    let mut confirmed: Vec<String> = session.get(CONFIRMED).await?.unwrap_or_default();
    doubts.retain(|doubtful| !confirmed.contains(&doubtful.doubt.to_string()));
    if doubts.is_empty() {
        return Ok(None);
    }
    if fields.iter().any(|(name, _)| name == BUTTON) {
        confirmed.extend(doubts.iter().map(|doubtful| doubtful.doubt.to_string()));
        // the latest hundred
        confirmed.drain(..confirmed.len().saturating_sub(100));
        session.insert(CONFIRMED, confirmed).await?;
        return Ok(None);
    }
    let view = InventedPage {
        frame: Frame::new(app, Some(viewer), path),
        doubts,
        action: path.to_owned(),
        fields: form_urlencoded::parse(body).into_owned().collect(),
        back: form.address(),
    };
    page::ok(&view).map(Some)
}

fn doubtful(spec: &Spec, fields: &[(String, String)]) -> Vec<Doubtful> {
    let mut found: Vec<Doubtful> = Vec::new();
    for (name, value) in fields.iter().filter(|(name, _)| is_free_text(name)) {
        let doubts = if holds_mprns(name) {
            crate::contacts::fields::input::mprns(value).filter_map(reality::mprn).collect()
        } else {
            reality::doubts(value)
        };
        let field = Field::parse(name);
        let rule = ContactType::ALL
            .iter()
            .flat_map(|known| known.spec().rules())
            .find(|rule| rule.severity == Severity::Ask && Some(rule.field) == field)
            .map(|rule| rule.number);
        for doubt in doubts {
            if !found.iter().any(|known| known.doubt == doubt) {
                found.push(Doubtful { field: crate::contacts::act::changed::in_words(name, spec), rule, doubt });
            }
        }
    }
    found
}

/// The form as its room knows it.
fn without_button(body: &[u8]) -> Vec<u8> {
    let pairs = form_urlencoded::parse(body).filter(|(name, _)| name != BUTTON);
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish().into_bytes()
}
