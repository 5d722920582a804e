//! Migrations carry a filled database over: what was in it is read back the same, and lives on.

use cms::clock::Clock;
use cms::contacts::Contact;
use cms::contacts::fields::Field;
use cms::contacts::fields::outcome::Outcome;
use cms::contacts::history::lines;
use cms::contacts::journal::Input;
use cms::contacts::lifecycle::Status;
use cms::db::MIGRATIONS;
use cms::trade::Mprn;
use sqlx::migrate::Migrator;
use sqlx::postgres::PgPoolOptions;
use sqlx::{AssertSqlSafe, PgPool};

use crate::world::{World, empty_database};

/// The last migration before contacts were stored by type, and a database filled then.
const BEFORE: i64 = 17;
const FILLED: &str = include_str!("carried_over.sql");

async fn carried_over() -> World {
    let url = empty_database().await;
    let owner = PgPoolOptions::new().max_connections(1).connect(&url).await.unwrap();
    let first = MIGRATIONS.iter().filter(|migration| migration.version <= BEFORE).cloned().collect();
    Migrator::with_migrations(first).run(&owner).await.unwrap();
    sqlx::raw_sql(FILLED).execute(&owner).await.unwrap();
    MIGRATIONS.run(&owner).await.unwrap();
    owner.close().await;
    World::on(url, |_| {}, Clock::System).await
}

async fn one<T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + Send + Unpin>(
    owner: &PgPool,
    sql: &str,
) -> T {
    sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(owner).await.unwrap()
}

/// CRNs as the file makes them, by status.
async fn crn_at(world: &World, status: Status) -> String {
    one(world.owner(), &format!("select crn from contact where status = '{}'", status.code())).await
}

#[tokio::test]
async fn every_contact_is_read_back_as_it_was() {
    let world = carried_over().await;
    let amy = world.viewer("alder.agent").await;
    for status in Status::ALL {
        let crn = crn_at(&world, status).await;
        let mut tx = world.app.db.as_viewer(amy.id).await.unwrap();
        let (contact, beside) = Contact::seen_whole(&mut tx, &amy, &crn).await.unwrap();
        let version = contact.version;
        let (neighbours, sector, aq) = (
            if version == 3 { "9012345607, 7512345604" } else { "" },
            if version == 1 { "I" } else { "D" },
            if version == 1 { String::new() } else { (12_000 + version).to_string() },
        );
        for (field, value) in [
            (Field::BuildingNumber, "7"),
            (Field::Street, "Moss Lane"),
            (Field::PostTown, "LEEDS"),
            (Field::Postcode, "LS1 4DY"),
            (Field::Msn, "G4A0123456"),
            (Field::Reading, &format!("4815{version}")),
            (Field::ReadingDate, "2026-02-01"),
            (Field::MarketSector, sector),
            (Field::Aq, &aq),
            (Field::Neighbours, neighbours),
            (Field::OwnReference, &format!("REF-{crn}")),
            (Field::Why, "New house."),
            (Field::ContactName, "Site office"),
            (Field::ContactPhone, "01632 960001"),
        ] {
            assert_eq!(contact.details.get(field), value, "{status:?} {field:?}");
        }
        assert_eq!((contact.status, contact.ldz.as_str()), (status, "NE"));
        let valid = status == Status::Ccva;
        assert_eq!(contact.mprn_created.as_deref(), valid.then_some("9000000006"), "{status:?}");
        assert_eq!(contact.outcome.as_deref(), valid.then_some("MPRN 9000000006 created"), "{status:?}");
        assert_eq!(contact.closed_reason.as_deref(), (status == Status::Cciv).then_some("address"), "{status:?}");
        assert_eq!(beside.stays().len(), usize::try_from(version).unwrap(), "{status:?}");
        assert_eq!(beside.duplicates.is_some(), status == Status::Aaca, "{status:?}");
        let history = lines(&contact, beside, 0).unwrap();
        assert_eq!(history.last().unwrap().by, "Amy Calder (used by Priya), Alder Energy", "{status:?}");
    }
}

/// MPRN, number, CRN, version, what, before, after.
type Event = (String, i32, String, i32, String, Option<String>, String);

#[tokio::test]
async fn the_register_remembers_what_contacts_created() {
    let world = carried_over().await;
    let crn = crn_at(&world, Status::Ccva).await;
    let events: Vec<Event> = sqlx::query_as(
        "select e.mprn, e.number, c.crn, e.version, e.what, e.before, e.after
         from meter_point_event e join contact c on c.id = e.contact_id",
    )
    .fetch_all(world.owner())
    .await
    .unwrap();
    assert_eq!(events, [("9000000006".to_owned(), 1, crn, 3, "created".to_owned(), None, "live".to_owned())]);
    let stands: Vec<(String, String, Option<i32>, bool)> =
        sqlx::query_as("select mprn, standing, event, since = added from meter_point order by mprn")
            .fetch_all(world.owner())
            .await
            .unwrap();
    let expected = [("7512345604", "live, isolated", None), ("9000000006", "live", Some(1))];
    for ((mprn, standing, event, ..), found) in expected.into_iter().zip(&stands) {
        assert_eq!((found.0.as_str(), found.1.as_str(), found.2, found.3), (mprn, standing, event, true));
    }
}

#[tokio::test]
async fn drafts_sessions_and_bulk_are_there_and_pages_show_them() {
    let world = carried_over().await;
    let mut amy = world.sign_in("alder.agent").await;
    sqlx::query("update person set terms_accepted = now()").execute(world.owner()).await.unwrap();
    assert!(amy.get("/").await.body.contains("/contacts/new/mnc?key=0123456789abcdef0123456789abcdef"));
    let crn = crn_at(&world, Status::Aaca).await;
    let page = amy.get(&format!("/bulk/{}", "ab".repeat(16))).await;
    assert!(page.body.contains("Sites.csv") && page.body.contains(&crn), "{}", page.text());
    let who: String = one(world.owner(), "select who ->> 'account' from session_load('\\x01')").await;
    assert_eq!(who, "alder.agent");
    let used_by: String = one(world.owner(), "select who ->> 'used_by' from session_load('\\x01')").await;
    assert_eq!(used_by, "Priya");
    let sealed: Vec<u8> =
        one(world.owner(), "select open_late('\\x02', id) from person where account = 'alder.agent'").await;
    assert_eq!(sealed, [3]);
    for mprn in ["9000000006", "9012345607"] {
        let found = amy.get(&format!("/search?q={mprn}")).await;
        assert!(found.body.contains(&crn_at(&world, Status::Ccva).await), "{mprn}");
    }
}

#[tokio::test]
async fn contacts_live_on() {
    let world = carried_over().await;
    let crn = crn_at(&world, Status::Atca).await;
    let mprn = Mprn::from_body(90_123_456);
    world.record("cdsp.agent", &crn, Input::ResolveValid(Outcome::Created(mprn))).await.unwrap();
    let waiting = crn_at(&world, Status::Dcaa).await;
    world.record("alder.agent", &waiting, Input::Return).await.unwrap();
    let created: i64 = one(world.owner(), "select count(*) from meter_point_event").await;
    assert_eq!(created, 2);
    world.logged_by("alder.agent").await;
}
