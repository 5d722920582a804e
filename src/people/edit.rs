//! `/people/{account}`: changes an account. Its page and its form serve those who are added too.

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use tower_sessions::Session;
use validator::{Validate, ValidateEmail};

use super::command::LINK_HOURS;
use super::last;
use super::list::{Colleague, colleagues, officer};
use super::merge::{merge, typed};
use super::requests::{Set, pending, set_roles};
use super::sign_in::note;
use crate::app::App;
use crate::drafts::restore;
use crate::error::{AppError, constraint};
use crate::flash::{self, Flash};
use crate::form::{Submitted, line};
use crate::frame::Frame;
use crate::page;
use crate::secret::{token, token_hash};
use crate::session::{SignedIn, Viewer};
use crate::source::Client;
use crate::typed::Typed;

#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct PersonForm {
    #[serde(default, deserialize_with = "line")]
    #[validate(length(min = 1, max = 100, message = "Enter a name of at most 100 characters"))]
    pub name: String,
    /// only when adding: an account keeps its name
    #[serde(default, deserialize_with = "line")]
    pub account: String,
    #[serde(default, deserialize_with = "line")]
    #[validate(custom(function = "email_or_nothing"))]
    email: String,
    #[serde(default)]
    supervisor: String,
    #[serde(default)]
    security_officer: String,
    /// what the page showed: the merge reads it
    #[serde(default, rename = "was")]
    _was: String,
    /// the organisation is left without a supervisor, and that is known
    #[serde(default)]
    knows_last: String,
    /// of its page: the same form is done once
    #[serde(default, rename = "key")]
    _key: String,
}

impl PersonForm {
    /// Supervisor and security officer, as ticked.
    pub fn roles(&self) -> (bool, bool) {
        (self.supervisor == "yes", self.security_officer == "yes")
    }

    /// What is to be stored after all.
    fn take(&mut self, typed: &Typed) {
        for (field, name) in [
            (&mut self.name, "name"),
            (&mut self.email, "email"),
            (&mut self.supervisor, "supervisor"),
            (&mut self.security_officer, "security_officer"),
        ] {
            typed.value(name).clone_into(field);
        }
    }
}

#[derive(Template)]
#[template(path = "people/edit.html")]
struct EditPage {
    frame: Frame,
    form: Typed,
    person: Option<Colleague>,
    is_self: bool,
    link: Option<String>,
    waits: Option<(String, String)>,
}

/// What the page of a person shows.
#[derive(Default)]
pub struct Shown {
    pub form: Typed,
    /// none while somebody is being added
    pub person: Option<Colleague>,
    /// shown once, here and nowhere else
    pub link: Option<String>,
    /// new roles, and until when they wait for a yes
    pub waits: Option<(String, String)>,
    /// what was just done
    pub says: Option<Flash>,
}

fn email_or_nothing(email: &str) -> Result<(), validator::ValidationError> {
    if email.is_empty() || (email.len() <= 100 && email.validate_email()) {
        return Ok(());
    }
    Err(validator::ValidationError::new("email")
        .with_message("Enter an e-mail address such as name@example.com, or nothing".into()))
}

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    Path(account): Path<String>,
) -> Result<Response, AppError> {
    officer(&viewer)?;
    let mut frame = Frame::with_flash(&app, &viewer, "/people", &session).await?;
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let person = colleagues(&mut tx, &viewer, Some(&account)).await?.pop().ok_or(AppError::NotFound)?;
    let now = typed(&person);
    let mut form = now.clone();
    restore(&mut tx, &viewer, &mut frame, &format!("/people/{account}"), &mut form).await?;
    // what others have changed since is not undone by a draft
    merge(&mut form, &now);
    let waits = waiting(&mut tx, &account).await?;
    draw(frame, &viewer, StatusCode::OK, Shown { form, person: Some(person), waits, ..Shown::default() })
}

