//! From settings to a running server, and back down in order.

use std::path::Path;

use sqlx::PgPool;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::addresses::import::ImportKind;
use crate::app::App;
use crate::clock::Clock;
use crate::cluster::{Cluster, default_data_dir};
use crate::config::Config;
use crate::db::Db;
use crate::error::CommandError;
use crate::origins::Origins;
use crate::people::command::NewPerson;
use crate::site::site;
use crate::{jobs, people, server, trial};

/// Name of the database in our own Postgres.
const DATABASE: &str = "cms";
/// Connections for pages: two cores answer more with few than with many.
const WEB_CONNECTIONS: u32 = 16;

/// A database to work on: our own Postgres, which has to be stopped again, or the one that was named.
struct OpenedDatabase {
    cluster: Option<Cluster>,
    db: Db,
}

async fn open(config: &Config) -> Result<OpenedDatabase, CommandError> {
    let (cluster, url) = if let Some(url) = &config.database_url {
        (None, url.clone())
    } else {
        let folder = config.data_dir.clone().unwrap_or_else(default_data_dir);
        let cluster = Cluster::start(&folder, true).await?;
        cluster.ensure_database(DATABASE).await?;
        let url = cluster.url(DATABASE);
        (Some(cluster), url)
    };
    match Db::open(&url, WEB_CONNECTIONS).await {
        Ok(db) => {
            set_crn_key(&db.owner, config).await?;
            Ok(OpenedDatabase { cluster, db })
        }
        Err(error) => {
            if let Some(cluster) = cluster {
                cluster.stop().await?;
            }
            Err(CommandError(format!("The database could not be opened: {error}")))
        }
    }
}

impl OpenedDatabase {
    async fn close(self) -> Result<(), CommandError> {
        self.db.close().await;
        if let Some(cluster) = self.cluster {
            cluster.stop().await?;
        }
        Ok(())
    }
}

/// CRNs are drawn with a key of the installation; in a trial it follows from the seed.
async fn set_crn_key(owner: &PgPool, config: &Config) -> Result<(), sqlx::Error> {
    let key = if config.is_trial() { trial::crn_key(config.trial_seed) } else { crate::secret::token() };
    sqlx::query!("insert into crn_key (key) values ($1) on conflict do nothing", key.as_bytes()).execute(owner).await?;
    Ok(())
}

/// Serves until told to stop by Ctrl-C or SIGTERM.
pub async fn serve(config: Config) -> Result<(), CommandError> {
    config.check().map_err(CommandError)?;
    let opened = open(&config).await?;
    let served = serve_on(config, opened.db.clone()).await;
    opened.close().await?;
    served
}

async fn serve_on(config: Config, db: Db) -> Result<(), CommandError> {
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
    let chasing = tokio::spawn(jobs::run(app.clone()));
    let bulk = tokio::spawn(crate::bulk::worker::run(app.clone()));
    let listening = tokio::spawn(app.presence.clone().listen(app.db.owner.clone()));
    let marking = tokio::spawn(fill_marks(app.db.owner.clone()));
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    println!("CMS is ready at {url}");
    server::serve(listener, site(&app), async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
        app.presence.stop();
    })
    .await;
    marking.abort();
    chasing.abort();
    bulk.abort();
    listening.abort();
    Ok(())
}

/// Rows from before houses had marks get theirs while pages are served already.
async fn fill_marks(owner: PgPool) {
    match crate::contacts::journal::marks::fill(&owner).await {
        Ok(0) => {}
        Ok(filled) => tracing::info!(filled, "houses were given their marks"),
        Err(error) => tracing::error!(%error, "houses could not be given their marks"),
    }
}

/// Brings the schema up to date.
pub async fn migrate(config: Config) -> Result<(), CommandError> {
    open(&config).await?.close().await
}

/// `cms check`: every count that is shown, against a full count.
pub async fn check(config: Config) -> Result<(), CommandError> {
    let opened = open(&config).await?;
    let done = crate::queues::check::run(&opened.db, Clock::System.now()).await;
    opened.close().await?;
    println!("{}", done?);
    Ok(())
}

/// `cms import-addresses` and `cms import-postcodes`.
pub async fn import(config: Config, kind: ImportKind, file: &Path) -> Result<(), CommandError> {
    let opened = open(&config).await?;
    let done = crate::addresses::import::run(&opened.db.owner, kind, file).await;
    opened.close().await?;
    println!("{}", done?);
    Ok(())
}

/// `cms add-organisation`.
pub async fn add_organisation(config: Config, code: &str, name: &str, kind: &str) -> Result<(), CommandError> {
    let opened = open(&config).await?;
    let done = people::command::add_organisation(&opened.db.owner, code, name, kind).await;
    opened.close().await?;
    println!("{}", done?);
    Ok(())
}

/// `cms add-person`.
pub async fn add_person(config: Config, person: &NewPerson) -> Result<(), CommandError> {
    let opened = open(&config).await?;
    let origins = Origins::new(config.public_url.as_deref(), config.listen);
    let done = people::command::add_person(&opened.db.owner, person, origins.first()).await;
    opened.close().await?;
    println!("{}", done?);
    Ok(())
}

/// `cms disable-person`.
pub async fn disable_person(config: Config, account: &str) -> Result<(), CommandError> {
    let opened = open(&config).await?;
    let done = people::command::disable_person(&opened.db.owner, &config.terms, account).await;
    opened.close().await?;
    println!("{}", done?);
    Ok(())
}
