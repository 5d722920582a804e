//! The database to work on, opened and closed.

use sqlx::PgPool;

use crate::cluster::{Cluster, default_data_dir};
use crate::config::Config;
use crate::db::{Access, Db, says};
use crate::error::CommandError;
use crate::trial;

/// Name of the database in our own Postgres.
const DATABASE: &str = "cms";
/// Connections for pages: two cores answer more with few than with many.
const WEB_CONNECTIONS: u32 = 16;

/// A database to work on: our own Postgres, which has to be stopped again, or the one that was named.
pub struct OpenedDatabase {
    cluster: Option<Cluster>,
    pub db: Db,
}

pub async fn open(config: &Config) -> Result<OpenedDatabase, CommandError> {
    config.check_trial().map_err(CommandError)?;
    let (cluster, access) = if let Some(url) = &config.database_url {
        (None, config.access(url))
    } else {
        let folder = config.data_dir.clone().unwrap_or_else(default_data_dir);
        let cluster = Cluster::start(&folder, true).await?;
        cluster.ensure_database(DATABASE).await?;
        let access = Access { sealing_keys: config.sealing_keys.clone(), ..Access::from(&cluster.url(DATABASE)) };
        (Some(cluster), access)
    };
    match Db::open(access, WEB_CONNECTIONS).await {
        Ok(db) => {
            if cluster.is_some() {
                // nothing but a trial is ever in a Postgres of our own
                sqlx::query!("update installation set made_by_trial = true where not made_by_trial")
                    .execute(&db.owner)
                    .await?;
            }
            set_crn_key(&db.owner, config).await?;
            Ok(OpenedDatabase { cluster, db })
        }
        Err(error) => {
            if let Some(cluster) = cluster {
                cluster.stop().await?;
            }
            Err(CommandError(format!("The database could not be opened: {}", says(&error))))
        }
    }
}

impl OpenedDatabase {
    pub async fn close(self) -> Result<(), CommandError> {
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
