//! `/set-password/{token}`: a one-use link with which somebody sets their password.

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::sign_in::note;
use crate::app::App;
use crate::error::AppError;
use crate::form::Submitted;
use crate::frame::Frame;
use crate::guard::Client;
use crate::page;
use crate::secret::{hash_password, password_trouble, token_hash};
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
    organisation: String,
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
    let known = [whose.account.as_str(), whose.name.as_str(), whose.organisation.as_str()];
    if let Some(says) = password_trouble(&sent.form.password, &known) {
        form.wrong("password", says);
        return draw(&app, token, Some(whose), form).await;
    }
    let hash = hash_password(sent.form.password).await?;
    let used = sqlx::query_scalar!(r#"select use_person_link($1, $2) as "used!""#, token_hash(&token), hash)
        .fetch_one(&app.db.auth)
        .await?;
    if !used {
        return draw(&app, token, None, Typed::default()).await;
    }
    note(&app.db.auth, "authn_password_change", &whose.account, &address.to_string()).await?;
    Ok(page::to("/sign-in?password=set"))
}

async fn whose(app: &App, token: &str) -> Result<Option<Whose>, AppError> {
    let row = sqlx::query!(
        r#"select account as "account?", name as "name?", organisation as "organisation?" from person_of_link($1)"#,
        token_hash(token)
    )
    .fetch_one(&app.db.auth)
    .await?;
    Ok(match (row.account, row.name, row.organisation) {
        (Some(account), Some(name), Some(organisation)) => Some(Whose { account, name, organisation }),
        _ => None,
    })
}

async fn draw(app: &App, token: String, whose: Option<Whose>, form: Typed) -> Result<Response, AppError> {
    let status = match &whose {
        None => StatusCode::NOT_FOUND,
        Some(_) if form.has_errors() => StatusCode::UNPROCESSABLE_ENTITY,
        Some(_) => StatusCode::OK,
    };
    page::page(status, &LinkPage { frame: Frame::open(app, None, "/sign-in").await?, form, token, whose })
}
