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
use crate::frame::Frame;
use crate::page;
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
        self.offers.iter().filter(|offer| **offer != self.action && !matches!(offer, Action::Return | Action::Log))
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
    let spec = contact.details.spec;
    let view = Changed {
        frame: Frame::new(app, Some(viewer), &contact.path()),
        contact,
        action,
        since: lines,
        typed: typed.filled().map(|(name, value)| (in_words(name, spec), value.to_owned())).collect(),
        again: offers.contains(&action),
        offers,
    };
    page::page(StatusCode::CONFLICT, &view)
}

/// A field's label, for one that is not on the screen any more.
pub fn in_words(name: &str, spec: &Spec) -> String {
    if let Some(field) = Field::parse(name) {
        return spec.label(&field).to_owned();
    }
    let mut words = name.replace('_', " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}
