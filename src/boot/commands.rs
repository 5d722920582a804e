//! Commands that work on the database and stop: each says in one sentence what came of it.

use std::path::Path;

use super::database::open;
use crate::addresses;
use crate::addresses::import::ImportKind;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::{Db, says};
use crate::error::CommandError;
use crate::origins::Origins;
use crate::people::command::{self, NewPerson};
use crate::queues;

/// Opens the database, does the work, closes the database whatever came of it, and says it.
async fn on_database(
    config: &Config,
    work: impl AsyncFnOnce(&Db) -> Result<String, CommandError>,
) -> Result<(), CommandError> {
    let opened = open(config).await?;
    let done = work(&opened.db).await;
    opened.close().await?;
    println!("{}", done?);
    Ok(())
}

/// Brings the schema up to date.
pub async fn migrate(config: Config) -> Result<(), CommandError> {
    on_database(&config, async |db| {
        Ok(match db.check_pages().await {
            Ok(()) => "The database is up to date, and pages can log in.".to_owned(),
            Err(error) => format!("The database is up to date. Before it can be served: {}", says(&error)),
        })
    })
    .await
}

/// `cms check`: every count that is shown, against a full count.
pub async fn check(config: Config) -> Result<(), CommandError> {
    on_database(&config, async |db| {
        db.check_pages().await.map_err(|error| CommandError(says(&error)))?;
        queues::check::run(db, Clock::System.now()).await
    })
    .await
}

/// `cms import-addresses` and `cms import-postcodes`.
pub async fn import(config: Config, kind: ImportKind, file: &Path) -> Result<(), CommandError> {
    on_database(&config, async |db| addresses::import::run(&db.owner, kind, file).await).await
}

/// `cms add-organisation`.
pub async fn add_organisation(config: Config, code: &str, name: &str, kind: &str) -> Result<(), CommandError> {
    on_database(&config, async |db| command::add_organisation(&db.owner, code, name, kind).await).await
}

/// `cms add-person`.
pub async fn add_person(config: Config, person: &NewPerson) -> Result<(), CommandError> {
    let origins = Origins::new(config.public_url.as_deref(), config.listen);
    on_database(&config, async |db| command::add_person(&db.owner, person, origins.first()).await).await
}

/// `cms disable-person`.
pub async fn disable_person(config: Config, account: &str, knows_last: bool) -> Result<(), CommandError> {
    on_database(&config, async |db| command::disable_person(&db.owner, &config.terms, account, knows_last).await).await
}

/// `cms approve-roles`.
pub async fn approve_roles(config: Config, account: &str) -> Result<(), CommandError> {
    on_database(&config, async |db| command::approve_roles(&db.owner, account).await).await
}

/// `cms end-sessions`, of one or of all.
pub async fn end_sessions(config: Config, account: Option<&str>) -> Result<(), CommandError> {
    on_database(&config, async |db| command::end_sessions(&db.owner, account).await).await
}
