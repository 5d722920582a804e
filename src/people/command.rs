//! stub
use clap::Args;

use crate::error::Sorry;

/// Somebody to be added.
#[derive(Debug, Args)]
pub struct NewPerson {
    /// Account name: small letters, digits, dots and hyphens
    #[arg(long)]
    pub account: String,
    /// Display name
    #[arg(long)]
    pub name: String,
    /// Code of the organisation they belong to
    #[arg(long)]
    pub organisation: String,
    #[arg(long)]
    pub email: Option<String>,
    /// May also assign, move and return the work of others
    #[arg(long)]
    pub supervisor: bool,
    /// Local Security Officer: may also manage the organisation's accounts
    #[arg(long)]
    pub security_officer: bool,
}

pub async fn add_organisation(_: &sqlx::PgPool, _: &str, _: &str, _: &str) -> Result<String, Sorry> {
    Ok(String::new())
}
pub async fn add_person(_: &sqlx::PgPool, _: &NewPerson, _: &str) -> Result<String, Sorry> {
    Ok(String::new())
}
pub async fn disable_person(_: &sqlx::PgPool, _: &crate::config::House, _: &str) -> Result<String, Sorry> {
    Ok(String::new())
}