pub async fn change(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Extension(Client(address)): Extension<Client>,
    session: Session,
    Path(account): Path<String>,
    mut sent: Submitted<PersonForm>,
) -> Result<Response, AppError> {
    officer(&viewer)?;
    let frame = Frame::new(&app, Some(&viewer), "/people");
    sent.is_valid();
    let mut tx = app.db.as_viewer(viewer.id).await?;
    // first: it waits for who else changes people of the organisation, before anything is held that they may want
    sqlx::query!("select people_in_turn()").execute(&mut *tx).await?;
    let person = colleagues(&mut tx, &viewer, Some(&account)).await?.pop().ok_or(AppError::NotFound)?;
    if !sent.form.account.is_empty() {
        return Err(AppError::BadRequest("An account keeps its name.".into()));
    }
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    let now = typed(&person);
    for field in merge(&mut sent.typed, &now) {
        status = StatusCode::CONFLICT;
        let says = format!(
            "A colleague has changed this to “{}” meanwhile; change it again or send what you typed",
            now.value(field)
        );
        sent.typed.wrong(field, says);
    }
    sent.form.take(&sent.typed);
    if person.id == viewer.id && sent.form.security_officer != "yes" {
        sent.typed.wrong("security_officer", "You can’t take this role from yourself; a colleague who has it can");
    }
    if person.id == viewer.id && sent.form.supervisor == "yes" && !person.supervisor {
        sent.typed.wrong("supervisor", "You can’t give this role to yourself; another Local Security Officer can");
    }
    if sent.typed.has_errors() {
        return draw(frame, &viewer, status, Shown { form: sent.typed, person: Some(person), ..Shown::default() });
    }
    let knows_last = sent.form.knows_last == "yes";
    let outcome = set_roles(&mut tx, person.id, sent.form.roles(), knows_last).await?;
    if outcome == Set::Last {
        drop(tx);
        let keeps = last::keeps(&sent.typed);
        let action = format!("/people/{account}");
        return last::draw(&app, &viewer, last::Change { person, action, keeps, is_disabling: false });
    }
    let changed = sqlx::query!(
        "update person set name = $3, email = $4 where id = $1 and organisation_id = $2",
        person.id,
        viewer.organisation_id(),
        sent.form.name,
        email(&sent.form),
    )
    .execute(&mut *tx)
    .await;
    if let Err(error) = changed {
        at_its_field(&mut sent.typed, error)?;
        return draw(frame, &viewer, status, Shown { form: sent.typed, person: Some(person), ..Shown::default() });
    }
    if sent.form.roles() != (person.supervisor, person.security_officer) {
        let event = if outcome == Set::Asked { "privilege_permissions_asked" } else { "privilege_permissions_changed" };
        note(&mut *tx, event, &account, &address.to_string(), 303).await?;
    }
    tx.commit().await?;
    let waits = if outcome == Set::Asked { "; a new role waits for a second officer’s yes" } else { "" };
    said(&session, format!("{account} was changed{waits}")).await?;
    Ok(page::to("/people"))
}

/// A one-use link, shown to whoever made it and kept nowhere.
pub async fn make(app: &App, tx: &mut sqlx::PgConnection, person: i64) -> Result<String, AppError> {
    let token = token();
    let ends = app.clock.now() + time::Duration::hours(LINK_HOURS);
    let made =
        sqlx::query_scalar!(r#"select make_person_link($1, $2, $3) as "made!""#, person, token_hash(&token), ends)
            .fetch_one(tx)
            .await?;
    if made { Ok(format!("{}/set-password/{token}", app.origins.first())) } else { Err(AppError::NotFound) }
}

/// The account with this name, if it is of the officer's own organisation.
pub async fn one(app: &App, viewer: &Viewer, account: &str) -> Result<Colleague, AppError> {
    let mut tx = app.db.as_viewer(viewer.id).await?;
    colleagues(&mut tx, viewer, Some(account)).await?.pop().ok_or(AppError::NotFound)
}

pub fn email(form: &PersonForm) -> Option<String> {
    (!form.email.is_empty()).then(|| form.email.to_lowercase())
}

/// The new roles of this account that wait for a yes, and until when.
pub async fn waiting(tx: &mut sqlx::PgConnection, account: &str) -> Result<Option<(String, String)>, AppError> {
    let request = pending(tx).await?.into_iter().find(|request| request.account == account);
    Ok(request.map(|request| (request.roles, request.ends)))
}

/// For a form that was sent a second time: the link that it made was on the first answer.
pub fn shown_once(title: String) -> Flash {
    let says = "The link was shown once. If it is lost, make another below; that ends the first.".to_owned();
    Flash { title, lines: vec![says.into()], ..Flash::default() }
}

/// What the database refused, at its field; whose name it is, is not said.
pub fn at_its_field(typed: &mut Typed, error: sqlx::Error) -> Result<(), AppError> {
    match constraint(&error) {
        Some("account_is_taken") => typed.wrong("account", "This account name is taken; choose another"),
        Some("account_is_plain") => {
            typed.wrong("account", "An account name has 2 to 64 small letters, digits, dots, hyphens or underscores");
        }
        Some("email_is_taken") => typed.wrong("email", "A colleague has this e-mail address; use another"),
        _ => return Err(error.into()),
    }
    Ok(())
}

/// Leaves a word for the next page.
pub async fn said(session: &Session, title: String) -> Result<(), AppError> {
    flash::leave(session, Flash { success: true, title, lines: Vec::new(), ..Flash::default() }).await
}

/// The page of a person, also of a form that comes back or that shows a link once.
pub fn draw(mut frame: Frame, viewer: &Viewer, status: StatusCode, shown: Shown) -> Result<Response, AppError> {
    let Shown { form, person, link, waits, says } = shown;
    let is_self = person.as_ref().is_some_and(|person| person.id == viewer.id);
    frame.flash = says.or(frame.flash);
    page::page(status, &EditPage { frame, form, person, is_self, link, waits })
}
