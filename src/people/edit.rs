//! `/people/new` and `/people/{account}`: add an account, and change it.

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
use super::requests::{Set, set_roles};
use super::sign_in::note;
use crate::app::App;
use crate::drafts::restore;
use crate::error::{AppError, constraint};
use crate::flash::{self, Flash};
use crate::form::{Submitted, line};
use crate::forms::once::is_first;
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
    name: String,
    /// only when adding: an account keeps its name
    #[serde(default, deserialize_with = "line")]
    account: String,
    #[serde(default, deserialize_with = "line")]
    #[validate(custom(function = "email_or_nothing"))]
    email: String,
    #[serde(default)]
    supervisor: String,
    #[serde(default)]
    security_officer: String,
    /// the roles as the page showed them
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
    fn roles(&self) -> (bool, bool) {
        (self.supervisor == "yes", self.security_officer == "yes")
    }
}

#[derive(Template)]
#[template(path = "people/edit.html")]
struct EditPage {
    frame: Frame,
    form: Typed,
    /// none while somebody is being added
    person: Option<Colleague>,
    is_self: bool,
    /// shown once, here and nowhere else
    link: Option<String>,
}

fn email_or_nothing(email: &str) -> Result<(), validator::ValidationError> {
    if email.is_empty() || (email.len() <= 100 && email.validate_email()) {
        return Ok(());
    }
    Err(validator::ValidationError::new("email")
        .with_message("Enter an e-mail address such as name@example.com, or nothing".into()))
}

pub async fn new(State(app): State<App>, SignedIn(viewer): SignedIn) -> Result<Response, AppError> {
    officer(&viewer)?;
    let mut frame = Frame::new(&app, Some(&viewer), "/people");
    let mut form = Typed::default();
    let mut tx = app.db.as_viewer(viewer.id).await?;
    restore(&mut tx, &viewer, &mut frame, "/people/new", &mut form).await?;
    page::ok(&EditPage { frame, form, person: None, is_self: false, link: None })
}

pub async fn add(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Extension(Client(address)): Extension<Client>,
    mut sent: Submitted<PersonForm>,
) -> Result<Response, AppError> {
    officer(&viewer)?;
    let account = of_organisation(&viewer, &sent.form.account.to_lowercase());
    sent.is_valid();
    if sent.form.account.is_empty() {
        sent.typed.wrong("account", "Enter an account name");
    }
    if sent.typed.has_errors() {
        return draw(&app, &viewer, sent.typed, None, None);
    }
    let mut tx = app.db.as_viewer(viewer.id).await?;
    if !is_first(&mut tx, &viewer, sent.once.as_deref()).await? {
        // added by the same form a moment ago; a link is shown once, so this is a new one
        let found = colleagues(&mut tx, &viewer, Some(&account)).await?.pop();
        let person = found.ok_or(AppError::NotFound)?;
        let link = make(&app, &mut tx, person.id).await?;
        tx.commit().await?;
        return draw(&app, &viewer, typed(&person), Some(person), Some(link));
    }
    let added = sqlx::query_scalar!(
        "insert into person (organisation_id, account, name, email) values ($1, $2, $3, $4) returning id",
        viewer.organisation_id(),
        account,
        sent.form.name,
        email(&sent.form),
    )
    .fetch_one(&mut *tx)
    .await;
    let id = match added {
        Ok(id) => id,
        Err(error) => {
            at_its_field(&mut sent.typed, error)?;
            return draw(&app, &viewer, sent.typed, None, None);
        }
    };
    if set_roles(&mut tx, id, sent.form.roles(), false).await? == Set::Asked {
        note(&mut *tx, "privilege_permissions_asked", &account, &address.to_string()).await?;
    }
    let link = make(&app, &mut tx, id).await?;
    note(&mut *tx, "authn_account_created", &account, &address.to_string()).await?;
    tx.commit().await?;
    let person = one(&app, &viewer, &account).await?;
    draw(&app, &viewer, typed(&person), Some(person), Some(link))
}

