//! `/texts/new` and `/texts/{key}`: a supervisor adds a saved text, changes it, or removes it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use tower_sessions::Session;

use super::list::fields;
use super::{PLACEHOLDERS, SavedText, UsedFor, unknown_placeholder};
use crate::app::App;
use crate::drafts::restore;
use crate::error::{AppError, constraint};
use crate::flash::{self, Flash};
use crate::form::{Submitted, not_too_long, trimmed};
use crate::frame::Frame;
use crate::page;
use crate::secret::token;
use crate::session::{SignedIn, Viewer};
use crate::typed::Typed;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextForm {
    #[serde(default)]
    used_for: String,
    #[serde(default, deserialize_with = "trimmed")]
    title: String,
    #[serde(default, deserialize_with = "trimmed")]
    body: String,
    /// the text as the page showed it
    was: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Removal {
    /// the text as the page showed it
    was: Option<String>,
}

#[derive(Template)]
#[template(path = "texts/edit.html")]
struct EditPage {
    frame: Frame,
    form: Typed,
    fields: Vec<UsedFor>,
    /// none for a new one
    key: Option<String>,
    /// what a colleague has made of it since the form was drawn
    changed: Option<SavedText>,
}

impl EditPage {
    fn address(&self) -> String {
        self.key.as_ref().map_or_else(|| "/texts/new".to_owned(), |key| format!("/texts/{key}"))
    }

    fn choices(&self) -> Vec<(&'static str, &'static str)> {
        self.fields.iter().map(|used_for| (used_for.field(), used_for.label())).collect()
    }

    fn hint(&self) -> String {
        let each = PLACEHOLDERS.map(|(name, stands_for)| format!("{name} for {stands_for}"));
        format!("Filled in when it is used: {}.", each.join(", "))
    }
}

pub async fn new(State(app): State<App>, SignedIn(viewer): SignedIn) -> Result<Response, AppError> {
    let fields = keeper(&viewer)?;
    let mut page = EditPage { frame: frame(&app, &viewer), form: Typed::default(), fields, key: None, changed: None };
    if let [only] = page.fields[..] {
        page.form.set("used_for", only.field());
    }
    let mut tx = app.db.as_viewer(viewer.id).await?;
    restore(&mut tx, &viewer, &mut page.frame, "/texts/new", &mut page.form).await?;
    tx.commit().await?;
    page::ok(&page)
}

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Path(key): Path<String>,
) -> Result<Response, AppError> {
    let fields = keeper(&viewer)?;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let text = one(&mut tx, &viewer, &key).await?;
    let mut page =
        EditPage { frame: frame(&app, &viewer), form: as_saved(&text), fields, key: Some(key), changed: None };
    let address = page.address();
    restore(&mut tx, &viewer, &mut page.frame, &address, &mut page.form).await?;
    tx.commit().await?;
    page::ok(&page)
}

pub async fn add(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    sent: Submitted<TextForm>,
) -> Result<Response, AppError> {
    save(&app, &viewer, &session, None, sent).await
}

pub async fn change(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    Path(key): Path<String>,
    sent: Submitted<TextForm>,
) -> Result<Response, AppError> {
    save(&app, &viewer, &session, Some(key), sent).await
}

pub async fn remove(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    Path(key): Path<String>,
    sent: Submitted<Removal>,
) -> Result<Response, AppError> {
    let fields = keeper(&viewer)?;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let text = to_change(&mut tx, &viewer, &key).await?;
    if is_another(&text, sent.form.was.as_deref()) {
        let form = as_saved(&text);
        let frame = frame(&app, &viewer);
        return page::page(
            StatusCode::CONFLICT,
            &EditPage { frame, form, fields, key: Some(key), changed: Some(text) },
        );
    }
    sqlx::query!("delete from saved_text where key = $1 and organisation_id = $2", text.key, viewer.organisation_id())
        .execute(&mut *tx)
        .await?;
    said(&mut tx, &session, format!("Text “{}” removed", text.title)).await?;
    tx.commit().await?;
    Ok(page::to("/texts"))
}

