//! `/set-password/{token}`: a one-use link with which somebody sets their password.

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::sign_in::note;
use crate::address::urlencode;
use crate::app::App;
use crate::error::AppError;
use crate::form::Submitted;
use crate::frame::Frame;
use crate::page;
use crate::passwords;
use crate::secret::{hash_password, token_hash};
use crate::source::Client;
use crate::typed::Typed;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    #[serde(default)]
    password: String,
}

/// Whose link it is.
struct Whose {
    account: String,
    name: String,
    email: String,
    organisation: String,
    code: String,
}

#[derive(Template)]
#[template(path = "people/link.html")]
struct LinkPage {
    frame: Frame,
    form: Typed,
    token: String,
    /// nobody: the link was used, or has ended
    whose: Option<Whose>,
}

pub async fn show(State(app): State<App>, Path(token): Path<String>) -> Result<Response, AppError> {
    let whose = whose(&app, &token).await?;
    draw(&app, token, whose, Typed::default()).await
}

pub async fn submit(
    State(app): State<App>,
    Extension(Client(address)): Extension<Client>,
    Path(token): Path<String>,
    sent: Submitted<NewPassword>,
) -> Result<Response, AppError> {
    let Some(whose) = whose(&app, &token).await? else { return draw(&app, token, None, Typed::default()).await };
    let mut form = sent.typed;
    let Whose { account, name, email, organisation, code } = &whose;
    let known = [account, name, email, organisation, code].map(String::as_str);
    if let Some(says) = passwords::trouble(&sent.form.password, &known) {
        form.wrong("password", says);
        return draw(&app, token, Some(whose), form).await;
    }
    let hash = hash_password(sent.form.password).await?;
    let mut tx = app.db.auth.begin().await?;
    let used = sqlx::query_scalar!(r#"select use_person_link($1, $2) as "used!""#, token_hash(&token), hash)
        .fetch_one(&mut *tx)
        .await?;
    if !used {
        return draw(&app, token, None, Typed::default()).await;
    }
    note(&mut *tx, "authn_password_change", &whose.account, &address.to_string(), 303).await?;
    tx.commit().await?;
    Ok(page::to(&format!("/sign-in?password=set&account={}", urlencode(&whose.account))))
}

async fn whose(app: &App, token: &str) -> Result<Option<Whose>, AppError> {
    let row = sqlx::query!(
        r#"select account as "account?", name as "name?", email as "email?", organisation as "organisation?",
                  code as "code?" from person_of_link($1)"#,
        token_hash(token)
    )
    .fetch_one(&app.db.auth)
    .await?;
    let (Some(account), Some(name)) = (row.account, row.name) else { return Ok(None) };
    let [email, organisation, code] = [row.email, row.organisation, row.code].map(Option::unwrap_or_default);
    Ok(Some(Whose { account, name, email, organisation, code }))
}

async fn draw(app: &App, token: String, whose: Option<Whose>, form: Typed) -> Result<Response, AppError> {
    let status = match &whose {
        None => StatusCode::NOT_FOUND,
        Some(_) if form.has_errors() => StatusCode::UNPROCESSABLE_ENTITY,
        Some(_) => StatusCode::OK,
    };
    page::page(status, &LinkPage { frame: Frame::open(app, None, "/sign-in").await?, form, token, whose })
}