/// An account is its organisation's by its first part: that nobody else has it tells nothing of other organisations.
fn of_organisation(viewer: &Viewer, account: &str) -> String {
    let code = viewer.organisation.as_ref().map(|organisation| organisation.code.to_lowercase()).unwrap_or_default();
    if account.starts_with(&format!("{code}.")) { account.to_owned() } else { format!("{code}.{account}") }
}

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    Path(account): Path<String>,
) -> Result<Response, AppError> {
    officer(&viewer)?;
    let person = one(&app, &viewer, &account).await?;
    let mut frame = Frame::with_flash(&app, &viewer, "/people", &session).await?;
    let is_self = person.id == viewer.id;
    let mut form = typed(&person);
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let was = form.value("was").to_owned();
    restore(&mut tx, &viewer, &mut frame, &format!("/people/{account}"), &mut form).await?;
    if form.value("was") != was {
        // somebody has changed the roles since: a draft must not give them back
        for (field, now) in [("supervisor", person.supervisor), ("security_officer", person.security_officer)] {
            form.set(field, if now { "yes" } else { "" });
        }
        form.set("was", was);
    }
    page::ok(&EditPage { frame, form, person: Some(person), is_self, link: None })
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
    let person = one(&app, &viewer, &account).await?;
    sent.is_valid();
    if person.id == viewer.id && sent.form.security_officer != "yes" {
        sent.typed.wrong("security_officer", "You can’t take this role from yourself; a colleague who has it can");
    }
    if person.id == viewer.id && sent.form.supervisor == "yes" && !person.supervisor {
        sent.typed.wrong("supervisor", "You can’t give this role to yourself; another Local Security Officer can");
    }
    if !sent.form.account.is_empty() {
        return Err(AppError::BadRequest("An account keeps its name.".into()));
    }
    if sent.typed.has_errors() {
        return draw(&app, &viewer, sent.typed, Some(person), None);
    }
    let mut tx = app.db.as_viewer(viewer.id).await?;
    // first: it waits for who else changes people of the organisation, before anything is held that they may want
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
        return draw(&app, &viewer, sent.typed, Some(person), None);
    }
    if sent.form.roles() != (person.supervisor, person.security_officer) {
        let event = if outcome == Set::Asked { "privilege_permissions_asked" } else { "privilege_permissions_changed" };
        note(&mut *tx, event, &account, &address.to_string()).await?;
    }
    tx.commit().await?;
    let waits = if outcome == Set::Asked { "; a new role waits for a second officer’s yes" } else { "" };
    said(&session, format!("{account} was changed{waits}")).await?;
    Ok(page::to("/people"))
}

/// A one-use link, shown by whoever made it and kept nowhere.
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

fn email(form: &PersonForm) -> Option<String> {
    (!form.email.is_empty()).then(|| form.email.to_lowercase())
}

/// An account as the form shows it for changing.
pub fn typed(person: &Colleague) -> Typed {
    let mut typed = Typed::default();
    typed.set("name", &*person.name);
    typed.set("email", person.email.clone().unwrap_or_default());
    typed.set("supervisor", if person.supervisor { "yes" } else { "" });
    typed.set("security_officer", if person.security_officer { "yes" } else { "" });
    typed.set("was", format!("{} {}", person.supervisor, person.security_officer));
    typed
}

/// What the database refused, at its field; whose name it is, is not said.
fn at_its_field(typed: &mut Typed, error: sqlx::Error) -> Result<(), AppError> {
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

/// The page of a form that comes back, or that shows a link once.
pub fn draw(
    app: &App,
    viewer: &Viewer,
    form: Typed,
    person: Option<Colleague>,
    link: Option<String>,
) -> Result<Response, AppError> {
    let status = if form.has_errors() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let is_self = person.as_ref().is_some_and(|person| person.id == viewer.id);
    page::page(status, &EditPage { frame: Frame::new(app, Some(viewer), "/people"), form, person, is_self, link })
}