async fn save(
    app: &App,
    viewer: &Viewer,
    session: &Session,
    key: Option<String>,
    sent: Submitted<TextForm>,
) -> Result<Response, AppError> {
    let fields = keeper(viewer)?;
    let (text, mut form) = (sent.form, sent.typed);
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let there = match &key {
        Some(key) => Some(to_change(&mut tx, viewer, key).await?),
        None => None,
    };
    let changed = there.filter(|there| is_another(there, text.was.as_deref()));
    let used_for = UsedFor::of_field(&text.used_for).filter(|used_for| fields.contains(used_for));
    check(&text, used_for, &mut form);
    if let Some(changed) = changed {
        // sent once more, it is known what it takes the place of
        form.set("was", changed.shown());
        let page = EditPage { frame: frame(app, viewer), form, fields, key, changed: Some(changed) };
        return page::page(StatusCode::CONFLICT, &page);
    }
    if let (Some(used_for), false) = (used_for, form.has_errors()) {
        let saved = sqlx::query!(
            "insert into saved_text (key, organisation_id, used_for, title, body) values ($1, $2, $3, $4, $5)
             on conflict (key) do update set used_for = excluded.used_for, title = excluded.title, body = excluded.body",
            key.clone().unwrap_or_else(token),
            viewer.organisation_id(),
            used_for.field(),
            text.title,
            text.body
        )
        .execute(&mut *tx)
        .await;
        match saved {
            Ok(_) => {
                said(&mut tx, session, format!("Text “{}” saved", text.title)).await?;
                tx.commit().await?;
                return Ok(page::to("/texts"));
            }
            Err(error) if constraint(&error) == Some("a_text_has_its_own_title") => {
                form.wrong("title", "There is a text with this title already");
            }
            Err(error) => return Err(error.into()),
        }
    }
    page::again(&EditPage { frame: frame(app, viewer), form, fields, key, changed: None })
}

fn check(text: &TextForm, used_for: Option<UsedFor>, form: &mut Typed) {
    if used_for.is_none() {
        form.wrong("used_for", "Choose where it is used");
    }
    if !(1..=60).contains(&text.title.chars().count()) {
        form.wrong("title", "Enter a title of at most 60 characters");
    }
    if text.body.is_empty() {
        form.wrong("body", "Enter the text");
    } else if not_too_long(&text.body).is_err() {
        form.wrong("body", "The text must have at most 2,000 characters");
    } else if let Some(word) = unknown_placeholder(&text.body) {
        let known = PLACEHOLDERS.map(|(name, _)| name).join(", ");
        form.wrong("body", format!("{word} is no placeholder. There are {known}"));
    }
}

/// Only a supervisor keeps texts.
fn keeper(viewer: &Viewer) -> Result<Vec<UsedFor>, AppError> {
    if viewer.supervisor {
        fields(viewer)
    } else {
        Err(AppError::Forbidden("Only a supervisor keeps saved texts.".into()))
    }
}

fn frame(app: &App, viewer: &Viewer) -> Frame {
    Frame::new(app, Some(viewer), "/texts")
}

async fn said(tx: &mut sqlx::PgConnection, session: &Session, title: String) -> Result<(), AppError> {
    flash::leave_in(tx, session, &Flash { success: true, title, ..Flash::default() }).await
}

/// The form as it stands in the list.
fn as_saved(text: &SavedText) -> Typed {
    let mut form = Typed::default();
    let was = text.shown();
    let values = [("used_for", text.used_for.field()), ("title", &text.title), ("body", &text.body), ("was", &was)];
    for (field, value) in values {
        form.set(field, value);
    }
    form
}

/// Whether a page showed another text than this.
fn is_another(text: &SavedText, was: Option<&str>) -> bool {
    was.is_some_and(|was| was != text.shown())
}

/// The text as it is now; whoever else would change it waits.
async fn to_change(tx: &mut sqlx::PgConnection, viewer: &Viewer, key: &str) -> Result<SavedText, AppError> {
    sqlx::query!("select from saved_text where key = $1 for update", key).fetch_optional(&mut *tx).await?;
    one(tx, viewer, key).await
}

async fn one(tx: &mut sqlx::PgConnection, viewer: &Viewer, key: &str) -> Result<SavedText, AppError> {
    super::of(tx, viewer, None).await?.into_iter().find(|text| text.key == key).ok_or(AppError::NotFound)
}
