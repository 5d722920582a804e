//! One private Postgres for the run, and a database of its own for every test.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use cms::cluster::Cluster;
use cms::people::cast;
use sqlx::postgres::PgPoolOptions;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tokio::sync::OnceCell;

use super::PASSWORD;

static CLUSTER: OnceCell<Cluster> = OnceCell::const_new();
static NEXT: AtomicU32 = AtomicU32::new(0);

async fn cluster() -> &'static Cluster {
    CLUSTER
        .get_or_init(|| async {
            let cluster = Cluster::start_for_tests().await.unwrap();
            cluster.ensure_database("template").await.unwrap();
            let pool = PgPoolOptions::new().max_connections(1).connect(&cluster.url("template")).await.unwrap();
            cms::db::MIGRATIONS.run(&pool).await.unwrap();
            let hash = cms::secret::hash_password(PASSWORD.to_owned()).await.unwrap();
            let mut tx = pool.begin().await.unwrap();
            cast::settle(&mut tx, &hash).await.unwrap();
            tx.execute("insert into crn_key (key) values ('test')").await.unwrap();
            tx.execute("update person set terms_accepted = now()").await.unwrap();
            tx.execute("update installation set made_by_trial = true").await.unwrap();
            tx.commit().await.unwrap();
            pool.close().await;
            cluster
        })
        .await
}

/// A database that nobody else uses; answers its URL.
pub async fn database() -> String {
    copy_of("template").await
}

/// A copy of a database to which nobody is connected; answers its URL.
pub async fn copy_of(template: &str) -> String {
    let cluster = cluster().await;
    let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let mut connection = PgConnection::connect(&cluster.url("postgres")).await.unwrap();
    // cloning waits for nobody, but a template in use is refused: try again
    for _ in 0..200 {
        let clone = format!("create database {name} template {template} strategy file_copy");
        if connection.execute(sqlx::raw_sql(AssertSqlSafe(clone))).await.is_ok() {
            return cluster.url(&name);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the template could not be cloned");
}

/// An empty database without any schema.
pub async fn empty_database() -> String {
    let cluster = cluster().await;
    let name = format!("empty_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    cluster.ensure_database(&name).await.unwrap();
    cluster.url(&name)
}
