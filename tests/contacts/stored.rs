//! What a contact's type stores, and what the register remembers: Postgres refuses what is not whole, by name.

use cms::contacts::lifecycle::Status;
use cms::contacts::types::ContactType;
use sqlx::{AssertSqlSafe, Executor};

use super::journal::{event, forged};
use crate::world::World;

/// A copy of a contact with another type, without its event and body.
fn of_type(crn: &str, code: &str) -> String {
    format!(
        "insert into contact_type (code, name) values ('XXX', 'Another type') on conflict do nothing;
         insert into contact (crn, contact_type, raised_by, originator, received, status, version, with_org, since, due,
             moved, form_key, street, post_town, postcode)
         select 'C000000000', '{code}', raised_by, originator, received, status, version, with_org, since, due, moved,
             'forged', street, post_town, postcode from contact where crn = '{crn}';
         insert into contact_event (contact_id, version, action, from_status, to_status, at, actor)
         select id, 1, 'log', 'NEW', 'AACA', now(), originator from contact where crn = 'C000000000';"
    )
}

#[tokio::test]
async fn a_contact_without_its_body_or_its_outcome_is_refused() {
    let world = World::new().await;
    let waiting = world.contact_at(Status::Aaca).await;
    let held = world.contact_at(Status::Atca).await;
    let valid = world.contact_at(Status::Ccva).await;
    let agent = world.person_id("cdsp.agent").await.to_string();
    let id = |crn: &str| format!("(select id from contact where crn = '{crn}')");
    let set = |crn: &str, what: &str| format!("update contact set {what} where crn = '{crn}';");
    let close = |outcome: &str| {
        set(
            &held,
            &format!(
                "status = 'CCVA', version = 3, with_org = null, holder = null, due = null, closed = now(), outcome = {outcome}"
            ),
        ) + &event(&held, 3, "resolve-valid", "ATCA", "CCVA", &agent)
    };
    let created = |crn: &str, place: i32| {
        format!("insert into contact_mprn values ({}, 'created', {place}, '9012345607');", id(crn))
    };
    let body = "insert into mnc (contact_id, market_sector) select id, 'D' from contact where crn = 'C000000000';";
    let forgeries = [
        (format!("delete from mnc where contact_id = {};", id(&waiting)), "an_mnc_has_its_body"),
        (of_type(&waiting, "MNC"), "an_mnc_has_its_body"),
        (of_type(&waiting, "XXX") + body, "a_body_is_of_its_type"),
        (of_type(&waiting, "MNC") + body + &set("C000000000", "contact_type = 'XXX'"), "a_body_is_of_its_type"),
        (set(&waiting, "contact_type = 'YYY'"), "a_body_is_of_its_type"),
        (of_type(&waiting, "YYY"), "contact_type_is_known"),
        ("update mnc set market_sector = 'X';".to_owned(), "market_sector_is_known"),
        (close("null"), "valid_means_an_outcome"),
        (close("'MPRN 9012345607 created'"), "a_valid_mnc_has_its_mprn"),
        (set(&valid, "outcome = null"), "valid_means_an_outcome"),
        (format!("delete from contact_mprn where contact_id = {};", id(&valid)), "a_valid_mnc_has_its_mprn"),
        (
            format!("update contact_mprn set role = 'other' where contact_id = {};", id(&valid)),
            "a_valid_mnc_has_its_mprn",
        ),
        (created(&held, 1), "a_created_mprn_is_of_a_valid_contact"),
        (created(&valid, 2), "a_contact_creates_one_mprn"),
        (format!("insert into contact_mprn values ({}, 'friend', 1, '9012345607');", id(&held)), "role_is_known"),
    ];
    let before = world.digest().await;
    for (statements, constraint) in forgeries {
        assert_eq!(forged(&world, &statements).await, constraint, "{statements}");
    }
    assert_eq!(world.digest().await, before, "a refused forgery left a trace");
}

/// An event of the register as the forger writes it.
fn register_event(mprn: &str, number: i32, what: &str, before: &str, after: &str) -> String {
    format!(
        "insert into meter_point_event (mprn, number, contact_id, version, what, before, after)
         select mprn, {number}, contact_id, version, '{what}', {before}, '{after}'
         from meter_point_event where mprn = '{mprn}' and number = 1;"
    )
}

