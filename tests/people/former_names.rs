//! Accounts that a migration has renamed: whom it concerns is told, and comes in by the old name for a while.

use cms::clock::Clock;
use cms::db::MIGRATIONS;
use sqlx::migrate::Migrator;
use sqlx::postgres::PgPoolOptions;

use crate::world::{PASSWORD, World, empty_database};

/// The last migration before those names were changed.
const BEFORE: i64 = 64;

/// A database in which Alder has `bir.smith` and Birch a name of its own, carried over.
async fn renamed() -> World {
    let url = empty_database().await;
    let owner = PgPoolOptions::new().max_connections(1).connect(&url).await.unwrap();
    let first = MIGRATIONS.iter().filter(|migration| migration.version <= BEFORE).cloned().collect();
    Migrator::with_migrations(first).run(&owner).await.unwrap();
    sqlx::raw_sql(FILLED).execute(&owner).await.unwrap();
    sqlx::query("update person set password_hash = $1, terms_accepted = now()")
        .bind(cms::secret::hash_password(PASSWORD.to_owned()).await.unwrap())
        .execute(&owner)
        .await
        .unwrap();
    MIGRATIONS.run(&owner).await.unwrap();
    owner.close().await;
    World::on(url, |_| {}, Clock::System).await
}

const FILLED: &str = "
    insert into organisation (code, name, kind) values ('QAL', 'Quarry Alder', 'Shipper'), ('QBI', 'Quarry Birch', 'Shipper');
    insert into person (organisation_id, account, name, security_officer)
    select o.id, x.account, x.name, x.officer
    from (values ('QAL', 'qbi.smith', 'Sam Smith', false), ('QAL', 'qal.jones', 'Jo Jones', false),
                 ('QAL', 'qal.officer', 'Olga Officer', true), ('QBI', 'qbi.brown', 'Bo Brown', false),
                 ('QBI', 'qbi.officer', 'Ola Officer', true)) as x (code, account, name, officer)
    join organisation o on o.code = x.code;
    insert into saved_filter (person_id, queue, name, query)
    select id, 'organisation', 'Sam’s', 'sort=due&with=qbi.smith' from person where account = 'qal.jones';
    insert into feedback (account, organisation, role, page, about, says)
    values ('qbi.smith', 'Quarry Alder', 'Agent', '/', 'praise', 'Thank you')";

async fn told(world: &World, account: &str) -> String {
    world.sign_in(account).await.get("/notifications").await.text()
}

#[tokio::test]
async fn whose_name_was_changed_is_told_and_so_is_their_officer() {
    let world = renamed().await;
    let own = told(&world, "qal.qbi.smith").await;
    assert!(own.contains("Your account name is now qal.qbi.smith, not qbi.smith") && own.contains("90 days"), "{own}");
    let officers = told(&world, "qal.officer").await;
    assert!(officers.contains("Sam Smith, qbi.smith before, is now qal.qbi.smith"), "{officers}");
    for account in ["qal.jones", "qbi.brown", "qbi.officer"] {
        let other = told(&world, account).await;
        assert!(!other.contains("qbi.smith"), "{account}: {other}");
    }
    let home = world.sign_in("qal.officer").await.get("/").await;
    assert_eq!(home.all(".moj-notification-badge"), ["1 unread"]);
}

#[tokio::test]
async fn the_old_name_leads_in_for_a_while_unless_it_is_anothers() {
    let world = renamed().await;
    let enter = async |name: &str, password: &str| {
        let page = world.stranger().post("/sign-in", &[("account", name), ("password", password)]).await;
        (page.status.as_u16(), page.error("account"))
    };
    assert_eq!(enter("qbi.smith", PASSWORD).await.0, 303);
    // no other answer than for a name that nobody ever had
    assert_eq!(enter("qbi.smith", "guess").await, enter("qbi.nobody", "guess").await);
    let run = async |sql: &'static str| {
        sqlx::raw_sql(sql).execute(world.owner()).await.unwrap();
    };
    run("insert into person (organisation_id, account, name, password_hash)
         select organisation_id, 'qbi.smith', 'Sue Smith', 'x' from person where account = 'qbi.brown'")
    .await;
    assert_eq!(enter("qbi.smith", PASSWORD).await.0, 422, "it is another's now");
    run("delete from person where name = 'Sue Smith'; update former_name set ends = now()").await;
    assert_eq!(enter("qbi.smith", PASSWORD).await, enter("qbi.nobody", PASSWORD).await);
    assert_eq!(enter("qal.qbi.smith", PASSWORD).await.0, 303);
    cms::jobs::tidy_up(&world.app).await.unwrap();
    let left: i64 = sqlx::query_scalar("select count(*) from former_name").fetch_one(world.owner()).await.unwrap();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn what_was_kept_by_the_old_name_is_kept_by_the_new() {
    let world = renamed().await;
    let kept: (String, String) =
        sqlx::query_as("select (select query from saved_filter), (select account from feedback)")
            .fetch_one(world.owner())
            .await
            .unwrap();
    assert_eq!(kept, ("sort=due&with=qal.qbi.smith".to_owned(), "qal.qbi.smith".to_owned()));
}
