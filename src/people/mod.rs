//! stub
pub mod account;
pub mod list;
pub mod link;
pub mod sign_in;
pub mod sign_out;
pub mod terms;
pub mod command;

/// Whether any of the trial's shared accounts is here.
pub async fn demo_accounts_exist(owner: &sqlx::PgPool) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(r#"select exists (select from person where demo) as "any!""#).fetch_one(owner).await
}