#[tokio::test]
async fn the_register_changes_by_an_event_and_forgets_nothing() {
    let world = World::new().await;
    world.contact_at(Status::Ccva).await;
    let mprn: String = sqlx::query_scalar("select mprn from meter_point").fetch_one(world.owner()).await.unwrap();
    let set = |what: &str| format!("update meter_point set {what} where mprn = '{mprn}';");
    let isolate = set("isolated = true, event = 2");
    let second = |what: &str, before: &str| register_event(&mprn, 2, what, before, "live, isolated");
    let forgeries = [
        (set("isolated = true"), "the_register_changes_by_an_event"),
        (set("live = false"), "the_register_changes_by_an_event"),
        (set("since = now()"), "the_register_changes_by_an_event"),
        // another event than the one that says so, or none
        (isolate.clone(), "the_register_stands_as_its_event_says"),
        (set("live = false, event = 2") + &second("isolated", "'live'"), "the_register_stands_as_its_event_says"),
        (set("isolated = true, event = null"), "a_meter_point_stands_at_its_latest_event"),
        // an event that the register did not follow
        (second("isolated", "'live'"), "a_meter_point_stands_at_its_latest_event"),
        // one with a false past, or that leaves a gap, or begins again
        (second("isolated", "'dead'") + &isolate, "the_registers_history_is_unbroken"),
        (register_event(&mprn, 3, "isolated", "'live'", "live"), "the_registers_history_is_unbroken"),
        (second("created", "null"), "created_comes_first"),
        (register_event(&mprn, 1, "isolated", "null", "live"), "created_means_nothing_before"),
        (register_event(&mprn, 1, "created", "null", "live"), "meter_point_event_pkey"),
        // one that no contact made
        (
            format!("insert into meter_point_event values ('{mprn}', 2, default, 1, 99, 'isolated', 'live', 'live');"),
            "a_register_event_has_its_contacts_event",
        ),
        (format!("delete from meter_point where mprn = '{mprn}';"), "a_register_event_has_its_meter_point"),
        ("update meter_point_event set what = 'isolated';".to_owned(), "history_is_never_rewritten"),
        ("delete from meter_point_event;".to_owned(), "history_is_never_rewritten"),
    ];
    let before = world.digest().await;
    for (statements, constraint) in forgeries {
        assert_eq!(forged(&world, &statements).await, constraint, "{statements}");
    }
    assert_eq!(world.digest().await, before, "a refused forgery left a trace");
    // and a lawful change is no forgery
    let lawful = second("isolated", "'live'") + &isolate;
    world.owner().execute(sqlx::raw_sql(AssertSqlSafe(format!("begin; {lawful} commit")))).await.unwrap();
}

#[tokio::test]
async fn the_web_role_writes_of_it_only_what_is_its_own() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Ccva).await;
    let concerned = |role: &str| {
        format!("insert into contact_mprn select id, '{role}', 2, '9012345607' from contact where crn = '{crn}'")
    };
    for (account, statement, refused) in [
        ("cdsp.agent", "insert into meter_point (mprn, address, postcode) values ('9012345607', '', '')", "row-level"),
        ("cdsp.agent", "update meter_point set address = 'Elsewhere'", "permission denied"),
        ("cdsp.agent", "update meter_point_event set what = 'x'", "permission denied"),
        ("cdsp.agent", "delete from meter_point_event", "permission denied"),
        ("cdsp.agent", "delete from mnc", "permission denied"),
        ("cdsp.agent", "update contact set contact_type = 'MNC'", "permission denied"),
        ("cdsp.agent", "insert into contact_type values ('XXX', 'X')", "permission denied"),
        ("facilitator", "update meter_point set isolated = true, event = event", "the_register_changes"),
        ("alder.agent", &concerned("created"), "row-level"),
        ("cdsp.agent", &concerned("neighbour"), "row-level"),
    ] {
        let viewer = world.viewer(account).await;
        let mut tx = world.app.db.as_viewer(viewer.id).await.unwrap();
        let error = tx.execute(AssertSqlSafe(statement.to_owned())).await.expect_err(statement);
        let error = error.as_database_error().unwrap();
        let says = format!("{} {}", error.message(), error.constraint().unwrap_or_default());
        assert!(says.contains(refused), "{statement}: {says}");
    }
    for (account, statement) in [
        ("alder.agent", "delete from contact_mprn where role = 'created'"),
        ("birch.agent", "update mnc set reading = '1'"),
        ("cdsp.agent", "update mnc set reading = '1'"),
        ("birch.agent", "update meter_point set isolated = true, event = 2"),
    ] {
        let viewer = world.viewer(account).await;
        let mut tx = world.app.db.as_viewer(viewer.id).await.unwrap();
        let done = tx.execute(AssertSqlSafe(statement.to_owned())).await.unwrap();
        assert_eq!(done.rows_affected(), 0, "{account} {statement}");
    }
}

#[tokio::test]
async fn rust_and_postgres_know_the_same_types() {
    let world = World::new().await;
    let stored: Vec<(String, String)> =
        sqlx::query_as("select code, name from contact_type order by code").fetch_all(world.owner()).await.unwrap();
    let mut known: Vec<(String, String)> =
        ContactType::ALL.iter().map(|known| (known.code().to_owned(), known.spec().name.to_owned())).collect();
    known.sort();
    assert_eq!(stored, known);
}

#[tokio::test]
async fn a_contact_follows_one_of_its_own_raiser_only() {
    let world = World::new().await;
    let ours = world.contact_at(Status::Cciv).await;
    let theirs = world.logged_by("birch.agent").await;
    let mut said = Vec::new();
    for old in [&*ours, "C000000000"] {
        let mut tx = world.owner().begin().await.unwrap();
        let follow = format!(
            "update contact set psc_of = coalesce((select id from contact where crn = '{old}'), 0) where crn = '{theirs}'"
        );
        let error = tx.execute(AssertSqlSafe(follow)).await.unwrap_err();
        said.push(error.as_database_error().unwrap().constraint().unwrap().to_owned());
    }
    assert_eq!(said, ["a_psc_follows_its_own_raisers"; 2], "another's is refused as one that is not there");
}
