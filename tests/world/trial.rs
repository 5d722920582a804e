//! Trials as they are prepared: each is made once in a run and copied for every test that looks at it.

use cms::clock::Clock;
use tokio::sync::OnceCell;

use super::databases::copy_of;
use super::{World, database};

static TOLD: OnceCell<String> = OnceCell::const_new();
static BUSY: OnceCell<String> = OnceCell::const_new();

/// A database of one's own with the sample contacts.
pub async fn told() -> String {
    copy_of(Box::pin(TOLD.get_or_init(|| made(database(), async |world| tell(&world).await))).await).await
}

/// The same with more waiting for the CDSP than a page of its queue holds.
pub async fn busy() -> String {
    let fill = async |world: World| {
        let mut facilitator = world.sign_in("facilitator").await;
        let epoch = facilitator.get("/trial").await.input("epoch");
        for _ in 0..2 {
            let fields = [("epoch", epoch.as_str()), ("queue", "CDS-AACA"), ("how_many", "50")];
            assert_eq!(facilitator.post("/trial/top-up", &fields).await.status, 303);
        }
    };
    copy_of(Box::pin(BUSY.get_or_init(|| made(told(), fill))).await).await
}

async fn tell(world: &World) {
    let prepared = cms::trial::prepare(&world.app.db, &world.app.config, Clock::System).await;
    prepared.map_err(|sorry| sorry.to_string()).unwrap();
}

/// Makes a database that can be copied: nobody is connected to it any more. Answers its name.
async fn made(url: impl Future<Output = String>, make: impl AsyncFnOnce(World)) -> String {
    let url = url.await;
    let world = World::on(url.clone(), |_| {}, Clock::System).await;
    let db = world.app.db.clone();
    make(world).await;
    for pool in [db.owner, db.web, db.auth] {
        pool.close().await;
    }
    let options: sqlx::postgres::PgConnectOptions = url.parse().unwrap();
    options.get_database().unwrap().to_owned()
}
