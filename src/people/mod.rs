//! People: coming in and going out, one’s own account, and the accounts of an organisation.

pub mod access;
pub mod account;
pub mod add;
pub mod cast;
pub mod command;
pub mod common;
pub mod confirm;
pub mod disable;
pub mod edit;
pub mod end_session;
pub mod known_browser;
pub mod last;
pub mod link;
pub mod list;
mod merge;
pub mod notices;
pub mod requests;
pub mod shared;
pub mod sign_in;
pub mod sign_out;
pub mod source;
pub mod terms;
pub mod throttle;

use sqlx::PgConnection;

use crate::error::AppError;
use crate::seal::Kind;
use crate::session::Viewer;
use crate::trade::chosen::Choice;

/// Whether any of the trial's shared accounts is here.
pub async fn demo_accounts_exist(owner: &sqlx::PgPool) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(r#"select exists (select from person where demo) as "any!""#).fetch_one(owner).await
}

/// Active people of the viewer's organisation, oneself first, then by name.
pub async fn active_colleagues(tx: &mut PgConnection, viewer: &Viewer) -> Result<Vec<Choice>, AppError> {
    let rows = sqlx::query!(
        "select id, name from person where organisation_id = $1 and disabled is null order by id <> $2, name, id",
        viewer.organisation_id(),
        viewer.id,
    )
    .fetch_all(tx)
    .await?;
    let choice = |id, name| Choice { id, code: viewer.seal.show(Kind::Person, id), name };
    Ok(rows.into_iter().map(|row| choice(row.id, row.name)).collect())
}
