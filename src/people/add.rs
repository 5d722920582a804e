//! `/people/new`: adds an account, and shows once the link with which its person sets a password.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::edit::{PersonForm, Shown, at_its_field, draw, email, make, shown_once, waiting};
use super::list::{colleagues, officer};
use super::merge::typed;
use super::requests::{Set, set_roles};
use super::sign_in::note;
use crate::app::App;
use crate::drafts::{close, restore};
use crate::error::AppError;
use crate::flash::Flash;
use crate::form::Submitted;
use crate::forms::once::is_first;
use crate::frame::Frame;
use crate::session::{SignedIn, Viewer};
use crate::source::Client;
use crate::typed::Typed;

const ADDRESS: &str = "/people/new";

pub async fn show(State(app): State<App>, SignedIn(viewer): SignedIn) -> Result<Response, AppError> {
    officer(&viewer)?;
    let mut frame = Frame::new(&app, Some(&viewer), "/people");
    let mut form = Typed::default();
    let mut tx = app.db.as_viewer(viewer.id).await?;
    restore(&mut tx, &viewer, &mut frame, ADDRESS, &mut form).await?;
    draw(frame, &viewer, StatusCode::OK, Shown { form, ..Shown::default() })
}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Extension(Client(address)): Extension<Client>,
    mut sent: Submitted<PersonForm>,
) -> Result<Response, AppError> {
    officer(&viewer)?;
    let frame = Frame::new(&app, Some(&viewer), "/people");
    let account = of_organisation(&viewer, &sent.form.account.to_lowercase());
    sent.is_valid();
    if sent.form.account.is_empty() {
        sent.typed.wrong("account", "Enter an account name");
    }
    if sent.typed.has_errors() {
        return draw(frame, &viewer, StatusCode::UNPROCESSABLE_ENTITY, Shown { form: sent.typed, ..Shown::default() });
    }
    let mut tx = app.db.as_viewer(viewer.id).await?;
    close(&mut tx, &viewer, ADDRESS).await?;
    if !is_first(&mut tx, &viewer, sent.once.as_deref()).await? {
        let person = colleagues(&mut tx, &viewer, Some(&account)).await?.pop().ok_or(AppError::NotFound)?;
        let waits = waiting(&mut tx, &account).await?;
        tx.commit().await?;
        let says = shown_once(format!("{} was added a moment ago", person.name));
        let shown = Shown { form: typed(&person), person: Some(person), waits, says: Some(says), link: None };
        return draw(frame, &viewer, StatusCode::OK, shown);
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
            let shown = Shown { form: sent.typed, ..Shown::default() };
            return draw(frame, &viewer, StatusCode::UNPROCESSABLE_ENTITY, shown);
        }
    };
    if set_roles(&mut tx, id, sent.form.roles(), false).await? == Set::Asked {
        note(&mut *tx, "privilege_permissions_asked", &account, &address.to_string(), 200).await?;
    }
    let link = make(&app, &mut tx, id).await?;
    note(&mut *tx, "authn_account_created", &account, &address.to_string(), 200).await?;
    let person = colleagues(&mut tx, &viewer, Some(&account)).await?.pop().ok_or(AppError::NotFound)?;
    let waits = waiting(&mut tx, &account).await?;
    tx.commit().await?;
    let says = Flash { success: true, title: format!("{} was added", person.name), ..Flash::default() };
    let shown = Shown { form: typed(&person), person: Some(person), link: Some(link), waits, says: Some(says) };
    draw(frame, &viewer, StatusCode::OK, shown)
}

/// An account is its organisation's by its first part: that nobody else has it tells nothing of other organisations.
fn of_organisation(viewer: &Viewer, account: &str) -> String {
    let code = viewer.organisation.as_ref().map(|organisation| organisation.code.to_lowercase()).unwrap_or_default();
    if account.starts_with(&format!("{code}.")) { account.to_owned() } else { format!("{code}.{account}") }
}
