//! The 409 page: somebody acted on the contact since the form was drawn. It says what was done and when, keeps
//! everything that was typed, and offers what is possible now.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use sqlx::PgConnection;

use crate::app::App;
use crate::contacts::Contact;
use crate::contacts::fields::{Field, Spec};
use crate::contacts::history::{self, Line};
use crate::contacts::lifecycle::Action;
use crate::error::AppError;
use crate::forms::{input, label, says_something};
use crate::frame::Frame;
use crate::page;
use crate::people::active_colleagues;
use crate::session::Viewer;
use crate::typed::Typed;

#[derive(Template)]
#[template(path = "contacts/act/changed.html")]
struct Changed {
    frame: Frame,
    contact: Contact,
    action: Action,
    since: Vec<Line>,
    typed: Vec<(String, String)>,
    /// the same form once more, on the contact as it stands now
    again: bool,
    offers: Vec<Action>,
}

impl Changed {
    /// Other actions with a form of their own.
    fn others(&self) -> impl Iterator<Item = &Action> {
        self.offers
            .iter()
            .filter(|offer| **offer != self.action && !matches!(offer, Action::Return | Action::Log | Action::Note))
    }
}

/// The page for an attempt that came too late; `since` is the version that the form was drawn from, if
/// there was one.
pub async fn page(
    app: &App,
    tx: &mut PgConnection,
    viewer: &Viewer,
    crn: &str,
    since: Option<i32>,
    action: Action,
    typed: &Typed,
) -> Result<Response, AppError> {
    let (contact, extras) = Contact::seen_whole(tx, viewer, crn).await?;
    let lines = history::lines(&contact, extras, since.unwrap_or(contact.version))?;
    let offers = contact.offers(viewer);
    tracing::info!(crn = contact.crn, action = action.slug(), "an action came too late");
    let typed = shown(tx, viewer, typed, contact.details.spec).await?;
    let view = Changed {
        frame: Frame::new(app, Some(viewer), &contact.path()),
        contact,
        action,
        since: lines,
        typed,
        again: offers.contains(&action),
        offers,
    };
    page::page(StatusCode::CONFLICT, &view)
}

/// What was typed, under the labels of its form, with names and words in place of numbers and codes.
async fn shown(
    tx: &mut PgConnection,
    viewer: &Viewer,
    typed: &Typed,
    spec: &Spec,
) -> Result<Vec<(String, String)>, AppError> {
    let mut shown = Vec::new();
    for (name, value) in typed.filled().filter(|(name, _)| says_something(name)) {
        let known = match name {
            "colleague" => colleague(tx, viewer, value).await?,
            "network" => network(tx, value).await?,
            "reason" => spec.reasons.iter().find(|(code, _)| *code == value).map(|(_, text)| (*text).to_owned()),
            _ => input(name).map(|input| input.shown(&input.fixed(value))),
        };
        shown.push((in_words(name, spec), known.unwrap_or_else(|| value.to_owned())));
    }
    Ok(shown)
}

async fn colleague(tx: &mut PgConnection, viewer: &Viewer, code: &str) -> Result<Option<String>, AppError> {
    let colleagues = active_colleagues(tx, viewer).await?;
    Ok(colleagues.into_iter().find(|known| known.code == code).map(|known| known.name))
}

async fn network(tx: &mut PgConnection, code: &str) -> Result<Option<String>, AppError> {
    let name = sqlx::query_scalar!("select name from organisation where code = $1 and party = 'network'", code);
    Ok(name.fetch_optional(tx).await?)
}

/// A field's label, for one that is not on the screen any more.
pub fn in_words(name: &str, spec: &Spec) -> String {
    if let Some(field) = Field::parse(name) {
        return spec.label(&field).to_owned();
    }
    if name == "sure" {
        return spec.outcome.sure.to_owned();
    }
    label(name)
}
