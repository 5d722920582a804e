//! From settings to a running server, and back down in order.

mod commands;
mod database;

use sqlx::PgPool;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;

pub use self::commands::{
    add_organisation, add_person, approve_roles, check, disable_person, end_sessions, import, migrate,
};
use self::database::open;
use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::{Db, says};
use crate::error::CommandError;
use crate::origins::Origins;
use crate::site::site;
use crate::{health, jobs, people, server, trial};

/// Serves until told to stop by Ctrl-C or SIGTERM.
pub async fn serve(config: Config) -> Result<(), CommandError> {
    config.check().map_err(CommandError)?;
    let opened = open(&config).await?;
    let served = serve_on(config, opened.db.clone()).await;
    opened.close().await?;
    served
}

async fn serve_on(config: Config, db: Db) -> Result<(), CommandError> {
    db.check_pages().await.map_err(|error| CommandError(says(&error)))?;
    if config.is_trial() {
        trial::prepare(&db, &config, Clock::System).await?;
    } else if people::demo_accounts_exist(&db.owner).await? {
        return Err(CommandError(
            "This database holds the trial's shared accounts, whose password is public. Start with --trial, or on a database of its own."
                .to_owned(),
        ));
    }
    crate::addresses::store::warn_if_stale(&db.owner).await?;
    let listener = TcpListener::bind(config.listen).await.map_err(|error| {
        CommandError(format!("CMS can’t listen on {}: {error}. Set CMS_LISTEN to another port.", config.listen))
    })?;
    let origins = Origins::new(config.public_url.as_deref(), listener.local_addr()?);
    let url = origins.first().to_owned();
    let app = App::new(db, config, Clock::System, origins);
    // what can refuse the start comes before what works in the background
    let operations = open_operations(&app).await?;
    let chasing = tokio::spawn(jobs::run(app.clone()));
    let bulk = tokio::spawn(crate::bulk::worker::run(app.clone()));
    let listening = tokio::spawn(app.presence.clone().listen(app.db.owner.clone()));
    let filling = tokio::spawn(fill_premises_keys(app.db.owner.clone()));
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    warn_without_proxy(&app.config);
    println!("CMS is ready at {url}");
    let config = app.config.clone();
    server::serve(listener, &config, site(&app), async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
        app.presence.stop();
    })
    .await;
    operations.inspect(JoinHandle::abort);
    filling.abort();
    chasing.abort();
    bulk.abort();
    listening.abort();
    Ok(())
}

/// Behind a proxy that is not named everybody has its address, and all share what one client may have.
fn warn_without_proxy(config: &Config) {
    if config.trusted_proxies.is_empty() && config.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    {
        tracing::warn!(
            "CMS_PUBLIC_URL is https, and no proxy is trusted: everybody who comes through it counts as one client. \
             Name the proxy in CMS_TRUSTED_PROXIES."
        );
    }
}

/// Serves what only operations ask, on the listener of their own, if there is one.
async fn open_operations(app: &App) -> Result<Option<JoinHandle<()>>, CommandError> {
    let Some(address) = app.config.operations_listen else { return Ok(None) };
    let listener = TcpListener::bind(address).await.map_err(|error| {
        CommandError(format!("CMS can’t listen on {address}: {error}. Set CMS_OPERATIONS_LISTEN to another port."))
    })?;
    let (config, site) = (app.config.clone(), health::operations(app));
    tracing::info!(address = %listener.local_addr()?, "operations are answered");
    Ok(Some(tokio::spawn(async move { server::serve(listener, &config, site, std::future::pending()).await })))
}

/// Rows from before there were premises keys get theirs while pages are served already.
async fn fill_premises_keys(owner: PgPool) {
    match crate::contacts::journal::premises_keys::fill(&owner).await {
        Ok(0) => {}
        Ok(filled) => tracing::info!(filled, "premises keys were filled in"),
        Err(error) => tracing::error!(%error, "premises keys could not be filled in"),
    }
}
