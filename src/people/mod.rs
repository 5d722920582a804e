//! People: coming in and going out, one’s own account, and the accounts of an organisation.

pub mod access;
pub mod account;
pub mod command;
pub mod edit;
pub mod link;
pub mod list;
pub mod sign_in;
pub mod sign_out;
pub mod terms;

/// Whether any of the trial's shared accounts is here.
pub async fn demo_accounts_exist(owner: &sqlx::PgPool) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(r#"select exists (select from person where demo) as "any!""#).fetch_one(owner).await
}
